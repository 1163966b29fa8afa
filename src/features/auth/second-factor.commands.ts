import { eq, type SQL, sql } from "drizzle-orm";
import { loggedIn } from "../../core/actor.ts";
import { Failure, invalid } from "../../core/errors.ts";
import type { Statement } from "../../db/client.ts";
import { eachOf } from "../../db/json.ts";
import { USER } from "../../db/records/user.ts";
import { recoveryCodes, secondFactors } from "../../db/schema/second-factors.ts";
import { users } from "../../db/schema/users.ts";
import { recordRefusal } from "../../db/write/audit-refusal.ts";
import { commit, type Precondition, requires } from "../../db/write/commit.ts";
import { insertFrom } from "../../db/write/insert-from.ts";
import { mailToAccounts } from "../../db/write/outbox.ts";
import { ALWAYS, requiresHash } from "../../db/write/proof.ts";
import { commitAndRevoke } from "../../db/write/revocation.ts";
import type { WriteContext } from "../../http/app-env.ts";
import type { PasswordAgain } from "../../http/fields.ts";
import { matchingHash, proofOf } from "../../http/reauthentication.ts";
import { findAccount } from "./auth.queries.ts";
import { type TakenCode, takeCode } from "./second-factor.codes.ts";
import { type Factor, factorOf, isOn } from "./second-factor.queries.ts";
import type { Removal } from "./second-factor.schemas.ts";

const requiresOn = (userId: number): Precondition => requires("second_factor_missing", isOn(userId));

/**
 * Begins to set up a second factor; its code turns it on. Whatever was begun before is replaced. Needs a `Proof`.
 * Throws `second_factor_exists`.
 */
export const setUpSecondFactor = async (context: WriteContext, { current_password }: PasswordAgain) => {
  const { actor, db, writer, now, services } = context;
  const { userId } = loggedIn(actor);
  const proof = await proofOf(context, current_password);
  const { email } = await findAccount(db, userId);
  const { stored, secret, url } = services.secondFactors.create(userId, email);
  const begun = { secret: stored, created_at: now, confirmed_at: null, last_step: 0 };
  await commit(db, writer, {
    preconditions: [...proof(ALWAYS), requires("second_factor_exists", sql`not ${isOn(userId)}`)],
    changes: [
      db
        .insert(secondFactors)
        .values({ user_id: userId, ...begun })
        .onConflictDoUpdate({ target: secondFactors.user_id, set: begun }),
    ],
    audit: [{ entity: USER, verb: "second_factor_begun", where: eq(users.id, userId) }],
  });
  return { secret, otpauth_url: url };
};

/** The code as part of a write. A wrong one is recorded in the audit log. Throws `rate_limited`, `invalid_credentials`. */
const mustTakeCode = async (context: WriteContext, factor: Factor, code: string): Promise<TakenCode> => {
  const taken = await takeCode(context, factor, code);
  if (taken) return taken;
  const { db, writer, defer } = context;
  const refused = { entity: "user", entityId: factor.userId, after: { code: "invalid_credentials" } } as const;
  defer(recordRefusal(db, writer, { action: "user.code_refused", ...refused }));
  throw new Failure("invalid_credentials");
};

/** Statements that replace the recovery codes of an account; the old ones are good for nothing any more. */
const replaceCodes = ({ db, services }: WriteContext, userId: number, codes: readonly string[]): Statement[] => [
  db.delete(recoveryCodes).where(eq(recoveryCodes.user_id, userId)),
  insertFrom(
    recoveryCodes,
    { user_id: userId, hash: sql`value` },
    sql`from ${eachOf(codes.map((code) => services.secondFactors.hashOf(code)))}`,
  ),
];

/**
 * Turns the second factor on with its first code. Returns the recovery codes, which are stored as hashes only.
 * Throws `second_factor_missing`, `second_factor_exists`, `rate_limited`, `invalid_credentials`.
 */
