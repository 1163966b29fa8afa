import { and, eq, or, type SQL, sql } from "drizzle-orm";
import type { Gate } from "../core/ports.ts";
import type { Db } from "../db/client.ts";
import { commit, type Write } from "../db/commit.ts";
import { revocations } from "../db/schema/sessions.ts";
import type { WriteContext } from "./app-env.ts";

/** How many gates are told at once. */
const AT_ONCE = 20;

/** Tells gates what they have not heard, the newest first; answers the work that forgets what they have heard now. */
const tell = async (db: Db, gate: Gate, nowMs: number): Promise<() => Promise<unknown>> => {
  const untold = await db.select().from(revocations).orderBy(sql`rowid desc`).limit(AT_ONCE);
  const hear = async ({ user_id, gen, session_id }: (typeof untold)[number]): Promise<SQL | undefined> => {
    const client = `user:${user_id}` as const;
    await (session_id === 0 ? gate.revoke(client, gen, nowMs) : gate.end(client, String(session_id), nowMs));
    return and(eq(revocations.user_id, user_id), eq(revocations.gen, gen), eq(revocations.session_id, session_id));
  };
  const heard = (await Promise.allSettled(untold.map(hear))).flatMap((call) => (call.status === "fulfilled" ? [call.value] : []));
  return async () => heard.length > 0 && db.delete(revocations).where(or(...heard));
};

/**
 * Tells gates which tokens the database has voided. What a gate does not hear stays to be told.
 * @param nowMs milliseconds since 1970
 */
export const tellGates = async (db: Db, gate: Gate, nowMs: number): Promise<void> => {
  const forget = await tell(db, gate, nowMs);
  await forget();
};

/** The same before an answer. Never throws: what was voided is voided, and what is still noted the cron job tells. */
export const tellBeforeAnswer = async ({ db, services, now, defer }: WriteContext): Promise<void> => {
  const forget = await tell(db, services.gate, Date.parse(now)).catch(() => null);
  if (forget) defer(forget().catch(() => undefined));
};

/**
 * Carries out a write that may void tokens, and tells their gate before the answer. While that is silent, requests with
 * these tokens are refused by the database; the cron job tells the gate once it is back.
 * Throws what SQL refuses.
 */
export const commitVoiding = async <T>(context: WriteContext, write: Write<T>): Promise<T> => {
  const answer = await commit(context.db, context.writer, write);
  await tellBeforeAnswer(context);
  return answer;
};
