import { sql } from "drizzle-orm";
import { check, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { moment } from "../columns.ts";
import { DOCUMENT_KINDS } from "./invoices.ts";
import { isOneOf } from "./words.ts";

/**
 * Numbers of a series that were given before the database was set back in time: papers bear them, and no document here does. The
 * series goes on after the highest.
 */
export const lostNumbers = sqliteTable(
  "lost_numbers",
  {
    id: integer().primaryKey(),
    kind: text({ enum: DOCUMENT_KINDS }).notNull(),
    year: integer().notNull(),
    first: integer().notNull(),
    last: integer().notNull(),
    at: moment().notNull(),
  },
  (t) => [
    uniqueIndex("lost_numbers_series").on(t.kind, t.year, t.last),
    check("lost_numbers_kind_known", isOneOf(t.kind, DOCUMENT_KINDS)),
    check("lost_numbers_range", sql`${t.first} between 1 and ${t.last}`),
  ],
);
