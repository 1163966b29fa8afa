import { eq, sql } from "drizzle-orm";
import type { Role } from "../../core/actor.ts";
import { Failure, type FailureCode } from "../../core/errors.ts";
import type { Rule } from "../../core/limits.ts";
import { revised } from "../../db/columns.ts";
import { jsonObject, jsonOne } from "../../db/json.ts";
import { SESSION } from "../../db/records/session.ts";
import { USER } from "../../db/records/user.ts";
import { users } from "../../db/schema/users.ts";
import { recordRefusal } from "../../db/write/audit-refusal.ts";
import { commit, newest, requires } from "../../db/write/commit.ts";
import { commitAndRevoke } from "../../db/write/revocation.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { type Grant, grant, loggedIn } from "./auth.grants.ts";
import { account, accountsOf, passwordHashOf } from "./auth.queries.ts";
import { beginSession } from "./sessions.commands.ts";

type Login = { readonly email: string; readonly password: string; readonly role?: Role | undefined };

/** The limit of failed attempts for one account. */
const failedAttempts = ({ services }: WriteContext): Rule => ({
  bucket: "login_account",
  policy: "login_account",
  windows: services.limits.login_account,
  durable: true,
});

/**
 * Counts a login attempt for the account before any hashing. The attempt is refunded if the request itself is refused,
 * so that nobody can lock others out. Throws `rate_limited`, `unavailable` if the account's gate is unreachable, and
 * what `admitted` throws.
 */
const countAttempt = async (
  { services, network, admitted, defer }: WriteContext,
  name: string,
  rule: Rule,
  nowMs: number,
): Promise<void> => {
  const attempt = services.logins.countAttempt(name, network, rule, nowMs);
  await admitted.catch((error: unknown) => {
    defer(attempt.then(({ kind }) => (kind === "admitted" ? services.logins.refundAttempt(name, network, rule, nowMs, false) : undefined)));
    throw error;
  });
  const verdict = await attempt;
  if (verdict.kind === "unreachable") throw new Failure("unavailable");
  if (verdict.kind === "denied")
    throw new Failure("rate_limited", { policy: verdict.window, retry_after: Math.ceil(verdict.retryMs / 1_000) });
};

/** The failure of a login. After the answer it is recorded in the audit log for each account that was tried, or once without an account. */
const failedLogin = ({ db, writer, defer }: WriteContext, tried: readonly { readonly id: number }[], code: FailureCode): Failure => {
  for (const entityId of tried.length > 0 ? tried.map(({ id }) => id) : [null])
    defer(recordRefusal(db, writer, { action: "user.login_failed", entity: "user", entityId, after: { code } }));
  return new Failure(code);
};

type Candidates = Awaited<ReturnType<typeof accountsOf>>;

/** The accounts that have this password. An unknown e-mail takes one verification too. Throws `invalid_credentials`. */
const matchPassword = async (context: WriteContext, accounts: Candidates, password: string) => {
  const hashes = accounts.length > 0 ? accounts.map(({ password_hash }) => password_hash) : [null];
  const verdicts = await Promise.all(hashes.map((hash) => context.services.passwords.verify(password, hash)));
  const [matched, ...others] = accounts.filter((_, index) => verdicts[index]);
  if (!matched) throw failedLogin(context, accounts, "invalid_credentials");
  return { matched, others };
};

/** Replaces the hash of a password that was just verified, if the hash is outdated. */
const rehash = async ({ db, services }: WriteContext, id: number, password: string, old: string): Promise<void> => {
  if (!services.passwords.isOutdated(old)) return;
  const password_hash = await services.passwords.hash(password);
  await db.update(users).set({ password_hash }).where(sql`${users.id} = ${id} and ${users.password_hash} = ${old}`);
};

/**
 * Logs in: begins a session of the account with this e-mail and password.
 * Throws `rate_limited`, `invalid_credentials`, `role_required`, `account_pending`, `account_disabled`.
 */
export const logIn = async (context: WriteContext, login: Login): Promise<Grant> => {
  const { db, writer, now, services, network, defer } = context;
  const nowMs = Date.parse(now);
  const rule = failedAttempts(context);
  const refund = (succeeded: boolean) => services.logins.refundAttempt(login.email, network, rule, nowMs, succeeded);
  // The accounts are read while the two gates (of the address and of the account) decide.
  const attempt = countAttempt(context, login.email, rule, nowMs);
  const [accounts] = await Promise.all([accountsOf(db, login.email, login.role), attempt]).catch((error: unknown) => {
    // A login that fails because the database does not answer is not a wrong guess.
    defer(
      attempt.then(
        () => refund(false),
        () => undefined,
      ),
    );
    throw error;
  });
  const { matched, others } = await matchPassword(context, accounts, login.password);
  const isOne = others.length === 0;
  defer(refund(isOne && matched.status === "active"));
  if (!isOne) throw failedLogin(context, [matched, ...others], "role_required");
  if (matched.status !== "active") throw failedLogin(context, [matched], `account_${matched.status}`);
  const isAccount = eq(users.id, matched.id);
  const refreshToken = services.refreshTokens.create();
  const begun = await commit(
    db,
    { ...writer, userId: matched.id },
    {
      // Without this, an account that was disabled during the check, or an old password, could begin a session.
      preconditions: [
        requires("invalid_credentials", sql`exists (select 1 from ${users} where ${isAccount} and ${users.gen} = ${matched.gen})`),
      ],
      changes: [
        db.update(users).set({ last_login_at: now }).where(isAccount),
        ...beginSession(context, matched.id, services.refreshTokens.hash(refreshToken)),
      ],
      audit: [{ entity: USER, verb: "logged_in", where: isAccount }],
      answer: jsonObject({ account: jsonOne(account, sql`${users} where ${isAccount}`), session_id: newest(SESSION) }),
    },
  );
  defer(rehash(context, matched.id, login.password, matched.password_hash));
  return grant(context, begun, refreshToken);
};

/**
 * Replaces the password and revokes all tokens of the account. Wrong old passwords have the same limit as logins, without
 * exempt addresses, since an attacker here may hold a stolen token.
 * Throws `rate_limited`, `invalid_credentials` if the old password is wrong, `unauthenticated` if the session has ended.
 */
export const changePassword = async (context: WriteContext, current: string, next: string): Promise<void> => {
  const { actor, db, now, services, network, defer } = context;
  const { userId: id } = loggedIn(actor);
  const isAccount = eq(users.id, id);
  const [name, rule, nowMs] = [`password:${id}`, failedAttempts(context), Date.parse(now)];
  const [old] = await Promise.all([passwordHashOf(db, id), countAttempt(context, name, rule, nowMs)]);
  if (!(await services.passwords.verify(current, old))) throw new Failure("invalid_credentials");
  defer(services.logins.refundAttempt(name, network, rule, nowMs, false));
  const password_hash = await services.passwords.hash(next);
  await commitAndRevoke(context, {
    preconditions: [
      requires("invalid_credentials", sql`exists (select 1 from ${users} where ${isAccount} and ${users.password_hash} = ${old})`),
    ],
    changes: [
      db
        .update(users)
        .set({ password_hash, gen: sql`${users.gen} + 1`, ...revised(users, now) })
        .where(isAccount),
    ],
    audit: [{ entity: USER, verb: "password_changed", where: isAccount }],
  });
};
