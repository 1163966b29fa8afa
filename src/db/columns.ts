import { type SQL, sql } from "drizzle-orm";
import { integer, type SQLiteColumn, text } from "drizzle-orm/sqlite-core";
import type { Cents } from "../core/money.ts";
import type { Ppm } from "../core/percent.ts";
import type { Thousandths } from "../core/quantity.ts";

/** AUTOINCREMENT never gives an id twice, so rows of the audit log and of the stock ledger stay unambiguous. */
export const id = () => integer().primaryKey({ autoIncrement: true });

/** An amount of money in cents. */
export const cents = () => integer().$type<Cents>();

/** A quantity of a part in thousandths of its unit. */
export const thousandths = () => integer().$type<Thousandths>();

/** A rate in parts per million. */
export const ppm = () => integer().$type<Ppm>();

/** Yes or no: 1 or 0 in the database, true or false in JSON of it. */
export const flag = () => integer({ mode: "boolean" });

/** A list of words, as JSON. */
export const wordList = <W extends string>() => text({ mode: "json" }).$type<readonly W[]>();

/**
 * The words by which a record is found: a JSON object of each searched field with its folded terms. Triggers copy them into
 * the full-text index; the folded name also sorts.
 */
export const searchTerms = () => text().notNull().default("{}");

/** A timestamp in UTC, ISO 8601 with milliseconds and Z: always 24 characters, so comparing texts compares times. */
export const moment = () => text();

/** The number that If-Match compares; each change of the record increases it by one. */
export const version = () => integer().notNull().default(1);

/** When the record was created and last changed. */
export const moments = () => ({ created_at: moment().notNull(), updated_at: moment().notNull() });

/** What every change of a record sets besides. `now` is ISO 8601. */
export const revised = (table: { readonly version: SQLiteColumn }, now: string): { updated_at: string; version: SQL } => ({
  updated_at: now,
  version: sql`${table.version} + 1`,
});
