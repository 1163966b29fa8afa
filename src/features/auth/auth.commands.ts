import { eq, sql } from "drizzle-orm";
import { loggedIn, type Role } from "../../core/actor.ts";
import { Failure, type FailureCode } from "../../core/errors.ts";
import { revised } from "../../db/columns.ts";
import { jsonObject, jsonOne } from "../../db/json.ts";
import { SESSION } from "../../db/records/session.ts";
import { USER } from "../../db/records/user.ts";
import { users } from "../../db/schema/users.ts";
import { recordRefusal } from "../../db/write/audit-refusal.ts";
import { commit, newest, requires } from "../../db/write/commit.ts";
import { mailToAccounts } from "../../db/write/outbox.ts";
import { requiresHash } from "../../db/write/proof.ts";
import { commitAndRevoke } from "../../db/write/revocation.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { countAttempts } from "../../http/attempts.ts";
import { matchingHash } from "../../http/reauthentication.ts";
import { type Grant, grant } from "./auth.grants.ts";
import { account, accountsOf } from "./auth.queries.ts";
import { NO_CODE, type TakenCode, takeCode } from "./second-factor.codes.ts";
import { isOn } from "./second-factor.queries.ts";
import { beginSession } from "./sessions.commands.ts";

interface Login {
  readonly email: string;
  readonly password: string;
  readonly role?: Role | undefined;
  readonly code?: string | undefined;
}

/** The failure of a login. After the answer it is recorded in the audit log for each account that was tried, or once without an account. */
const failedLogin = ({ db, writer, defer }: WriteContext, tried: readonly { readonly id: number }[], code: FailureCode): Failure => {
  for (const entityId of tried.length > 0 ? tried.map(({ id }) => id) : [null])
    defer(recordRefusal(db, writer, { action: "user.login_failed", entity: "user", entityId, after: { code } }));
  return new Failure(code);
};

type Candidates = Awaited<ReturnType<typeof accountsOf>>;

/** Which of the accounts have this password. An unknown e-mail takes one verification too. */
const matching = async ({ services }: WriteContext, accounts: Candidates, password: string): Promise<Candidates> => {
  const hashes = accounts.length > 0 ? accounts.map(({ password_hash }) => password_hash) : [null];
  const verdicts = await Promise.all(hashes.map((hash) => services.passwords.verify(password, hash)));
  return accounts.filter((_, index) => verdicts[index]);
};

/** The name under which attempts on an account are counted; those on an unknown e-mail count as well. */
const nameOf = ({ id }: { readonly id: number }): string => `account:${id}`;

/** The account that a login opens, the code that it takes, and whether this network has opened it before. */
interface Opened {
  readonly matched: Candidates[number];
  readonly taken: TakenCode;
  readonly isKnown: boolean;
}

/**
 * What of the account refuses a login with its right password, or the code that it takes: an account that is not active
 * does not say whether it has a second factor. Throws `rate_limited`, `unavailable`.
 */
const passOf = async (
  context: WriteContext,
  { id, status, factor }: Candidates[number],
  code?: string,
): Promise<TakenCode | FailureCode> => {
  if (status !== "active") return `account_${status}`;
  if (!factor) return NO_CODE;
  if (code === undefined) return "second_factor_required";
  return (await takeCode(context, { userId: id, ...factor }, code)) ?? "invalid_credentials";
};

/**
 * The one account that the password opens. Every other account that was tried counts a failure, and has it recorded: also
 * those that a password opens together, since whoever owns one of them could guess the password of the other.
 * Throws `rate_limited`, `invalid_credentials`, `role_required`, `second_factor_required`, `account_pending`, `account_disabled`.
 */
