import { type SQL, sql } from "drizzle-orm";
import { Failure } from "../../core/errors.ts";
import type { Db } from "../client.ts";
import { jsonArray } from "../json.ts";
import type { RecordTable } from "./record.ts";

/** How many records a record shows of each kind that belongs to it. */
export const NESTED = 20;

/** The row with this id as `json`, for a write to read back. */
export const rowById = <T>(table: RecordTable, json: SQL<T>, id: number | SQL<number>): SQL<T> =>
  sql<T>`(select ${json} from ${table} where ${table.id} = ${id})`;

/** The one row that `where` finds, as `json`. Throws `not_found` when there is none. */
export const findRow = async <T>(db: Db, table: RecordTable, json: SQL<T>, where: SQL | undefined): Promise<T> => {
  const found = await db.select({ json }).from(table).where(where).get();
  if (!found) throw new Failure("not_found");
  return found.json as T;
};

/** The newest 20 rows of a table, by id, each as `json`; `where` may name the row around them. */
export const newestOf = <T>(table: RecordTable, json: SQL<T>, where: SQL): SQL<T[]> =>
  jsonArray(json, sql`(select * from ${table} where ${where} order by ${table.id} desc limit ${sql.raw(String(NESTED))}) as ${table}`);
