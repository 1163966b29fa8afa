import { Name, Param, type Query, SQL, StringChunk } from "drizzle-orm";
import { SQLiteAsyncDialect, SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";

interface Rendered {
  sql: string;
  readonly params: unknown[];
}

const whole = new SQLiteAsyncDialect();

/** The texts of tables and columns, as Drizzle writes them. */
const names = new WeakMap<object, string>();

const nameOf = (chunk: SQLiteTable | SQLiteColumn): string => {
  const known = names.get(chunk);
  if (known !== undefined) return known;
  const { sql } = whole.sqlToQuery(new SQL([chunk]));
  names.set(chunk, sql);
  return sql;
};

const isPlain = (chunk: unknown): boolean => chunk === null || typeof chunk !== "object";

/** Adds a value to the text; false for what only Drizzle itself can render. */
const addParam = (into: Rendered, { value, encoder }: Param): boolean => {
  const mapped: unknown = value === null ? null : encoder.mapToDriverValue(value);
  if (!isPlain(mapped)) return false;
  into.sql += "?";
  into.params.push(mapped);
  return true;
};

const addList = (into: Rendered, chunks: readonly unknown[]): boolean => {
  into.sql += "(";
  const areAdded = chunks.every((chunk, index) => {
    if (index > 0) into.sql += ", ";
    return add(into, chunk);
  });
  into.sql += ")";
  return areAdded;
};

/** Adds a part of a statement to the text; false for what only Drizzle itself can render. */
const add = (into: Rendered, chunk: unknown): boolean => {
  if (chunk === undefined) return true;
  if (chunk instanceof StringChunk) {
    for (const text of chunk.value) into.sql += text;
    return true;
  }
  if (chunk instanceof SQL) return Reflect.get(chunk, "shouldInlineParams") !== true && addAll(into, chunk);
  if (chunk instanceof Param) return addParam(into, chunk);
  if (chunk instanceof SQLiteColumn || chunk instanceof SQLiteTable) {
    into.sql += nameOf(chunk);
    return true;
  }
  if (chunk instanceof Name) {
    into.sql += whole.escapeName(chunk.value);
    return true;
  }
  if (Array.isArray(chunk)) return addList(into, chunk);
  if (!isPlain(chunk)) return false;
  into.sql += "?";
  into.params.push(chunk);
  return true;
};

const addAll = (into: Rendered, { queryChunks }: SQL): boolean => {
  for (const chunk of queryChunks) if (!add(into, chunk)) return false;
  return true;
};

/** A statement that begins with a text and goes on with these parts: expressions, and values that are bound. */
export const render = (head: string, parts: readonly unknown[]): Query => {
  const into: Rendered = { sql: head, params: [] };
  if (parts.every((part) => add(into, part))) return into;
  const { sql, params } = whole.sqlToQuery(
    new SQL([new StringChunk(head), ...parts.map((part) => (part instanceof SQL ? part : new Param(part)))]),
  );
  return { sql, params };
};

/**
 * Drizzle's dialect, which renders statements to the same text in one pass over their parts. Drizzle's own way takes half of the
 * time of a write: it makes an object for each part and asks each what kind it is, up to a dozen times.
 */
export class Dialect extends SQLiteAsyncDialect {
  override sqlToQuery(...[expression, source]: Parameters<SQLiteAsyncDialect["sqlToQuery"]>) {
    const into: Rendered = { sql: "", params: [] };
    return source === undefined && add(into, expression) ? into : super.sqlToQuery(expression, source);
  }
}