const opened = async (context: WriteContext, { email, password, code }: Login, accounts: Candidates): Promise<Opened> => {
  const names = accounts.length > 0 ? accounts.map(nameOf) : [`email:${email}`];
  const { settle, isKnown } = await countAttempts(context, names);
  const undo = (error: unknown): never => {
    settle(() => "undone");
    throw error;
  };
  const [matched, ...others] = await matching(context, accounts, password).catch(undo);
  if (!matched || others.length > 0) {
    settle(() => "failed");
    throw failedLogin(context, accounts, matched ? "role_required" : "invalid_credentials");
  }
  const taken = await passOf(context, matched, code).catch(undo);
  const isOpened = typeof taken !== "string";
  const right = isOpened ? "opened" : matched.status === "active" ? "failed" : "undone";
  settle((name) => (name === nameOf(matched) ? right : "failed"));
  const wrong = accounts.filter(({ id }) => id !== matched.id);
  if (wrong.length > 0) failedLogin(context, wrong, "invalid_credentials");
  if (!isOpened) throw failedLogin(context, [matched], taken);
  return { matched, taken, isKnown: isKnown(nameOf(matched)) };
};

/** Replaces the hash of a password that was just verified, if the hash is outdated. */
const rehash = async ({ db, services }: WriteContext, id: number, password: string, old: string): Promise<void> => {
  if (!services.passwords.isOutdated(old)) return;
  const password_hash = await services.passwords.hash(password);
  await db.update(users).set({ password_hash }).where(sql`${users.id} = ${id} and ${users.password_hash} = ${old}`);
};

/**
 * Logs in: begins a session of the account with this e-mail and password, and takes the code of its second factor.
 * Throws `rate_limited`, `invalid_credentials`, `role_required`, `second_factor_required`, `account_pending`, `account_disabled`.
 */
export const logIn = async (context: WriteContext, login: Login): Promise<Grant> => {
  const { db, writer, now, services, admitted, defer } = context;
  // The accounts are read while the gate of the address decides.
  const [accounts] = await Promise.all([accountsOf(db, login.email, login.role), admitted]);
  const { matched, taken, isKnown } = await opened(context, login, accounts);
  const isAccount = eq(users.id, matched.id);
  const isElsewhere = sql`${isAccount} and ${users.last_login_at} is not null`;
  const refreshToken = services.refreshTokens.create();
  const begun = await commit(
    db,
    { ...writer, userId: matched.id },
    {
      // Without this, an account that was disabled during the check, or an old password, could begin a session.
      preconditions: [
        requires("invalid_credentials", sql`exists (select 1 from ${users} where ${isAccount} and ${users.gen} = ${matched.gen})`),
        ...(matched.factor ? [] : [requires("invalid_credentials", sql`not ${isOn(matched.id)}`)]),
        ...taken.preconditions,
      ],
      changes: [
        ...(isKnown ? [] : [mailToAccounts("new_login", isElsewhere, now, { at: now, network: context.network })]),
        ...taken.changes,
        db.update(users).set({ last_login_at: now }).where(isAccount),
        ...beginSession(context, matched.id, services.refreshTokens.hash(refreshToken)),
      ],
      audit: [...taken.audit, { entity: USER, verb: "logged_in", where: isAccount }],
      answer: jsonObject({ account: jsonOne(account, sql`${users} where ${isAccount}`), session_id: newest(SESSION) }),
    },
  );
  defer(rehash(context, matched.id, login.password, matched.password_hash));
  return grant(context, begun, refreshToken);
};

/**
 * Replaces the password and revokes all tokens of the account. Throws `rate_limited`, `invalid_credentials` if the old
 * password is wrong, `unauthenticated` if the session has ended.
 */
export const changePassword = async (context: WriteContext, current: string, next: string): Promise<void> => {
  const { actor, db, now, services } = context;
  const { userId } = loggedIn(actor);
  const isAccount = eq(users.id, userId);
  const old = await matchingHash(context, current);
  const password_hash = await services.passwords.hash(next);
  await commitAndRevoke(context, {
    preconditions: [requiresHash(userId, old)],
    changes: [
      db
        .update(users)
        .set({ password_hash, gen: sql`${users.gen} + 1`, ...revised(users, now) })
        .where(isAccount),
      mailToAccounts("password_changed", isAccount, now),
    ],
    audit: [{ entity: USER, verb: "password_changed", where: isAccount }],
  });
};
