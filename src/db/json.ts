import { type GetColumnData, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { SQLiteAsyncDialect, type SQLiteColumn } from "drizzle-orm/sqlite-core";

export type Fields = Readonly<Record<string, SQLiteColumn | SQL>>;

/** The shape that `jsonObject(fields)` reads as: a column's own type, an expression's declared one. */
export type RowOf<T extends Fields> = {
  [K in keyof T]: T[K] extends SQLiteColumn ? GetColumnData<T[K]> : T[K] extends SQL<infer V> ? V : never;
};

/** What an expression of JSON is read as. */
export type JsonOf<S> = S extends SQL<infer V> ? V : never;

/** Reads JSON that our own SQL made; its shape is the type of the expression that made it. */
export const parseRow = <T>(text: string): T => JSON.parse(text) as T;

const dialect = new SQLiteAsyncDialect();

/** The same expression as text, made once: Drizzle puts an expression together anew for each query. One with values stays as it is. */
const rendered = <T>(expression: SQL<T>): SQL<T> => {
  const { sql: text, params } = dialect.sqlToQuery(expression);
  return params.length === 0 ? sql<T>`${sql.raw(text)}` : expression;
};

/** One JSON object per row: the shape in which records are read, audited and kept for replays. */
export const jsonObject = <T extends Fields>(fields: T): SQL<RowOf<T>> => {
  const pairs = Object.entries(fields).map(([name, value]) => sql`${sql.raw(`'${name}'`)}, ${value}`);
  return rendered(sql<RowOf<T>>`json_object(${sql.join(pairs, sql`, `)})`).mapWith(parseRow<RowOf<T>>);
};

/** A nested list: `element` for each row of `from` (text after FROM), as a JSON array. */
export const jsonArray = <T>(element: SQL<T> | SQLWrapper, from: SQL): SQL<T[]> =>
  rendered(sql<T[]>`json((select json_group_array(${element}) from ${from}))`);

/** A nested record: `object` for the one row of `from`, or null. */
export const jsonOne = <T>(object: SQL<T>, from: SQL): SQL<T> => rendered(sql<T>`json((select ${object} from ${from}))`);

/** A list as one parameter: `select value from json_each(...)`, however long it is. */
export const eachOf = (values: readonly unknown[]): SQL => sql`json_each(${JSON.stringify(values)})`;
