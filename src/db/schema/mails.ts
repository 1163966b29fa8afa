import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { moment } from "../columns.ts";
import { isOneOf } from "./words.ts";

/** What a mailed token is good for: proving an e-mail, taking up a record, a new password, taking back a changed e-mail. */
export const TOKEN_KINDS = ["verification", "invitation", "password_reset", "email_restore"] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/**
 * Tokens that are mailed, each for one use. What is mailed is made from `nonce` with a secret that is not in the database,
 * which has only its SHA-256 in hexadecimal. A token is about an account, or about a record that has none yet, and is good
 * for this e-mail only. There are no foreign keys: a token of what is gone opens nothing, and is removed when it expires.
 */
export const emailTokens = sqliteTable(
  "email_tokens",
  {
    id: integer().primaryKey(),
    kind: text({ enum: TOKEN_KINDS }).notNull(),
    nonce: text().notNull(),
    hash: text().notNull().unique(),
    email: text().notNull(),
    user_id: integer(),
    customer_id: integer(),
    mechanic_id: integer(),
    created_at: moment().notNull(),
    expires_at: moment().notNull(),
    used_at: moment(),
  },
  (t) => [
    index("email_tokens_user").on(t.user_id, t.kind, t.created_at),
    index("email_tokens_customer").on(t.customer_id, t.created_at),
    index("email_tokens_mechanic").on(t.mechanic_id, t.created_at),
    index("email_tokens_expires").on(t.expires_at),
    check("email_tokens_of_one", sql`(${t.user_id} is not null) + (${t.customer_id} is not null) + (${t.mechanic_id} is not null) = 1`),
  ],
);

/**
 * The kinds of mail to accounts, each with a template of its name. `new_login`: from a network that the account has not logged in
 * from; `email_changed` goes to the address from before, with the token to take it back.
 */
export const NOTICE_KINDS = [
  "verification",
  "invitation",
  "password_reset",
  "email_changed",
  "password_changed",
  "sessions_ended",
  "new_login",
  "second_factor_added",
  "second_factor_removed",
  "admin_added",
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** The kinds of mail that the shop sends to its customers, each about a ticket. `invoice`: also a credit note. */
export const SHOP_MAIL_KINDS = ["estimate", "invoice", "receipt", "appointment_reminder"] as const;
export type ShopMailKind = (typeof SHOP_MAIL_KINDS)[number];
export const isShopMailKind = (kind: MailKind): kind is ShopMailKind => SHOP_MAIL_KINDS.some((known) => known === kind);

export const MAIL_KINDS = [...NOTICE_KINDS, ...SHOP_MAIL_KINDS] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/**
 * `suppressed`: nothing was sent, since the address cannot be written to, or what the mail was about is over. `bounced`: it was
 * sent and came back.
 */
export const MAIL_STATES = ["queued", "sent", "failed", "suppressed", "bounced"] as const;
export type MailState = (typeof MAIL_STATES)[number];

/**
 * Mail that is to leave, written in the batch that causes it and sent by the cron job. `params` is JSON with what the
 * template of its kind says; it holds no secret. `next_attempt_at` is null once nothing more is tried.
 */
export const mails = sqliteTable(
  "mails",
  {
    id: integer().primaryKey(),
    kind: text({ enum: MAIL_KINDS }).notNull(),
    recipient: text().notNull(),
    params: text().notNull().default("{}"),
    token_id: integer(),
    user_id: integer(),
    customer_id: integer(),
    /** What a mail of the shop is about: always the ticket, and the document or payment if there is one. */
    service_ticket_id: integer(),
    estimate_id: integer(),
    invoice_id: integer(),
    payment_id: integer(),
    /** The link in the mail, with which the customer decides. */
    share_link_id: integer(),
    /** When the appointment begins that the customer is reminded of. */
    starts_at: moment(),
    /** What staff wrote to the customer. */
    message: text(),
    state: text({ enum: MAIL_STATES }).notNull().default("queued"),
    attempts: integer().notNull().default(0),
    created_at: moment().notNull(),
    next_attempt_at: moment(),
    sent_at: moment(),
    bounced_at: moment(),
    /** Why the last attempt failed: a code, never what a provider wrote. */
    failure: text(),
  },
  (t) => [
    index("mails_due").on(t.next_attempt_at).where(sql`${t.next_attempt_at} is not null`),
    index("mails_created").on(t.created_at),
    index("mails_user").on(t.user_id),
    index("mails_customer").on(t.customer_id),
    index("mails_ticket").on(t.service_ticket_id, t.id).where(sql`${t.service_ticket_id} is not null`),
    index("mails_of_shop").on(t.id).where(sql`${t.service_ticket_id} is not null`),
    check("mails_id_positive", sql`${t.id} > 0`),
    check("mails_state_known", isOneOf(t.state, MAIL_STATES)),
    check("mails_queued_are_due", sql`(${t.state} = 'queued') = (${t.next_attempt_at} is not null)`),
    check("mails_sent_at_a_time", sql`(${t.state} in ('sent', 'bounced')) = (${t.sent_at} is not null)`),
    check("mails_bounced_at_a_time", sql`(${t.state} = 'bounced') = (${t.bounced_at} is not null)`),
    check(
      "mails_about_something",
      sql`(${isOneOf(t.kind, SHOP_MAIL_KINDS)}) = (${t.service_ticket_id} is not null)
        and (${t.kind} = 'estimate') = (${t.estimate_id} is not null) and (${t.kind} = 'estimate') = (${t.share_link_id} is not null) and (${t.kind} in ('invoice', 'receipt')) = (${t.invoice_id} is not null)
        and (${t.kind} = 'receipt') = (${t.payment_id} is not null) and (${t.kind} = 'appointment_reminder') = (${t.starts_at} is not null)`,
    ),
  ],
);

/** `bounced`: mail to the address came back for good; `complained`: whoever reads it told their provider that it is unwanted. */
export const SUPPRESSION_REASONS = ["bounced", "complained"] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** Addresses that nothing is sent to any more, until staff confirm one. */
export const mailSuppressions = sqliteTable(
  "mail_suppressions",
  {
    email: text().primaryKey(),
    reason: text({ enum: SUPPRESSION_REASONS }).notNull(),
    at: moment().notNull(),
  },
  (t) => [check("mail_suppressions_reason_known", isOneOf(t.reason, SUPPRESSION_REASONS))],
);
