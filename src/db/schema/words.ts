import { type SQL, type SQLWrapper, sql } from "drizzle-orm";

/** Words as a list of SQL. */
export const words = (list: readonly string[]): SQL => sql.raw(list.map((word) => `'${word}'`).join(", "));

/**
 * For the CHECK of a column that takes these words, or nothing. Not as IN: SQLite looks a longer list up in a table of its own,
 * which D1 counts as rows that are read.
 */
export const isOneOf = (column: SQLWrapper, list: readonly string[]): SQL =>
  sql`(${sql.join(
    list.map((word) => sql`${column} = ${sql.raw(`'${word}'`)}`),
    sql` or `,
  )})`;
