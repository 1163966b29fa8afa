import { and, eq, ne, type SQL, sql } from "drizzle-orm";
import { ROLES } from "../../core/actor.ts";
import { revised } from "../../db/columns.ts";
import { USER } from "../../db/records/user.ts";
import { emailTokens } from "../../db/schema/mails.ts";
import { users } from "../../db/schema/users.ts";
import { commit } from "../../db/write/commit.ts";
import { mailToAccounts, mailToken, mayMail, newToken } from "../../db/write/outbox.ts";
import { commitAndRevoke } from "../../db/write/revocation.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { presented, useUp } from "./email.commands.ts";

/** The accounts with this e-mail that may have a new password: at most one per role, and none that is disabled. */
const resettable = (email: string, now: string): SQL =>
  sql`${and(eq(users.email, email), ne(users.status, "disabled"), mayMail("password_reset", sql`${emailTokens.user_id} = ${users.id}`, now))}`;

/**
 * Mails each account with this e-mail a token for a new password, after the answer: neither the answer nor its time tells
 * whether there is one.
 */
export const askForReset = async ({ db, writer, now, services, defer }: WriteContext, email: string): Promise<void> => {
  // Fails as other requests do when the database is away; who has the e-mail is not looked at before the answer.
  await db.select({ id: users.id }).from(users).where(eq(users.email, email)).limit(1);
  const mailed = ROLES.flatMap((role) =>
    mailToken(
      "password_reset",
      newToken(services.emailTokens, "password_reset", now),
      { user_id: sql`${users.id}`, email: sql`${users.email}` },
      now,
      sql`from ${users} where ${users.role} = ${role} and ${resettable(email, now)}`,
      { role },
    ),
  );
  const asked = { entity: USER, verb: "password_reset_asked", where: resettable(email, now) };
  defer(
    commit(db, writer, { changes: mailed, audit: [asked] }).catch((error: unknown) =>
      console.error(
        JSON.stringify({ request_id: writer.requestId, error: "reset_not_mailed", name: error instanceof Error ? error.name : "" }),
      ),
    ),
  );
};

/**
 * Gives an account a new password by the token that was mailed to its e-mail, which is proven by that. All sessions end.
 * Throws `invalid_email_token`.
 */
export const resetPassword = async (context: WriteContext, token: string, password: string): Promise<void> => {
  const { db, now, services } = context;
  const { of, isGood } = presented(context, "password_reset", token);
  const password_hash = await services.passwords.hash(password);
  const isAccount = sql`${users.id} = ${of("user_id")}`;
  await commitAndRevoke(context, {
    preconditions: [
      isGood(sql`exists (select 1 from ${users} where ${users.id} = ${emailTokens.user_id} and ${users.email} = ${emailTokens.email}
        and ${users.status} <> 'disabled')`),
    ],
    changes: [
      db
        .update(users)
        .set({
          password_hash,
          email_verified_at: sql`coalesce(${users.email_verified_at}, ${now})`,
          gen: sql`${users.gen} + 1`,
          ...revised(users, now),
        })
        .where(isAccount),
      mailToAccounts("password_changed", isAccount, now),
      useUp(context, sql`${emailTokens.user_id} = ${of("user_id")} and ${emailTokens.kind} in ('password_reset', 'verification')`),
    ],
    audit: [{ entity: USER, verb: "password_reset", where: isAccount }],
  });
};
