import { type SQL, sql } from "drizzle-orm";
import { integer, type SQLiteColumn, text } from "drizzle-orm/sqlite-core";
import type { Cents } from "../core/money.ts";

/** Ids are AUTOINCREMENT: never used twice, so that audit and ledger rows stay unambiguous. */
export const id = () => integer().primaryKey({ autoIncrement: true });

/** An amount of money in cents. */
export const cents = () => integer().$type<Cents>();

/** A moment in UTC, ISO 8601 with milliseconds and Z: 24 characters that compare as text. */
export const moment = () => text();

/** What If-Match compares; every change of the record adds one. */
export const version = () => integer().notNull().default(1);

/** When the record was made and last changed. */
export const moments = () => ({ created_at: moment().notNull(), updated_at: moment().notNull() });

/** What every change of a record sets besides. `now` is ISO 8601. */
export const revised = (table: { readonly version: SQLiteColumn }, now: string): { updated_at: string; version: SQL } => ({
  updated_at: now,
  version: sql`${table.version} + 1`,
});
