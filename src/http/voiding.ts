import { sql } from "drizzle-orm";
import type { Gate } from "../core/ports.ts";
import type { Db } from "../db/client.ts";
import { commit, type Write } from "../db/commit.ts";
import { eachOf } from "../db/json.ts";
import { revocations } from "../db/schema/sessions.ts";
import type { WriteContext } from "./app-env.ts";

/** How many gates are told at once. */
const AT_ONCE = 20;

/**
 * Tells gates which tokens the database has voided, the newest first. What a gate does not hear stays to be told.
 * @param nowMs milliseconds since 1970
 */
export const tellGates = async (db: Db, gate: Gate, nowMs: number): Promise<void> => {
  const untold = await db.select().from(revocations).orderBy(sql`rowid desc`).limit(AT_ONCE);
  const hear = async ({ user_id, gen, session_id }: (typeof untold)[number]): Promise<number[]> => {
    const client = `user:${user_id}` as const;
    await (session_id === 0 ? gate.revoke(client, gen, nowMs) : gate.end(client, String(session_id), nowMs));
    return [user_id, gen, session_id];
  };
  const heard = (await Promise.allSettled(untold.map(hear))).flatMap((call) => (call.status === "fulfilled" ? [call.value] : []));
  if (heard.length === 0) return;
  const { user_id, gen, session_id } = revocations;
  await db
    .delete(revocations)
    .where(sql`(${user_id}, ${gen}, ${session_id}) in (select value ->> 0, value ->> 1, value ->> 2 from ${eachOf(heard)})`);
};

/**
 * Carries out a write that may void tokens, and tells their gate before the answer. While that is silent, requests with
 * these tokens are refused by the database; the cron job tells the gate once it is back.
 * Throws what SQL refuses.
 */
export const commitVoiding = async <T>({ db, writer, services, now }: WriteContext, write: Write<T>): Promise<T> => {
  const answer = await commit(db, writer, write);
  await tellGates(db, services.gate, Date.parse(now));
  return answer;
};
