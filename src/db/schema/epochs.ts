import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { id, moment } from "../columns.ts";

/** The values of DATABASE_EPOCH under which this database was used; the last one is noted as the present one. */
export const epochs = sqliteTable("epochs", { id: id(), epoch: text().notNull().unique(), began_at: moment().notNull() });

/** Up to which id those of a table may have been given before the database was set back in time, where it has no AUTOINCREMENT. */
export const lostIds = sqliteTable("lost_ids", { name: text().primaryKey(), last: integer().notNull() });
