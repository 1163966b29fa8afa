import { type SQL, sql } from "drizzle-orm";
import type { EmailTokens } from "../../core/mail-ports.ts";
import type { Statement } from "../client.ts";
import { emailTokens, mails, type NoticeKind, type TokenKind } from "../schema/mails.ts";
import { users } from "../schema/users.ts";
import { idAfterLost, idsAfterLost } from "./ids-after-restore.ts";
import { insertFrom, type NewRow } from "./insert-from.ts";

/** What a mail is about besides its kind; texts for its template, never a secret. */
type Params = Readonly<Record<string, string | number | null>>;

type NewMail = Omit<NewRow<typeof mails>, "id" | "created_at" | "next_attempt_at">;

/**
 * Writes a mail that is due at `now` (ISO 8601).
 * @param from text after the columns of a SELECT of one row or none
 */
export const queueMail = (mail: NewMail, now: string, from: SQL): Statement =>
  insertFrom(mails, { id: idAfterLost(mails), ...mail, created_at: now, next_attempt_at: now }, from);

/** The same for each row of the SELECT, whose numbering costs a read more. */
export const queueMails = (mail: NewMail, now: string, from: SQL): Statement =>
  insertFrom(mails, { id: idsAfterLost(mails), ...mail, created_at: now, next_attempt_at: now }, from);

/**
 * A notice to the e-mail that accounts have at this place in the batch, if it is proven: nobody else hears of an account.
 * @param where finds the accounts among `users`
 */
export const mailToAccounts = (kind: NoticeKind, where: SQL, now: string, params: Params = {}): Statement =>
  queueMails(
    {
      kind,
      recipient: sql`${users.email}`,
      params: JSON.stringify(params),
      user_id: sql`${users.id}`,
      customer_id: sql`${users.customer_id}`,
    },
    now,
    sql`from ${users} where ${users.email_verified_at} is not null and (${where})`,
  );

/** A token to be mailed, as the database holds it; `EmailTokens` makes it. */
export interface MailedToken {
  readonly kind: TokenKind;
  readonly nonce: string;
  readonly hash: string;
  /** ISO 8601. */
  readonly expires_at: string;
}

const HOUR_MS = 3_600_000;
/** How long a mailed token is good, in milliseconds. */
const GOOD_MS: Readonly<Record<TokenKind, number>> = {
  verification: 24 * HOUR_MS,
  invitation: 7 * 24 * HOUR_MS,
  password_reset: HOUR_MS,
  email_restore: 7 * 24 * HOUR_MS,
};

/** A new token of this kind; `now` is ISO 8601. */
export const newToken = (tokens: EmailTokens, kind: TokenKind, now: string): MailedToken => ({
  kind,
  ...tokens.create(),
  expires_at: new Date(Date.parse(now) + GOOD_MS[kind]).toISOString(),
});

/** How many mails with a token of one kind go to one account or record within an hour. */
const PER_HOUR = 3;

/** Have fewer tokens of this kind been mailed within the last hour than may be? `whose` finds tokens of one account or record. */
export const mayMail = (kind: TokenKind, whose: SQL, now: string): SQL =>
  sql`(select count(*) from ${emailTokens} where ${whose} and ${emailTokens.kind} = ${kind}
    and ${emailTokens.created_at} > ${new Date(Date.parse(now) - HOUR_MS).toISOString()}) < ${PER_HOUR}`;

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
export const mailToken = (
  kind: NoticeKind,
  token: MailedToken,
  holder: Holder,
  now: string,
  from: SQL,
  params: Params = {},
): Statement[] => [
  insertFrom(emailTokens, { ...token, ...holder, created_at: now }, from),
  queueMail(
    {
      kind,
      recipient: sql`${emailTokens.email}`,
      params: JSON.stringify(params),
      token_id: sql`${emailTokens.id}`,
      user_id: sql`${emailTokens.user_id}`,
      customer_id: sql`${emailTokens.customer_id}`,
    },
    now,
    sql`from ${emailTokens} where ${emailTokens.hash} = ${token.hash}`,
  ),
];
