import { type SQL, sql } from "drizzle-orm";
import type { MailFailure } from "../../core/mail-ports.ts";
import type { Db } from "../../db/client.ts";
import { eachOf, parseRow } from "../../db/json.ts";
import { emailTokens, type MailKind, type MailState, mails } from "../../db/schema/mails.ts";
import { shareLinks } from "../../db/schema/share-links.ts";
import { DOCUMENT, documentCount, hasDocument } from "./mail.document.ts";
import { MAX_PARAMS } from "./mail.schemas.ts";
import { ABOUT, type AboutShopMail, obstacleTo } from "./shop-mail.about.ts";

/** How long mail that is finished is kept after it was written, in milliseconds. */
export const MAIL_KEPT_MS = 30 * 86_400_000;
/** How many rows a statement changes that looks at many. */
const AT_ONCE = 1_000;

/** The token of a mail, or of the link in it, as the database holds it. */
export interface StoredToken {
  readonly nonce: string;
  readonly hash: string;
  readonly expires_at: string;
  /** When it was used, or the link was ended; it is good for nothing then. */
  readonly used_at: string | null;
}

/** A mail with all that it says. */
export interface Content {
  readonly id: number;
  readonly kind: MailKind;
  readonly recipient: string;
  /** JSON, or null when it is longer than any template needs. */
  readonly params: string | null;
  readonly token: StoredToken | null;
  /** What a mail of the shop tells of; null for one to an account. */
  readonly about: AboutShopMail | null;
  readonly attempts: number;
  /** ISO 8601. */
  readonly created_at: string;
}

/** A mail that this run may try, and nobody else until its lease ends. */
export interface Claimed extends Content {
  /** Why it must not leave, or null. */
  readonly obstacle: MailFailure | null;
  /** The documents that go with it, as JSON. */
  readonly document: string | null;
}

/** The columns of a mail that say what is in it, with its token and what it tells of as JSON. */
export const CONTENT = sql`id, kind, recipient, created_at, attempts,
  case when length(cast(params as blob)) <= ${MAX_PARAMS} then params end as params,
  coalesce((select json_object('nonce', nonce, 'hash', hash, 'expires_at', expires_at, 'used_at', used_at)
    from ${emailTokens} where ${emailTokens.id} = ${mails.token_id}),
    (select json_object('nonce', nonce, 'hash', hash, 'expires_at', expires_at, 'used_at', revoked_at)
    from ${shareLinks} where ${shareLinks.id} = ${mails.share_link_id})) as token,
  iif(${mails.service_ticket_id} is null, null, ${ABOUT}) as about`;

/** A row with `CONTENT` as SQL gives it. */
export type Stored<T> = Omit<T, "token" | "about"> & Readonly<Record<"token" | "about", string | null>>;

/** The same row with its token, and what it tells of, read. */
export const readContent = <T extends Readonly<Record<"token" | "about", string | null>>>(
  row: T,
): Omit<T, "token" | "about"> & Pick<Content, "token" | "about"> => ({
  ...row,
  token: row.token === null ? null : parseRow<StoredToken>(row.token),
  about: row.about === null ? null : parseRow<AboutShopMail>(row.about),
});

/** How many mails without documents are claimed at most, and of how many documents the mails that have some. */
export interface ClaimLimits {
  readonly plain: number;
  /** The mail with which they are as many, or more, is the last. */
  readonly documents: number;
}

/** In a query over mails with documents, the oldest first: how many documents those before have. */
const documentsBefore = sql`sum(${documentCount}) over (order by next_attempt_at, id) - ${documentCount}`;

/** Claims the mails that have been due for longest, until `leaseEnd`. Times are ISO 8601. */
export const claimDue = async (db: Db, now: string, leaseEnd: string, limits: ClaimLimits): Promise<readonly Claimed[]> => {
  const due = (which: SQL, limit: number) =>
    sql`select * from ${mails} where next_attempt_at <= ${now} and ${which} order by next_attempt_at, id limit ${limit}`;
  const claimed = await db.all<Stored<Claimed>>(sql`update ${mails} set attempts = attempts + 1, next_attempt_at = ${leaseEnd}
    where id in (select id from (${due(sql`not ${hasDocument}`, limits.plain)}) union all
      select id from (select id, ${documentsBefore} as before from (${due(hasDocument, limits.documents)}) as ${mails}) where before < ${limits.documents})
    returning ${CONTENT}, ${obstacleTo(now)} as obstacle, ${DOCUMENT} as document`);
  return claimed.map(readContent).toSorted((a, b) => a.id - b.id);
};

/** What became of a claimed mail. Times are ISO 8601. */
export interface Settled extends Pick<Content, "id" | "attempts"> {
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
