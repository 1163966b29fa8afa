import { getTableName, is, Param, SQL, StringChunk, sql } from "drizzle-orm";
import { type SQLiteTable, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Db, Statement } from "../client.ts";

/** A new row by the names of its columns, each with a value or an expression over the rows that it is made from. */
export type NewRow<T extends SQLiteTable> = { readonly [K in keyof T["$inferInsert"]]: T["$inferInsert"][K] | SQL };

const COMMA = new StringChunk(", ");
const narrowed = new WeakMap<SQLiteTable, Map<string, SQLiteTable>>();

/** The same table with these columns only, made once: Drizzle inserts a SELECT into all columns that a table has. */
const withColumns = (table: SQLiteTable, names: readonly string[]): SQLiteTable => {
  const known = narrowed.get(table) ?? new Map<string, SQLiteTable>();
  narrowed.set(table, known);
  const key = names.join();
  const made = known.get(key) ?? sqliteTable(getTableName(table), Object.fromEntries(names.map((name) => [name, text(name)])));
  known.set(key, made);
  return made;
};

/**
 * Inserts one row for each row of `from` (text after the columns of a SELECT, or nothing for one row). Columns that are not
 * named get their default, the id a new one.
 */
export const insertFrom = <T extends SQLiteTable>(db: Db, table: T, row: NewRow<T>, from: SQL): Statement => {
  const names: string[] = [];
  const values: (SQL | Param)[] = [];
  for (const [name, value] of Object.entries(row)) {
    if (value === undefined) continue;
    names.push(name);
    values.push(is(value, SQL) ? value : new Param(value));
  }
  return db.insert(withColumns(table, names)).select(sql`select ${sql.join(values, COMMA)} ${from}`);
};
