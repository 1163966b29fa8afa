import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import { id, moment } from "../columns.ts";

/** The images before the change, while a batch runs, in the order of their rowids; empty between batches. */
export const auditDraft = sqliteTable("audit_draft", {
  slot: integer().notNull(),
  action: text().notNull(),
  entity: text().notNull(),
  entity_id: integer().notNull(),
  customer_id: integer(),
  before: text(),
});

/**
 * Who changed what: append-only. It has no foreign keys, since its rows outlive the records that they describe. Images leave
 * out what did not change. When a customer is erased, the images and addresses of their entries are, too.
 */
export const auditLog = sqliteTable(
  "audit_log",
  {
    id: id(),
    at: moment().notNull(),
    user_id: integer(),
    role: text().notNull(),
    action: text().notNull(),
    entity: text().notNull(),
    entity_id: integer(),
    before: text(),
    after: text(),
    request_id: text(),
    address: text(),
    /** The customer whom the entry tells of as a person: their record, account or session, or what they did themselves. */
    customer_id: integer(),
    /** The Worker's code of what it knew before the change; what SQL alone inserts has none. */
    mac: text(),
  },
  (t) => [
    index("audit_log_customer").on(t.customer_id).where(sql`${t.customer_id} is not null`),
    index("audit_log_entity").on(t.entity, t.entity_id),
    index("audit_log_entity_all").on(t.entity),
    index("audit_log_entity_at").on(t.entity, t.at),
    index("audit_log_user").on(t.user_id),
    index("audit_log_user_at").on(t.user_id, t.at),
    index("audit_log_user_entity_at").on(t.user_id, t.entity, t.at),
    index("audit_log_at").on(t.at),
    check("audit_log_id_positive", sql`${t.id} > 0`),
  ],
);

/**
 * What the Worker says of an entry right after its batch: a digest of images and address, which the salt makes impossible to
 * guess, and a code of entry and digest. The job seals by it and takes it away.
 */
export const auditWitnesses = sqliteTable("audit_witnesses", {
  id: integer().primaryKey(),
  salt: text(),
  digest: text().notNull(),
  mac: text().notNull(),
});

/**
 * How far an entry can be trusted. `unwitnessed`: the Worker wrote it, but nobody knows whether it was changed before it was
 * sealed; `changed`: it was; `operator`: a script wrote it with SQL; `foreign`: somebody else did.
 */
export const STANDINGS = ["genuine", "unwitnessed", "changed", "operator", "foreign"] as const;
export type Standing = (typeof STANDINGS)[number];

/**
 * The seal of each entry: an HMAC of the entry and the previous seal, with a key that is not in the database. Images and
 * address are sealed by their digest; the salt is gone when they are erased. Seals without a digest are of an older form.
 */
export const auditSeals = sqliteTable(
  "audit_seals",
  {
    id: integer().primaryKey(),
    seal: text().notNull(),
    digest: text(),
    salt: text(),
    standing: text({ enum: STANDINGS }),
  },
  (t) => [index("audit_seals_flagged").on(t.standing, t.id).where(sql`${t.standing} in ('changed', 'foreign')`)],
);

/** Where entries went that are kept no longer here: those from `from_id` to `id`, whose last seal is `seal`. */
export const auditArchives = sqliteTable("audit_archives", {
  id: integer().primaryKey(),
  from_id: integer().notNull(),
  seal: text().notNull(),
  /** 1 when that seal is of the older form. */
  is_older: integer().notNull(),
  place: text().notNull(),
  at: moment().notNull(),
  mac: text().notNull(),
});

/** Refused requests and logins: one row for each network or account, what was refused, and hour, so that strangers cannot fill the log. */
export const refusals = sqliteTable(
  "refusals",
  {
    id: id(),
    /** When the hour began. */
    hour: moment().notNull(),
    what: text().notNull(),
    /** The account that was tried or that asked; 0 for a stranger. */
    user_id: integer().notNull(),
    /** The network of a stranger; `others` beyond the networks that one hour has rows for, empty for an account. */
    network: text().notNull(),
    /** The how-manieth row of its hour it is. */
    nth: integer().notNull(),
    count: integer().notNull(),
    first_at: moment().notNull(),
    last_at: moment().notNull(),
  },
  (t) => [
    unique("refusals_once").on(t.hour, t.user_id, t.what, t.network),
    index("refusals_hour").on(t.hour),
    check("refusals_counted", sql`${t.count} > 0`),
  ],
);
