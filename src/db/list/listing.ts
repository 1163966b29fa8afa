import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { Failure, invalid } from "../../core/errors.ts";
import type { Db } from "../client.ts";
import { parseRow } from "../json.ts";
import { counters } from "../schema/counters.ts";
import type { CounterName } from "./counters.ts";
import { type DrivingIndex, keysetScan, type Position, type Scan, type SortKey, type SortValue } from "./scan.ts";

/** The most rows that a page with several filters looks at, and where the count of a filtered listing stops. */
export const MAX_CANDIDATES = 1_000;

/** A condition on the listed table and, if an index begins with it, that index. */
export interface Filter {
  readonly where: SQL;
  readonly index?: DrivingIndex;
  /** The filters that this one stands for, which its index holds together. */
  readonly joins?: readonly Filter[];
}

type ListedTable = SQLiteTable & { readonly id: SQLiteColumn };

/** A filter on columns of the listed table itself, with an index that provides these sort orders. */
export const indexed = (table: ListedTable, where: SQL, sorts: DrivingIndex["sorts"] = { id: table.id }): Filter => ({
  where,
  index: { from: table, id: table.id, ranges: [where], sorts },
});

/** A filter for the rows with one of these values in a column, each of which an index provides in these sort orders. */
export const oneOfIndexed = <C extends SQLiteColumn>(
  table: ListedTable,
  column: C,
  values: readonly C["_"]["data"][],
  sorts: DrivingIndex["sorts"],
): Filter => ({
  where: inArray(column, [...values]),
  index: { from: table, id: table.id, ranges: values.map((value) => eq(column, value)), sorts },
});

/**
 * Filters that one index of the listed table holds together, in these sort orders: a filter for all of them, or none unless
 * all are in use. At most one of them may have several ranges.
 */
export const together = (table: ListedTable, filters: readonly (Filter | undefined)[], sorts: DrivingIndex["sorts"]): Filter[] => {
  const joins = filters.filter((filter) => filter !== undefined);
  if (joins.length < filters.length) return [];
  const where = sql`${and(...joins.map((filter) => filter.where))}`;
  const several = joins.find(({ index }) => (index?.ranges.length ?? 1) > 1);
  const others = joins.filter((filter) => filter !== several).map((filter) => filter.where);
  const ranges = several?.index?.ranges.map((range) => sql`${and(range, ...others)}`) ?? [where];
  return [{ where, joins, index: { from: table, id: table.id, ranges, sorts } }];
};

export interface Listing<T> {
  readonly table: ListedTable;
  /** A row as JSON. */
  readonly listed: SQL<T>;
  /** Which rows are listed; by default all. An index must hold exactly these. */
  readonly only?: SQL;
  /** The row of `counters` with their number; null if the rows are never listed without a filter. */
  readonly counter: CounterName | null;
  /** Are the newest first unless a request sorts otherwise? */
  readonly newestFirst?: true;
  /** The sort orders without a filter, by name. Each needs an index; the first is the default. */
  readonly sorts: Readonly<Record<string, SortKey>>;
}

export interface PageRequest {
  /** The name of a sort order; a leading `-` means descending. */
  readonly sort?: string | undefined;
  readonly page: number;
  readonly perPage: number;
  readonly after?: Position | undefined;
  /** The total that an earlier page told; without it the rows are counted. */
  readonly total?: Total | undefined;
}

/** How many rows a listing has; if not exact, at least so many. */
export interface Total {
  readonly items: number;
  readonly exact: boolean;
}

export interface Page<T> {
  readonly rows: readonly T[];
  /** Where the next page begins, or null if this is the last page. */
  readonly next: (Position & { readonly sort: string }) | null;
  readonly total: Total;
}

interface Found<T> extends Position {
  readonly record: T;
}

/** An index that can drive the listing, and the conditions that it does not cover. */
interface Plan {
  readonly index: DrivingIndex;
  readonly residual: readonly SQL[];
}

const plansOf = <T>(listing: Listing<T>, filters: readonly Filter[]): Plan[] => {
  const all = { from: listing.table, id: listing.table.id, ranges: [listing.only ?? sql`true`], sorts: listing.sorts };
  if (filters.length === 0) return [{ index: all, residual: [] }];
  const single = filters.filter(({ joins }) => joins === undefined);
  return filters.flatMap((filter) => {
    const held = filter.joins ?? [filter];
    const residual = single.filter((other) => !held.includes(other)).map(({ where }) => where);
    return filter.index === undefined ? [] : [{ index: filter.index, residual }];
  });
};

/** The sort orders in which what is newest comes last, unless they are turned round. */
const BY_TIME: readonly string[] = ["id", "at", "created_at", "service_date", "date", "received_on"];

/**
 * Chooses the most selective filter whose index provides the requested sort order.
 * Throws `sort_not_available` if there is none, or `invalid` if the sort order comes from a cursor.
 */
