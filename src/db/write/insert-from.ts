import { getTableName, type SQL, sql } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Statement } from "../client.ts";
import { render } from "../dialect.ts";

/** A new row by the names of its columns, each with a value or an expression over the rows that it is made from. */
export type NewRow<T extends SQLiteTable> = { readonly [K in keyof T["$inferInsert"]]: T["$inferInsert"][K] | SQL };

const COMMA = sql.raw(", ");
const ONE_ROW = sql``;
const SPACE = sql.raw(" ");

/**
 * Inserts one row for each row of `from` (text after the columns of a SELECT, or nothing for one row). Columns that are not
 * named get their default, the id a new one.
 */
export const insertFrom = <T extends SQLiteTable>(table: T, row: NewRow<T>, from: SQL = ONE_ROW): Statement => {
  const given = Object.entries(row).filter(([, value]) => value !== undefined);
  const head = `insert into "${getTableName(table)}" ("${given.map(([name]) => name).join('", "')}") select `;
  const values = given.flatMap(([, value], index) => (index === 0 ? [value] : [COMMA, value]));
  return { toSQL: () => render(head, [...values, SPACE, from]) };
};
