import { type SQL, sql } from "drizzle-orm";
import { Failure } from "../../core/errors.ts";
import type { Db } from "../client.ts";
import { jsonArray, parseRow } from "../json.ts";
import type { RecordTable } from "./record.ts";

/** The number of nested records of each kind that an answer shows. */
export const NESTED = 20;

/** A subquery for the row with this id as `json`; writes read their answer with it. */
export const rowById = <T>(table: RecordTable, json: SQL<T>, id: number | SQL<number>): SQL<T> =>
  sql<T>`(select ${json} from ${table} where ${table.id} = ${id})`;

/** Reads the one row that `where` selects, as `json`. Throws `not_found` if there is none. */
export const findRow = async <T>(db: Db, table: RecordTable, json: SQL<T>, where: SQL | undefined): Promise<T> => {
  const found = await db.get<{ json: string } | undefined>(sql`select ${json} as json from ${table} where ${where ?? sql`true`}`);
  if (!found) throw new Failure("not_found");
  return parseRow<T>(found.json);
};

/** A JSON array of the newest rows of a table (at most `NESTED`, by id), each as `json`. `where` may refer to the outer row. */
export const newestOf = <T>(table: RecordTable, json: SQL<T>, where: SQL): SQL<T[]> =>
  jsonArray(json, sql`(select * from ${table} where ${where} order by ${table.id} desc limit ${sql.raw(String(NESTED))}) as ${table}`);
