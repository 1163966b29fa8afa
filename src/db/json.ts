import { type GetColumnData, is, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { SQLiteAsyncDialect, SQLiteColumn } from "drizzle-orm/sqlite-core";

export type Fields = Readonly<Record<string, SQLiteColumn | SQL>>;

/** The type of `jsonObject(fields)` once parsed: the type of each column, or the declared type of an expression. */
export type RowOf<T extends Fields> = {
  [K in keyof T]: T[K] extends SQLiteColumn ? GetColumnData<T[K]> : T[K] extends SQL<infer V> ? V : never;
};

/** The type of a JSON expression once parsed. */
export type JsonOf<S> = S extends SQL<infer V> ? V : never;

/** Parses JSON that our own SQL made. Safe: T is the type of the expression that made it. */
export const parseRow = <T>(text: string): T => JSON.parse(text) as T;

const dialect = new SQLiteAsyncDialect();

/** Renders an expression to text once; Drizzle would render it for each query. One with parameters is returned unchanged. */
const rendered = <T>(expression: SQL<T>): SQL<T> => {
  const { sql: text, params } = dialect.sqlToQuery(expression);
  return params.length === 0 ? sql<T>`${sql.raw(text)}` : expression;
};

/** D1 takes 32 arguments per function (Cloudflare: D1 limits): 16 names with their values, or an object and 15 of them. */
const PAIRS = 16;

/** A value as JSON has it: yes and no of a column of 0 and 1, and a list instead of its text. */
const asJson = (value: SQLiteColumn | SQL): SQLiteColumn | SQL => {
  if (!is(value, SQLiteColumn)) return value;
  if (value.dataType === "boolean") return sql`json(iif(${value}, 'true', 'false'))`;
  return value.dataType === "json" ? sql`json(${value})` : value;
};

/** Names and values as arguments of a function. */
const pairsOf = (fields: readonly [string, SQLiteColumn | SQL][], prefix: string): SQL =>
  sql.join(
    fields.map(([name, value]) => sql`${sql.raw(`'${prefix}${name}'`)}, ${asJson(value)}`),
    sql`, `,
  );

/** The object with these fields added at its end. json_insert keeps nulls, json_patch would not. */
const withMore = (object: SQL, fields: readonly [string, SQLiteColumn | SQL][]): SQL =>
  fields.length === 0
    ? object
    : withMore(sql`json_insert(${object}, ${pairsOf(fields.slice(0, PAIRS - 1), "$.")})`, fields.slice(PAIRS - 1));

/** A JSON object of each row. Records are read, audited and stored for repeated requests in this form. */
export const jsonObject = <T extends Fields>(fields: T): SQL<RowOf<T>> => {
  const all = Object.entries(fields);
  const object = withMore(sql`json_object(${pairsOf(all.slice(0, PAIRS), "")})`, all.slice(PAIRS));
  return rendered(sql<RowOf<T>>`${object}`).mapWith(parseRow<RowOf<T>>);
};

/** A nested list: a JSON array with `element` for each row of `from` (the SQL after FROM). */
export const jsonArray = <T>(element: SQL<T> | SQLWrapper, from: SQL): SQL<T[]> =>
  rendered(sql<T[]>`json((select json_group_array(${element}) from ${from}))`);

/** A nested record: `object` for the one row of `from`, or null. */
export const jsonOne = <T>(object: SQL<T>, from: SQL): SQL<T> => rendered(sql<T>`json((select ${object} from ${from}))`);

/** A list of any length as one bound parameter; use it as `select value from json_each(...)`. */
export const eachOf = (values: readonly unknown[]): SQL => sql`json_each(${JSON.stringify(values)})`;
