import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, unique, uniqueIndex } from "drizzle-orm/sqlite-core";
import { moment } from "../columns.ts";

/**
 * One row per write: its key, who wrote, when, from where, and the answer. The first statement of a batch inserts it
 * (`open` = 1), the last one stores the answer (`open` = null); in between triggers find the writer in it.
 */
export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
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
    unique("idempotency_keys_scope_key").on(t.scope, t.key),
    uniqueIndex("idempotency_keys_one_open").on(t.open).where(sql`${t.open} is not null`),
    index("idempotency_keys_at").on(t.at),
    check("idempotency_keys_answered", sql`${t.open} is not null or ${t.answer} is not null`),
  ],
);
