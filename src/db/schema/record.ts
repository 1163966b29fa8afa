import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, unique, uniqueIndex } from "drizzle-orm/sqlite-core";
import { id, moment } from "../columns.ts";

/**
 * One row per write: who, when, from where, and the answer as it was read back. It is the first statement of
 * a batch (`open` = 1) and its last (`open` = null, answer stored), so triggers find the writer in it.
 */
export const writes = sqliteTable(
  "writes",
  {
    id: integer().primaryKey(),
    scope: text().notNull(),
    key: text().notNull(),
    fingerprint: text().notNull(),
    request_id: text().notNull(),
    user_id: integer(),
    session_id: integer(),
    role: text().notNull(),
    address: text(),
    at: moment().notNull(),
    answer: text(),
    open: integer(),
  },
  (t) => [
    unique("writes_scope_key").on(t.scope, t.key),
    uniqueIndex("writes_one_open").on(t.open).where(sql`${t.open} is not null`),
    index("writes_at").on(t.at),
    check("writes_are_answered", sql`${t.open} is not null or ${t.answer} is not null`),
  ],
);

/** Before-images of a batch that is under way, in the order of their rowids; empty between batches. */
export const auditDraft = sqliteTable("audit_draft", {
  slot: integer().notNull(),
  action: text().notNull(),
  entity: text().notNull(),
  entity_id: integer().notNull(),
  before: text(),
});

/** Who changed what: append-only, without foreign keys, since it outlives its subjects. */
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
  },
  (t) => [
    index("audit_log_entity").on(t.entity, t.entity_id),
    index("audit_log_entity_all").on(t.entity),
    index("audit_log_user").on(t.user_id),
    index("audit_log_at").on(t.at),
    check("audit_log_id_positive", sql`${t.id} > 0`),
  ],
);

/** The seal of each audit row, made of the row and the seal before it with a key that the database does not have. */
export const auditSeals = sqliteTable("audit_seals", { id: integer().primaryKey(), seal: text().notNull() });

/** Never holds a row: a trigger turns each insert into an error that names the code. */
export const refusals = sqliteTable("refusals", { code: text().notNull(), detail: text().notNull() });

/** Rows per table, kept by triggers, so that no listing counts a table. */
export const counters = sqliteTable("counters", { name: text().primaryKey(), value: integer().notNull() });

/** Search terms: lower-cased words, e-mails and digits, each a prefix to look for, and the field it comes from. */
export const searchTerms = sqliteTable(
  "search_terms",
  {
    entity: text().notNull(),
    term: text().notNull(),
    entity_id: integer().notNull(),
    field: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.entity, t.term, t.entity_id, t.field] }),
    index("search_terms_entity").on(t.entity, t.entity_id, t.term, t.field),
  ],
);
