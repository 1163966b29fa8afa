import { sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Never holds a row: a trigger turns each insert into an error that names the code. */
export const assertions = sqliteTable("assertions", { code: text().notNull(), detail: text().notNull() });
