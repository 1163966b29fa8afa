import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The number of rows per table, maintained by triggers, so that no listing has to count a table. */
export const counters = sqliteTable("counters", { name: text().primaryKey(), value: integer().notNull() });
