import { sql } from "drizzle-orm";
import type { MailFailure } from "../../core/mail-ports.ts";
import type { Db } from "../../db/client.ts";
import { eachOf, parseRow } from "../../db/json.ts";
import { emailTokens, type MailKind, type MailState, mails } from "../../db/schema/mails.ts";
import { MAX_PARAMS } from "./mail.schemas.ts";

/** How long mail that is finished is kept, in milliseconds. */
export const MAIL_KEPT_MS = 30 * 86_400_000;
/** How many rows a statement changes that looks at many. */
const AT_ONCE = 1_000;

/** The token of a mail as the database holds it. */
export interface StoredToken {
  readonly nonce: string;
  readonly hash: string;
  readonly expires_at: string;
  readonly used_at: string | null;
}

/** A mail that this run may try, and nobody else until its lease ends. */
export interface Claimed {
  readonly id: number;
  readonly kind: MailKind;
  readonly recipient: string;
  /** JSON, or null when it is longer than any template needs. */
  readonly params: string | null;
  readonly token: StoredToken | null;
  readonly attempts: number;
  /** ISO 8601. */
  readonly created_at: string;
}

/** The columns of a mail that say what is in it, with its token as JSON. */
export const CONTENT = sql`id, kind, recipient, created_at, attempts,
  case when length(cast(params as blob)) <= ${MAX_PARAMS} then params end as params,
  (select json_object('nonce', nonce, 'hash', hash, 'expires_at', expires_at, 'used_at', used_at)
    from ${emailTokens} where ${emailTokens.id} = ${mails.token_id}) as token`;

/** A row with `CONTENT` as SQL gives it. */
export type Stored<T> = Omit<T, "token"> & { readonly token: string | null };

/** The same row with its token read. */
export const withToken = <T extends { readonly token: string | null }>(row: T): Omit<T, "token"> & Pick<Claimed, "token"> => ({
  ...row,
  token: row.token === null ? null : parseRow<StoredToken>(row.token),
});

/** Claims the mails that have been due for longest, `limit` at most, until `leaseEnd`. Times are ISO 8601. */
export const claimDue = async (db: Db, now: string, leaseEnd: string, limit: number): Promise<readonly Claimed[]> => {
  const claimed = await db.all<Stored<Claimed>>(sql`update ${mails} set attempts = attempts + 1, next_attempt_at = ${leaseEnd}
    where id in (select id from ${mails} where next_attempt_at <= ${now} order by next_attempt_at, id limit ${limit})
    returning ${CONTENT}`);
  return claimed.map(withToken).toSorted((a, b) => a.id - b.id);
};

/** What became of a claimed mail. Times are ISO 8601. */
export interface Settled extends Pick<Claimed, "id" | "attempts"> {
  readonly state: MailState;
  readonly next_attempt_at: string | null;
  readonly sent_at: string | null;
  readonly failure: MailFailure | null;
}

/** Notes what became of claimed mails. One whose lease ended is another run's, unless it was sent. */
export const settle = async (db: Db, all: readonly Settled[]): Promise<void> => {
  const of = (name: keyof Settled) => sql.raw(`value ->> '${name}'`);
  await db.run(sql`update ${mails} set state = ${of("state")}, next_attempt_at = ${of("next_attempt_at")},
    sent_at = ${of("sent_at")}, failure = ${of("failure")} from ${eachOf(all)}
    where ${mails.id} = ${of("id")} and ${mails.state} = 'queued'
      and (${of("state")} = 'sent' or ${mails.attempts} = ${of("attempts")})`);
};

/** Gives up on mail that has waited since before this moment (ISO 8601) for a sender. */
export const giveUpWaiting = async (db: Db, before: string): Promise<void> => {
  const failure: MailFailure = "no_sender";
  await db.run(sql`update ${mails} set state = 'failed', next_attempt_at = null, failure = ${failure}
    where id in (select id from ${mails} where next_attempt_at < ${before} order by next_attempt_at limit ${AT_ONCE})`);
};

/** Removes mail that is finished and older than `MAIL_KEPT_MS`, and tokens that have expired; the oldest first, a part in each run. */
export const removeOldMail = async (db: Db, nowMs: number): Promise<void> => {
  const before = new Date(nowMs - MAIL_KEPT_MS).toISOString();
  await db.run(sql`delete from ${mails} where id in
    (select id from ${mails} where created_at < ${before} and state <> 'queued' order by created_at limit ${AT_ONCE})`);
  await db.run(sql`delete from ${emailTokens} where id in
    (select id from ${emailTokens} where expires_at < ${new Date(nowMs).toISOString()} order by expires_at limit ${AT_ONCE})`);
};
