import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Rows per table, kept by triggers, so that no listing counts a table. */
export const counters = sqliteTable("counters", { name: text().primaryKey(), value: integer().notNull() });
