import { and, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { StoredFactor } from "../../core/ports.ts";
import type { Db } from "../../db/client.ts";
import { recoveryCodes, secondFactors } from "../../db/schema/second-factors.ts";

const { user_id, secret, confirmed_at, last_step } = secondFactors;

/** The account has a second factor that logins ask for. */
export const isOn = (userId: number | SQL): SQL =>
  sql`exists (select 1 from ${secondFactors} where ${user_id} = ${userId} and ${confirmed_at} is not null)`;

/** A recovery code that is not used yet, of an account whose second factor is on. */
export const isUnused = (userId: number, hash: string): SQL =>
  sql`${and(eq(recoveryCodes.user_id, userId), eq(recoveryCodes.hash, hash), isNull(recoveryCodes.used_at), isOn(userId))}`;

/** A second factor, and since when logins ask for it; null while it is being set up. */
export interface Factor extends StoredFactor {
  readonly confirmedAt: string | null;
}

/** The second factor of an account, also one that is being set up, or undefined. */
export const factorOf = async (db: Db, userId: number): Promise<Factor | undefined> =>
  db
    .select({ userId: user_id, stored: secret, lastStep: last_step, confirmedAt: confirmed_at })
    .from(secondFactors)
    .where(eq(user_id, userId))
    .get();

/** The second factor of an account that logins ask for, beside the columns of `users`. */
export const FACTOR_OF_LOGIN = { stored: secret, lastStep: last_step };
export const isFactorOf = (userId: SQL): SQL => sql`${and(eq(user_id, userId), isNotNull(confirmed_at))}`;

/** Is there such a recovery code that is not used yet? */
export const hasRecoveryCode = async (db: Db, userId: number, hash: string): Promise<boolean> =>
  (await db.select({ hash: recoveryCodes.hash }).from(recoveryCodes).where(isUnused(userId, hash)).get()) !== undefined;

/** How far the second factor of an account is, and how many recovery codes are left. */
export const readState = async (db: Db, userId: number) => {
  const ofAccount = and(eq(recoveryCodes.user_id, userId), isNull(recoveryCodes.used_at));
  const [factor, left] = await Promise.all([factorOf(db, userId), db.$count(recoveryCodes, ofAccount)]);
  const state = factor === undefined ? "off" : factor.confirmedAt === null ? "pending" : "on";
  return { state, confirmed_at: factor?.confirmedAt ?? null, recovery_codes_left: left } as const;
};
