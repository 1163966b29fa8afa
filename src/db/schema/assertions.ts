import { sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Always empty: a trigger turns each insert into an error with the given code, which undoes the batch. */
export const assertions = sqliteTable("assertions", { code: text().notNull(), detail: text().notNull() });
