import { and, eq, lt, type SQL, sql } from "drizzle-orm";
import type { StoredFactor } from "../../core/ports.ts";
import { USER } from "../../db/records/user.ts";
import { recoveryCodes, secondFactors } from "../../db/schema/second-factors.ts";
import { users } from "../../db/schema/users.ts";
import { requires, type Write } from "../../db/write/commit.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { guess } from "../../http/attempts.ts";
import { hasRecoveryCode, isUnused } from "./second-factor.queries.ts";

/** The parts of a write in which a code is taken, so that it is good once. */
export type TakenCode = Pick<Required<Write<never>>, "preconditions" | "changes" | "audit">;

/** What an account without a second factor needs. */
export const NO_CODE: TakenCode = { preconditions: [], changes: [], audit: [] };

const takeStep = ({ db }: WriteContext, { userId, stored }: StoredFactor, step: number): TakenCode => {
  const isEarlier = and(eq(secondFactors.user_id, userId), eq(secondFactors.secret, stored), lt(secondFactors.last_step, step));
  return {
    preconditions: [requires("invalid_credentials", sql`exists (select 1 from ${secondFactors} where ${isEarlier})`)],
    changes: [db.update(secondFactors).set({ last_step: step }).where(isEarlier)],
    audit: [],
  };
};

const takeRecoveryCode = ({ db, now }: WriteContext, userId: number, hash: string): TakenCode => {
  const isCode: SQL = isUnused(userId, hash);
  return {
    preconditions: [requires("invalid_credentials", sql`exists (select 1 from ${recoveryCodes} where ${isCode})`)],
    changes: [db.update(recoveryCodes).set({ used_at: now }).where(isCode)],
    audit: [{ entity: USER, verb: "recovery_code_used", where: eq(users.id, userId) }],
  };
};

/**
 * Looks whether a code is good for the factor: one by time, or a recovery code. Guesses are counted for the account,
 * whoever makes them. Returns null for a wrong one. Throws `rate_limited`, `unavailable`.
 */
export const takeCode = (context: WriteContext, factor: StoredFactor, code: string): Promise<TakenCode | null> => {
  const { db, now, services } = context;
  return guess(context, `code:${factor.userId}`, async () => {
    const step = services.secondFactors.stepOf(code, factor, Date.parse(now));
    if (step !== null) return takeStep(context, factor, step);
    const hash = services.secondFactors.hashOf(code);
    return (await hasRecoveryCode(db, factor.userId, hash)) ? takeRecoveryCode(context, factor.userId, hash) : null;
  });
};
