import { and, eq, isNull, ne, type SQL, sql } from "drizzle-orm";
import type { EmailTokens } from "../../core/mail-ports.ts";
import type { Statement } from "../client.ts";
import { users } from "../schema/users.ts";
import { mailToken, newToken } from "./outbox.ts";

/** An e-mail of which only the first letter and the domain are told. */
const masked = (email: string): string => email.replace(/^(.).*(?=@)/, "$1***");

/**
 * Statements that stand before the change of an account's e-mail: the new address is asked to prove itself, the old one is
 * told and can take the account back. Without a change they do nothing; an old address that was never proven is not told.
 * @param where finds the account among `users`
 */
export const tellOfNewEmail = (tokens: EmailTokens, where: SQL | undefined, email: string, now: string): Statement[] => {
  const changes = and(where, ne(users.email, email));
  const user_id = sql`${users.id}`;
  return [
    ...mailToken(
      "email_changed",
      newToken(tokens, "email_restore", now),
      { user_id, email: sql`${users.email}` },
      now,
      sql`from ${users} where ${changes} and ${users.email_verified_at} is not null`,
      { new_email: masked(email) },
    ),
    ...mailVerification(tokens, changes, sql`${email}`, now),
  ];
};

/** Statements that ask an address to prove that it belongs to the account that `where` finds among `users`. */
export const mailVerification = (tokens: EmailTokens, where: SQL | undefined, email: SQL, now: string): Statement[] =>
  mailToken(
    "verification",
    newToken(tokens, "verification", now),
    { user_id: sql`${users.id}`, email },
    now,
    sql`from ${users} where ${where}`,
  );

/** A customer's login with this e-mail that somebody made and never proved: it gives way to one that staff vouch for. */
export const unproven = (email: string | SQL): SQL =>
  sql`${and(eq(users.email, email), eq(users.role, "customer"), isNull(users.email_verified_at))}`;
