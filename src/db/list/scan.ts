import { and, asc, desc, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";

/** What rows are sorted by. */
export type SortKey = SQLiteColumn | SQL;
export type SortValue = string | number;

/** The index that leads a search: whose rows are read, which of them, and in which orders it gives them. */
export interface DrivingIndex {
  readonly from: SQLiteTable;
  /** The column that holds the id of the listed row. */
  readonly id: SQLiteColumn;
  readonly where: SQL;
  /** The sort orders that the index provides, by name; the first is the default. */
  readonly sorts: Readonly<Record<string, SortKey>>;
}

/** The place of a row in a sorted listing: keyset paging goes on from it. */
export interface Position {
  readonly key: SortValue;
  readonly id: number;
}

/** Which rows are read in which order: those of the driving index, sorted by the key, after a position if there is one. */
export interface Scan {
  readonly index: DrivingIndex;
  readonly key: SortKey;
  readonly descending: boolean;
  readonly after: Position | undefined;
}

/**
 * `limit` rows of a scan, after the first `offset`, as a subquery of `id` and `key`. After a position these are first the
 * rows with the same key and then the others, each by a search of its own: for both together, as `(key, id) > (?, ?)`,
 * SQLite would read all rows with that key once more. The bound by the position comes first, since of two bounds on one
 * column SQLite searches by the first and filters by the other.
 */
export const keysetScan = ({ index, key, descending, after }: Scan, limit: number, offset: number): SQL => {
  const order = descending ? desc : asc;
  const past = sql.raw(descending ? "<" : ">");
  const byKey = order(sql`${key}`);
  const byId = order(index.id);
  const select = (bound: SQL | undefined, sorting: readonly SQL[], most: number, skipped: number): SQL =>
    sql`(select ${index.id} as id, ${key} as key from ${index.from} where ${and(bound, index.where)}
      order by ${sql.join([...sorting], sql`, `)} limit ${most} offset ${skipped})`;
  // SQLite would sort by a column that is named twice, index or not.
  if (key === index.id) return select(after && sql`${index.id} ${past} ${after.id}`, [byId], limit, offset);
  if (!after) return select(undefined, [byKey, byId], limit, offset);
  const sameKey = select(sql`${key} = ${after.key} and ${index.id} ${past} ${after.id}`, [byId], limit + offset, 0);
  const otherKeys = select(sql`${key} ${past} ${after.key}`, [byKey, byId], limit + offset, 0);
  return sql`(select * from ${sameKey} union all select * from ${otherKeys} limit ${limit} offset ${offset})`;
};
