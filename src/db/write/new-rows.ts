import { getTableColumns, getTableName } from "drizzle-orm";
import { type SQLiteTable, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * The same table without its id, for rows that are inserted by SELECT and get a new one: a null id in their place would
 * cost a search for it. Columns are named, since Drizzle keeps the names of others by table, and would take this one for the whole.
 */
export const withoutId = (table: SQLiteTable) =>
  sqliteTable(
    getTableName(table),
    Object.fromEntries(Object.keys(getTableColumns(table)).flatMap((name) => (name === "id" ? [] : [[name, text(name)]]))),
  );
