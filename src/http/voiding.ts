import { eq, type SQL, sql } from "drizzle-orm";
import { Failure, type FailureCode } from "../core/errors.ts";
import type { Db, Statement } from "../db/client.ts";
import { commit, must, type Write } from "../db/commit.ts";
import { users } from "../db/schema/users.ts";
import type { WriteContext } from "./app-env.ts";

/** An account, and the generation of its tokens. */
export interface Generation {
  readonly id: number;
  readonly gen: number;
}

/** The account that a condition on `users` finds, or null when there is none. */
export const findGeneration = async (db: Db, isIt: SQL) =>
  (await db.select({ id: users.id, gen: users.gen, role: users.role }).from(users).where(isIt).get()) ?? null;

/** The account is the one that was read, and nobody has voided its tokens since; or there is still none. */
export const generationMust = (db: Db, isIt: SQL, read: Generation | null, code: FailureCode = "conflict"): Statement => {
  const isThere = sql`exists (select 1 from ${users} where ${isIt}`;
  return must(db, code, read ? sql`${isThere} and ${users.id} = ${read.id} and ${users.gen} = ${read.gen})` : sql`not ${isThere})`);
};

/**
 * Runs a write and undoes it, so that what SQL would refuse is thrown before anything outside of it happens.
 * A write that was carried out before is not run: then the answer that was kept comes back, else null.
 */
const tryOut = async <T>({ db, writer }: WriteContext, write: Write<T>): Promise<{ kept: T } | null> => {
  const undo = must(db, "conflict", sql`0`, { tried_out: true });
  return commit(db, writer, { ...write, changes: [...write.changes, undo] }).then(
    (kept) => ({ kept }),
    (error: unknown) => {
      if (error instanceof Failure && error.details.tried_out) return null;
      throw error;
    },
  );
};

/**
 * Carries out a write of which a gate has to know: tried out first, since the gate, which is told next, takes nothing
 * back. If the write fails even so, the database catches up with the gate.
 */
const commitTold = async <T>(context: WriteContext, write: Write<T>, tell: () => Promise<void>, catchUp: Statement): Promise<T> => {
  const done = await tryOut(context, write);
  if (done) return done.kept;
  await tell();
  return commit(context.db, context.writer, write).catch(async (error: unknown) => {
    await context.db.batch([catchUp]);
    throw error;
  });
};

/**
 * Carries out a write that voids all tokens of an account; without one it is a write like any other. The write itself
 * raises the generation, or removes the account; triggers end its sessions.
 * Throws what SQL refuses, and `unavailable` when the gate does not answer.
 */
export const commitVoiding = <T>(context: WriteContext, account: Generation | null, write: Write<T>): Promise<T> => {
  const { db, writer, now, services } = context;
  if (!account) return commit(db, writer, write);
  const gen = account.gen + 1;
  // Else the account's next login would be void.
  const catchUp = db
    .update(users)
    .set({ gen: sql`max(${users.gen}, ${gen})` })
    .where(eq(users.id, account.id));
  return commitTold(context, write, () => services.gate.revoke(`user:${account.id}`, gen, Date.parse(now)), catchUp);
};

/**
 * Carries out a write that ends one session of an account, and so voids its tokens. If the write fails after the gate
 * knows, `end` is run by itself. Throws what SQL refuses, and `unavailable` when the gate does not answer.
 */
export const commitEnding = <T>(context: WriteContext, userId: number, sid: string, end: Statement, write: Write<T>): Promise<T> =>
  commitTold(context, write, () => context.services.gate.end(`user:${userId}`, sid, Date.parse(context.now)), end);