const choosePlan = <T>(listing: Listing<T>, filters: readonly Filter[], { sort: wanted, after }: PageRequest) => {
  const plans = plansOf(listing, filters);
  const name = wanted?.replace("-", "");
  for (const { index, residual } of plans) {
    const sort = name ?? Object.keys(index.sorts)[0] ?? "id";
    const key = Object.hasOwn(index.sorts, sort) ? index.sorts[sort] : undefined;
    const descending = wanted?.startsWith("-") ?? (BY_TIME.includes(sort) && (listing.newestFirst ?? false));
    if (key !== undefined) return { index, residual, key, sort: descending ? `-${sort}` : sort, descending };
  }
  if (after) throw invalid("/query/cursor", "invalid_cursor", "The cursor belongs to another listing, or to other filters.");
  const available = [...new Set(plans.flatMap(({ index }) => Object.keys(index.sorts)))].join(", ");
  throw new Failure("sort_not_available", { available });
};

/**
 * Reads one page in one round trip: the rows in order and, unless the request knows it, the total (from a counter, or with
 * filters counted up to 1,000). Where the index does not hold all filters it also reads the last of at most 1,000 candidates,
 * after which the next page begins.
 * @param filters the filters in use, the most selective first
 */
export const readPage = async <T>(db: Db, listing: Listing<T>, filters: readonly Filter[], request: PageRequest): Promise<Page<T>> => {
  const { index, residual, key, sort, descending } = choosePlan(listing, filters, request);
  const { perPage, after } = request;
  // A counter is one row; only a count is carried on.
  const known = filters.length === 0 ? undefined : request.total;
  const offset = after ? 0 : (request.page - 1) * perPage;
  const scan: Scan = { index, key, descending, after };
  const matches = and(...residual) ?? sql`true`;
  const isCovered = residual.length === 0;
  const source = isCovered ? keysetScan(scan, perPage + 1, offset) : keysetScan(scan, MAX_CANDIDATES, 0);
  const from = sql`${source} c cross join ${listing.table} on ${listing.table.id} = c.id`;

  const rows = db
    .select({
      key: sql<SortValue>`c.key`.as("k"),
      id: sql<number>`c.id`.as("i"),
      record: sql<T>`${listing.listed}`.mapWith(parseRow<T>).as("r"),
    })
    .from(from)
    .where(matches)
    .limit(perPage + 1)
    .offset(isCovered ? 0 : offset);
  const candidates = keysetScan({ ...scan, after: undefined }, MAX_CANDIDATES + 1, 0);
  const counted = db
    .select({ items: sql<number>`t.items`.as("n"), seen: sql<number>`t.seen`.as("s") })
    .from(sql`(${countsOf(listing, filters, isCovered, candidates, matches)}) t`);
  // A count reads all candidates anyway. Without one they are read to the end only if they do not fill the page: LIMIT is reckoned first.
  const isFull = sql`(select count(*) from (select 1 from ${from} where ${matches} limit ${perPage + 1})) > ${perPage}`;
  const end = keysetScan(scan, 1, MAX_CANDIDATES - 1);
  const lastCandidate = db
    .select({ key: sql<SortValue>`e.key`.as("k"), id: sql<number>`e.id`.as("i") })
    .from(known ? sql`(select * from ${end} limit iif(${isFull}, 0, 1)) e` : sql`${end} e`);

  if (isCovered) {
    const [found, counts] = known ? [await rows, []] : await db.batch([rows, counted]);
    return pageOf(found, perPage, sort, known ?? totalOf(counts));
  }
  const [found, [last], counts] = known ? [...(await db.batch([rows, lastCandidate])), []] : await db.batch([rows, lastCandidate, counted]);
  return pageOf(found, perPage, sort, known ?? totalOf(counts), last);
};

/** The number of matching rows, and of counted candidates; above 1,000 candidates the number is not exact. */
const countsOf = <T>(listing: Listing<T>, filters: readonly Filter[], isCovered: boolean, candidates: SQL, matches: SQL): SQL => {
  if (filters.length === 0 && listing.counter === null) throw new Error("a listing without a counter was read without a filter");
  if (filters.length === 0)
    return sql`select ${counters.value} as items, 0 as seen from ${counters} where ${counters.name} = ${listing.counter}`;
  if (isCovered) return sql`select count(*) as items, count(*) as seen from ${candidates}`;
  return sql`select count(*) filter (where ${matches}) as items, count(*) as seen
    from ${candidates} c cross join ${listing.table} on ${listing.table.id} = c.id`;
};

interface Counted {
  readonly items: number;
  readonly seen: number;
}

const totalOf = ([counted = { items: 0, seen: 0 }]: readonly Counted[]): Total => {
  const exact = counted.seen <= MAX_CANDIDATES;
  return { items: exact ? counted.items : Math.min(counted.items, MAX_CANDIDATES), exact };
};

const pageOf = <T>(found: readonly Found<T>[], perPage: number, sort: string, total: Total, lastCandidate?: Position): Page<T> => {
  const shown = found.slice(0, perPage);
  const last = found.length > perPage ? shown.at(-1) : lastCandidate;
  return { rows: shown.map(({ record }) => record), next: last ? { sort, key: last.key, id: last.id } : null, total };
};
