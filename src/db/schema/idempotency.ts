import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, unique, uniqueIndex } from "drizzle-orm/sqlite-core";
import { moment } from "../columns.ts";

/**
 * One row per write: who, when, from where, and the answer as it was read back. It is the first statement of
 * a batch (`open` = 1) and its last (`open` = null, answer stored), so triggers find the writer in it.
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
