import { eq, sql } from "drizzle-orm";
import type { Role } from "../../core/actor.ts";
import { Failure, type FailureCode } from "../../core/errors.ts";
import type { Rule } from "../../core/limits.ts";
import type { AttemptOutcome } from "../../core/ports.ts";
import { revised } from "../../db/columns.ts";
import { jsonObject, jsonOne } from "../../db/json.ts";
import { SESSION } from "../../db/records/session.ts";
import { USER } from "../../db/records/user.ts";
import { users } from "../../db/schema/users.ts";
import { recordRefusal } from "../../db/write/audit-refusal.ts";
import { commit, newest, requires } from "../../db/write/commit.ts";
import { mailToAccounts } from "../../db/write/outbox.ts";
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

/** Attempts that were counted. */
interface Attempts {
  /** Ends them, after the answer. */
  readonly settle: (outcomeOf: (account: string) => AttemptOutcome) => void;
  /** Has this network opened the account within 30 days? */
  readonly isKnown: (account: string) => boolean;
}

/**
 * Counts an attempt for each of the accounts before any hashing. Throws `rate_limited`, and `unavailable` if a gate of
 * theirs is unreachable; then none of them counts it.
 */
const countAttempts = async (
  { services, network, now, defer }: WriteContext,
  rule: Rule,
  accounts: readonly string[],
): Promise<Attempts> => {
  const nowMs = Date.parse(now);
  const verdicts = await Promise.all(
    accounts.map(async (name) => ({ name, verdict: await services.logins.countAttempt(name, network, rule, nowMs) })),
  );
  const settle: Attempts["settle"] = (outcomeOf) => {
    for (const { name, verdict } of verdicts)
      if (verdict.kind === "admitted") defer(services.logins.settleAttempt(name, network, rule, nowMs, verdict.isKnown, outcomeOf(name)));
  };
  const refused = verdicts.map(({ verdict }) => verdict).find(({ kind }) => kind !== "admitted");
  const isKnown = (account: string) =>
    verdicts.some(({ name, verdict }) => name === account && verdict.kind === "admitted" && verdict.isKnown);
  if (!refused || refused.kind === "admitted") return { settle, isKnown };
  settle(() => "undone");
  throw refused.kind === "denied"
    ? new Failure("rate_limited", { policy: refused.window, retry_after: Math.ceil(refused.retryMs / 1_000) })
    : new Failure("unavailable");
};

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

/** The account that was opened, and whether this network has opened it before. */
interface Opened {
  readonly matched: Candidates[number];
  readonly isKnown: boolean;
}

/**
 * The one account that the password opens. Every other account that was tried counts a failure, and has it recorded: also
 * those that a password opens together, since whoever owns one of them could guess the password of the other.
 * Throws `rate_limited`, `invalid_credentials`, `role_required`, `account_pending`, `account_disabled`.
 */
const opened = async (context: WriteContext, { email, password }: Login, accounts: Candidates): Promise<Opened> => {
  const names = accounts.length > 0 ? accounts.map(nameOf) : [`email:${email}`];
  const { settle, isKnown } = await countAttempts(context, failedAttempts(context), names);
  const [matched, ...others] = await matching(context, accounts, password).catch((error: unknown) => {
    settle(() => "undone");
    throw error;
  });
  if (!matched || others.length > 0) {
    settle(() => "failed");
    throw failedLogin(context, accounts, matched ? "role_required" : "invalid_credentials");
  }
  const right = matched.status === "active" ? "opened" : "undone";
  settle((name) => (name === nameOf(matched) ? right : "failed"));
  const wrong = accounts.filter(({ id }) => id !== matched.id);
  if (wrong.length > 0) failedLogin(context, wrong, "invalid_credentials");
  if (matched.status !== "active") throw failedLogin(context, [matched], `account_${matched.status}`);
  return { matched, isKnown: isKnown(nameOf(matched)) };
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
  const { db, writer, now, services, admitted, defer } = context;
  // The accounts are read while the gate of the address decides.
  const [accounts] = await Promise.all([accountsOf(db, login.email, login.role), admitted]);
  const { matched, isKnown } = await opened(context, login, accounts);
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
      ],
      changes: [
        ...(isKnown ? [] : [mailToAccounts("new_login", isElsewhere, now, { at: now, network: context.network })]),
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
  const { actor, db, now, services } = context;
  const { userId: id } = loggedIn(actor);
  const isAccount = eq(users.id, id);
  const [old, { settle }] = await Promise.all([
    passwordHashOf(db, id),
    countAttempts(context, failedAttempts(context), [`password:${id}`]),
  ]);
  const isRight = await services.passwords.verify(current, old).catch((error: unknown) => {
    settle(() => "undone");
    throw error;
  });
  settle(() => (isRight ? "undone" : "failed"));
  if (!isRight) throw new Failure("invalid_credentials");
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
      mailToAccounts("password_changed", isAccount, now),
    ],
    audit: [{ entity: USER, verb: "password_changed", where: isAccount }],
  });
};
