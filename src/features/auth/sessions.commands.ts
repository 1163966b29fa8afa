import { eq, sql } from "drizzle-orm";
import { type LoggedIn, loggedIn } from "../../core/actor.ts";
import type { Statement } from "../../db/client.ts";
import { SESSION } from "../../db/records/session.ts";
import { USER } from "../../db/records/user.ts";
import { refreshTokens, sessions } from "../../db/schema/sessions.ts";
import { users } from "../../db/schema/users.ts";
import { newest, requires } from "../../db/write/commit.ts";
import { mailToAccounts } from "../../db/write/outbox.ts";
import { commitAndRevoke } from "../../db/write/revocation.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { activeOf } from "./sessions.queries.ts";

/** How long a session, and so its refresh token, is valid after its last use, in milliseconds. */
export const SESSION_MS = 30 * 86_400_000;

/** When a session expires that is used now, but for its absolute end. */
export const expiryOf = (now: string): string => new Date(Date.parse(now) + SESSION_MS).toISOString();

/** Statements that begin a session of the account. `hash` is the stored form of its first refresh token. */
export const beginSession = ({ db, now, writer, services: { epoch } }: WriteContext, userId: number, hash: string): Statement[] => {
  const { address } = writer;
  return [
    db.insert(sessions).values({ user_id: userId, created_at: now, last_used_at: now, expires_at: expiryOf(now), epoch, address }),
    db.insert(refreshTokens).values({ hash, session_id: newest(SESSION), issued_at: now }),
  ];
};

/** Ends one session of an account. Throws `not_found` if the account has no such active session, unless it logs out. */
export const endSession = async (
  context: WriteContext,
  account: Pick<LoggedIn, "userId">,
  id: number,
  reason: "logout" | "removed" = "removed",
): Promise<void> => {
  const { db, now } = context;
  const isSession = sql`${sessions.id} = ${id} and ${activeOf(account, now)}`;
  await commitAndRevoke(context, {
    preconditions: reason === "removed" ? [requires("not_found", sql`exists (select 1 from ${sessions} where ${isSession})`)] : [],
    changes: [db.update(sessions).set({ ended_at: now, end_reason: reason }).where(isSession)],
    audit: [{ entity: SESSION, verb: "ended", where: isSession }],
  });
};

/** Ends all sessions of any account, revokes all its tokens, and tells its owner by mail. Throws `not_found`. */
export const endAllSessionsOf = async (context: WriteContext, userId: number): Promise<void> => {
  const { db, now } = context;
  const isAccount = eq(users.id, userId);
  await commitAndRevoke(context, {
    preconditions: [requires("not_found", sql`exists (select 1 from ${users} where ${isAccount})`)],
    changes: [
      db
        .update(users)
        .set({ gen: sql`${users.gen} + 1` })
        .where(isAccount),
      mailToAccounts("sessions_ended", isAccount, now),
    ],
    audit: [{ entity: USER, verb: "sessions_ended", where: isAccount }],
  });
};

/** Ends all sessions of the caller and revokes all their tokens. */
const endAllSessions = async (context: WriteContext): Promise<void> => {
  const { db, actor, now } = context;
  const isAccount = eq(users.id, loggedIn(actor).userId);
  await commitAndRevoke(context, {
    changes: [
      db
        .update(users)
        .set({ gen: sql`${users.gen} + 1` })
        .where(isAccount),
      mailToAccounts("sessions_ended", isAccount, now),
    ],
    audit: [{ entity: USER, verb: "logged_out_everywhere", where: isAccount }],
  });
};

/** Ends the current session, or all sessions of the caller's account. Throws `unauthenticated`. */
export const logOut = async (context: WriteContext, everywhere: boolean): Promise<void> => {
  const actor = loggedIn(context.actor);
  return everywhere ? endAllSessions(context) : endSession(context, actor, Number(actor.session.sid), "logout");
};