export const confirmSecondFactor = async (context: WriteContext, code: string): Promise<readonly string[]> => {
  const { actor, db, writer, now, services } = context;
  const { userId } = loggedIn(actor);
  const factor = await factorOf(db, userId);
  if (!factor) throw new Failure("second_factor_missing");
  if (factor.confirmedAt !== null) throw new Failure("second_factor_exists");
  const taken = await mustTakeCode(context, factor, code);
  const codes = services.secondFactors.createRecoveryCodes();
  const isPending: SQL = sql`${secondFactors.user_id} = ${userId} and ${secondFactors.confirmed_at} is null`;
  const isAccount = eq(users.id, userId);
  await commit(db, writer, {
    preconditions: [
      requires("second_factor_exists", sql`not ${isOn(userId)}`),
      requires("second_factor_missing", sql`exists (select 1 from ${secondFactors} where ${isPending})`),
      ...taken.preconditions,
    ],
    changes: [
      ...taken.changes,
      db.update(secondFactors).set({ confirmed_at: now }).where(isPending),
      ...replaceCodes(context, userId, codes),
      mailToAccounts("second_factor_added", isAccount, now),
    ],
    audit: [{ entity: USER, verb: "second_factor_added", where: isAccount }],
  });
  return codes;
};

/** Gives the account new recovery codes. Needs a `Proof`. Throws `second_factor_missing`. */
export const replaceRecoveryCodes = async (context: WriteContext, { current_password }: PasswordAgain): Promise<readonly string[]> => {
  const { actor, db, writer, services } = context;
  const { userId } = loggedIn(actor);
  const proof = await proofOf(context, current_password);
  const codes = services.secondFactors.createRecoveryCodes();
  await commit(db, writer, {
    preconditions: [...proof(ALWAYS), requiresOn(userId)],
    changes: replaceCodes(context, userId, codes),
    audit: [{ entity: USER, verb: "recovery_codes_replaced", where: eq(users.id, userId) }],
  });
  return codes;
};

/** Statements that remove a second factor that was set up at `since` or later. */
export const removeFactorSince = ({ db }: WriteContext, userId: SQL, since: SQL): Statement[] => [
  db.delete(secondFactors).where(sql`${secondFactors.user_id} = ${userId} and ${secondFactors.created_at} >= ${since}`),
  db
    .delete(recoveryCodes)
    .where(
      sql`${recoveryCodes.user_id} = ${userId} and not exists (select 1 from ${secondFactors} where ${secondFactors.user_id} = ${userId})`,
    ),
];

/** What removes a factor. All sessions end: those that began with it must not go on without it. */
const removal = ({ db, now }: WriteContext, userId: number) => {
  const isAccount = eq(users.id, userId);
  return {
    changes: [
      db.delete(recoveryCodes).where(eq(recoveryCodes.user_id, userId)),
      db.delete(secondFactors).where(eq(secondFactors.user_id, userId)),
      db
        .update(users)
        .set({ gen: sql`${users.gen} + 1` })
        .where(isAccount),
      mailToAccounts("second_factor_removed", isAccount, now),
    ],
    audit: [{ entity: USER, verb: "second_factor_removed", where: isAccount }],
  };
};

/**
 * Removes the caller's second factor, and ends all sessions. Needs the password and a code.
 * Throws `second_factor_missing`, `rate_limited`, `invalid_credentials`.
 */
export const removeSecondFactor = async (context: WriteContext, { current_password, code }: Removal): Promise<void> => {
  const { userId } = loggedIn(context.actor);
  const hash = await matchingHash(context, current_password);
  const factor = await factorOf(context.db, userId);
  if (!factor?.confirmedAt) throw new Failure("second_factor_missing");
  const taken = await mustTakeCode(context, factor, code);
  const { changes, audit } = removal(context, userId);
  await commitAndRevoke(context, {
    preconditions: [requiresHash(userId, hash), requiresOn(userId), ...taken.preconditions],
    changes: [...taken.changes, ...changes],
    audit: [...taken.audit, ...audit],
  });
};

/**
 * Removes the second factor of somebody else who has lost it, and ends all sessions of theirs. Needs a `Proof`.
 * Throws `not_found`, `second_factor_missing`, and `invalid` for the caller's own.
 */
export const removeSecondFactorOf = async (context: WriteContext, id: number, { current_password }: PasswordAgain): Promise<void> => {
  if (id === loggedIn(context.actor).userId)
    throw invalid("/path/id", "own_account", "Remove your own with DELETE /auth/second-factor, which asks for a code.");
  const proof = await proofOf(context, current_password);
  await commitAndRevoke(context, {
    preconditions: [
      requires("not_found", sql`exists (select 1 from ${users} where ${users.id} = ${id})`),
      ...proof(ALWAYS),
      requiresOn(id),
    ],
    ...removal(context, id),
  });
};
