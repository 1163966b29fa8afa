import { type SQL, sql } from "drizzle-orm";
import type { Statement } from "../client.ts";
import { emailTokens, type MailKind, mails, type TokenKind } from "../schema/mails.ts";
import { users } from "../schema/users.ts";
import { insertFrom } from "./insert-from.ts";

/** What a mail is about besides its kind; texts for its template, never a secret. */
type Params = Readonly<Record<string, string | number | null>>;

/** A mail to the e-mail that accounts have at this place in the batch. `where` finds the accounts among `users`. */
export const mailToAccounts = (kind: MailKind, where: SQL, now: string, params: Params = {}): Statement =>
  insertFrom(
    mails,
    {
      kind,
      recipient: sql`${users.email}`,
      params: JSON.stringify(params),
      user_id: sql`${users.id}`,
      customer_id: sql`${users.customer_id}`,
      created_at: now,
      next_attempt_at: now,
    },
    sql`from ${users} where ${where}`,
  );

/** A token to be mailed, as the database holds it; `EmailTokens` makes it. */
export interface MailedToken {
  readonly kind: TokenKind;
  readonly nonce: string;
  readonly hash: string;
  /** ISO 8601. */
  readonly expires_at: string;
}

/** Whose token it is, and for which e-mail, over the rows of a query. */
interface Holder {
  readonly user_id?: SQL;
  readonly customer_id?: SQL;
  readonly mechanic_id?: SQL;
  readonly email: SQL;
}

/**
 * Inserts a token and the mail that carries it, for the one row that `from` finds, or neither. The mail goes to the e-mail
 * that the token is for.
 * @param from text after the columns of a SELECT: `from users where ...`
 */
export const mailToken = (kind: MailKind, token: MailedToken, holder: Holder, now: string, from: SQL, params: Params = {}): Statement[] => [
  insertFrom(emailTokens, { ...token, ...holder, created_at: now }, from),
  insertFrom(
    mails,
    {
      kind,
      recipient: sql`${emailTokens.email}`,
      params: JSON.stringify(params),
      token_id: sql`${emailTokens.id}`,
      user_id: sql`${emailTokens.user_id}`,
      customer_id: sql`${emailTokens.customer_id}`,
      created_at: now,
      next_attempt_at: now,
    },
    sql`from ${emailTokens} where ${emailTokens.hash} = ${token.hash}`,
  ),
];
