import { and, eq, or, type SQL, sql } from "drizzle-orm";
import type { Gate } from "../../core/ports.ts";
import type { Db } from "../client.ts";
import { jsonArray, jsonObject, type RowOf } from "../json.ts";
import { revocations } from "../schema/sessions.ts";
import { commit, NO_ANSWER, type Write } from "./commit.ts";
import type { Writer } from "./writer.ts";

/** How many revocations are delivered at once. */
const BATCH_SIZE = 20;

const { user_id, gen, session_id } = revocations;
const SHOWN = { user_id, gen, session_id };
type Revocation = RowOf<typeof SHOWN>;

/** What a write needs so that it can revoke tokens within its request. */
export interface RevokingContext {
  readonly db: Db;
  readonly writer: Writer;
  /** ISO 8601. */
  readonly now: string;
  readonly services: { readonly gate: Gate };
  /** Goes on with work that the answer waits for. It must not reject. */
  readonly beforeAnswer: (work: Promise<unknown>) => void;
  /** Goes on with work after the answer. */
  readonly defer: (work: Promise<unknown>) => void;
}

/** Delivers revocations to the gates; returns the work that removes those that were delivered. */
const deliver = async (db: Db, gate: Gate, pending: readonly Revocation[], nowMs: number): Promise<() => Promise<unknown>> => {
  const deliverOne = async (revocation: Revocation): Promise<SQL | undefined> => {
    const client = `user:${revocation.user_id}` as const;
    await (revocation.session_id === 0
      ? gate.revoke(client, revocation.gen, nowMs)
      : gate.end(client, String(revocation.session_id), nowMs));
    return and(eq(user_id, revocation.user_id), eq(gen, revocation.gen), eq(session_id, revocation.session_id));
  };
  const results = await Promise.allSettled(pending.map(deliverOne));
  const delivered = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  return async () => delivered.length > 0 && db.delete(revocations).where(or(...delivered));
};

const readPending = (db: Db): Promise<Revocation[]> => db.select(SHOWN).from(revocations).orderBy(sql`rowid desc`).limit(BATCH_SIZE);

/**
 * Delivers the newest pending revocations to the gates of their accounts. One that a gate does not confirm stays pending.
 * @param nowMs milliseconds since 1970
 */
export const deliverRevocations = async (db: Db, gate: Gate, nowMs: number): Promise<void> => {
  const removeDelivered = await deliver(db, gate, await readPending(db), nowMs);
  await removeDelivered();
};

/** The same within a request. Never throws: the tokens are void in the database, and the cron job delivers what is still pending. */
const deliverNow = async ({ db, services, now, defer }: RevokingContext, pending: Promise<readonly Revocation[]>): Promise<void> => {
  const removeDelivered = await pending.then((all) => deliver(db, services.gate, all, Date.parse(now))).catch(() => null);
  if (removeDelivered) defer(removeDelivered().catch(() => undefined));
};

/** Delivers pending revocations for a request that is about to fail. Never throws. */
export const deliverBeforeFailure = (context: RevokingContext): Promise<void> => deliverNow(context, readPending(context.db));

/** The newest pending revocations, as JSON. */
const PENDING = jsonArray(
  jsonObject(SHOWN),
  sql`(select * from ${revocations} order by rowid desc limit ${sql.raw(String(BATCH_SIZE))}) as revocations`,
);

/** The answer of a write, and the revocations that are pending after it. */
const withPending = <T>(answer: SQL<T>): SQL<{ readonly answer: T; readonly pending: readonly Revocation[] }> =>
  sql`json_object('answer', json(${answer}), 'pending', ${PENDING})`;

/**
 * Carries out a write that may revoke tokens. Their gates are told before the answer, while the write is completed.
 * While a gate is unreachable the database refuses requests with these tokens, and the cron job tells the gate later.
 * @throws Failure when SQL refuses
 */
export const commitAndRevoke = async <T>(context: RevokingContext, write: Write<T>): Promise<T> => {
  const { answer, pending } = await commit(context.db, context.writer, { ...write, answer: withPending(write.answer ?? NO_ANSWER) });
  context.beforeAnswer(deliverNow(context, Promise.resolve(pending)));
  return answer;
};
