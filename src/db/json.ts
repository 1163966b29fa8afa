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

/** D1 takes 32 arguments per function (Cloudflare: D1 limits): so many names with their values, or an object and one pair less. */
const PAIRS = 16;

/** Names with their values, as arguments. */
const pairsOf = (fields: readonly [string, SQLiteColumn | SQL][], prefix: string): SQL =>
  sql.join(
    fields.map(([name, value]) => sql`${sql.raw(`'${prefix}${name}'`)}, ${value}`),
    sql`, `,
  );

/** The object with these fields added to its end; unlike json_patch, json_insert keeps a null. */
const withMore = (object: SQL, fields: readonly [string, SQLiteColumn | SQL][]): SQL =>
  fields.length === 0
    ? object
    : withMore(sql`json_insert(${object}, ${pairsOf(fields.slice(0, PAIRS - 1), "$.")})`, fields.slice(PAIRS - 1));

/** One JSON object per row: the shape in which records are read, audited and kept for replays. */
export const jsonObject = <T extends Fields>(fields: T): SQL<RowOf<T>> => {
  const all = Object.entries(fields);
  const object = withMore(sql`json_object(${pairsOf(all.slice(0, PAIRS), "")})`, all.slice(PAIRS));
  return rendered(sql<RowOf<T>>`${object}`).mapWith(parseRow<RowOf<T>>);
};

/** A nested list: `element` for each row of `from` (text after FROM), as a JSON array. */
export const jsonArray = <T>(element: SQL<T> | SQLWrapper, from: SQL): SQL<T[]> =>
  rendered(sql<T[]>`json((select json_group_array(${element}) from ${from}))`);

/** A nested record: `object` for the one row of `from`, or null. */
export const jsonOne = <T>(object: SQL<T>, from: SQL): SQL<T> => rendered(sql<T>`json((select ${object} from ${from}))`);

/** A list as one parameter: `select value from json_each(...)`, however long it is. */
export const eachOf = (values: readonly unknown[]): SQL => sql`json_each(${JSON.stringify(values)})`;
