import { and, eq, or, type SQL, sql } from "drizzle-orm";
import type { Gate } from "../core/ports.ts";
import type { Db } from "../db/client.ts";
import { commit, type Write } from "../db/commit.ts";
import { jsonArray, jsonObject, type RowOf } from "../db/json.ts";
import { revocations } from "../db/schema/sessions.ts";
import type { WriteContext } from "./app-env.ts";

/** How many gates are told at once. */
const AT_ONCE = 20;

const { user_id, gen, session_id } = revocations;
const SHOWN = { user_id, gen, session_id };
type Untold = RowOf<typeof SHOWN>;

/** Tells gates what they have not heard; answers the work that forgets what they have heard now. */
const tell = async (db: Db, gate: Gate, untold: readonly Untold[], nowMs: number): Promise<() => Promise<unknown>> => {
  const hear = async (each: Untold): Promise<SQL | undefined> => {
    const client = `user:${each.user_id}` as const;
    await (each.session_id === 0 ? gate.revoke(client, each.gen, nowMs) : gate.end(client, String(each.session_id), nowMs));
    return and(eq(user_id, each.user_id), eq(gen, each.gen), eq(session_id, each.session_id));
  };
  const heard = (await Promise.allSettled(untold.map(hear))).flatMap((call) => (call.status === "fulfilled" ? [call.value] : []));
  return async () => heard.length > 0 && db.delete(revocations).where(or(...heard));
};

const readUntold = (db: Db): Promise<Untold[]> => db.select(SHOWN).from(revocations).orderBy(sql`rowid desc`).limit(AT_ONCE);

/**
 * Tells gates which tokens the database has voided, the newest first. What a gate does not hear stays to be told.
 * @param nowMs milliseconds since 1970
 */
export const tellGates = async (db: Db, gate: Gate, nowMs: number): Promise<void> => {
  const forget = await tell(db, gate, await readUntold(db), nowMs);
  await forget();
};

/** The same within a request. Never throws: what was voided is voided, and what is still noted the cron job tells. */
const tellNow = async ({ db, services, now, defer }: WriteContext, untold: Promise<readonly Untold[]>): Promise<void> => {
  const forget = await untold.then((all) => tell(db, services.gate, all, Date.parse(now))).catch(() => null);
  if (forget) defer(forget().catch(() => undefined));
};

/** Tells gates what is noted for them, for a request that is about to fail. Never throws. */
export const tellBeforeFailure = (context: WriteContext): Promise<void> => tellNow(context, readUntold(context.db));

/** What gates have not heard, the newest first, as JSON. */
const UNTOLD = jsonArray(
  jsonObject(SHOWN),
  sql`(select * from ${revocations} order by rowid desc limit ${sql.raw(String(AT_ONCE))}) as revocations`,
);

/** The answer of a write, and what gates have not heard by then. */
const withUntold = <T>(answer: SQL<T>): SQL<{ readonly answer: T; readonly untold: readonly Untold[] }> =>
  sql`json_object('answer', json(${answer}), 'untold', ${UNTOLD})`;

/**
 * Carries out a write that may void tokens, and has their gates told beside the settling, before the answer. While a gate is
 * silent, requests with these tokens are refused by the database; the cron job tells the gate once it is back.
 * Throws what SQL refuses.
 */
export const commitVoiding = async <T>(context: WriteContext, write: Write<T>): Promise<T> => {
  const { answer, untold } = await commit(context.db, context.writer, { ...write, answer: withUntold(write.answer) });
  context.beforeAnswer(tellNow(context, Promise.resolve(untold)));
  return answer;
};
