import { and, asc, desc, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";

/** What rows are sorted by. */
export type SortKey = SQLiteColumn | SQL;
export type SortValue = string | number;

/** The index along which rows are read: its table, which rows, and the sort orders that it provides. */
export interface DrivingIndex {
  readonly from: SQLiteTable;
  /** The column that holds the id of the listed row. */
  readonly id: SQLiteColumn;
  /** Which rows: those of each range of the index. No row is in two ranges. */
  readonly ranges: readonly SQL[];
  /** The sort orders that the index provides, by name; the first is the default. */
  readonly sorts: Readonly<Record<string, SortKey>>;
}

/** The position of a row in a sorted listing, from which keyset paging continues. */
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
 * A subquery of `id` and `key` for `limit` rows of a scan after the first `offset`; several ranges are merged in order, each
 * read only as far as the page needs. After a position it reads first the rows with the same key and then those beyond it,
 * in two searches: with `(key, id) > (?, ?)` SQLite would read all rows with that key again. The bound of the position comes
 * first: of two bounds on a column SQLite searches by the first only.
 */
export const keysetScan = ({ index, key, descending, after }: Scan, limit: number, offset: number): SQL => {
  const order = descending ? desc : asc;
  const past = sql.raw(descending ? "<" : ">");
  const byKey = order(sql`key`);
  const byId = order(sql`id`);
  const select = (bound: SQL | undefined, sorting: readonly SQL[], most: number, skipped: number): SQL => {
    const ranges = index.ranges.map((range) => sql`select ${index.id} as id, ${key} as key from ${index.from} where ${and(bound, range)}`);
    return sql`(${sql.join(ranges, sql` union all `)} order by ${sql.join([...sorting], sql`, `)} limit ${most} offset ${skipped})`;
  };
  // If ORDER BY named a column twice, SQLite would sort again in spite of the index.
  if (key === index.id) return select(after && sql`${index.id} ${past} ${after.id}`, [byId], limit, offset);
  if (!after) return select(undefined, [byKey, byId], limit, offset);
  const sameKey = select(sql`${key} = ${after.key} and ${index.id} ${past} ${after.id}`, [byId], limit + offset, 0);
  const otherKeys = select(sql`${key} ${past} ${after.key}`, [byKey, byId], limit + offset, 0);
  return sql`(select * from ${sameKey} union all select * from ${otherKeys} limit ${limit} offset ${offset})`;
};
