import { and, asc, desc, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { Failure, invalid } from "../../core/errors.ts";
import type { Db } from "../client.ts";
import { parseRow } from "../json.ts";
import { counters } from "../schema/counters.ts";
import type { CounterName } from "./counters.ts";

/** What one page may look through when several filters meet, and what a filtered count stops at. */
export const CANDIDATES = 1_000;

type Key = SQLiteColumn | SQL;
type Value = string | number;

/** A condition on the listed table and, where an index begins with it, the index that can lead the search. */
export interface Filter {
  readonly where: SQL;
  readonly lead?: {
    readonly from: SQLiteTable;
    readonly id: SQLiteColumn;
    readonly where: SQL;
    /** The sorts that the index gives, by name; the first is the default. */
    readonly sorts: Readonly<Record<string, Key>>;
  };
}

/** A filter by columns of the listed table itself, whose index gives these sorts. */
export const indexed = (
  table: SQLiteTable & { readonly id: SQLiteColumn },
  where: SQL,
  sorts: Readonly<Record<string, Key>> = { id: table.id },
): Filter => ({ where, lead: { from: table, id: table.id, where, sorts } });

export interface Listing<T> {
  readonly table: SQLiteTable & { readonly id: SQLiteColumn };
  /** A row as JSON. */
  readonly listed: SQL<T>;
  /** Which rows there are to list; all unless said. An index must hold exactly these. */
  readonly only?: SQL;
  /** The row of `counters` that has their number; null where the rows are never listed without a filter. */
  readonly counter: CounterName | null;
  /** The sorts without a filter, by name, each with an index; the first is the default. */
  readonly sorts: Readonly<Record<string, Key>>;
}

export interface PageRequest {
  /** A sort's name, with `-` for descending. */
  readonly sort?: string | undefined;
  readonly page: number;
  readonly perPage: number;
  readonly after?: { readonly key: Value; readonly id: number } | undefined;
}

export interface Page<T> {
  readonly rows: readonly T[];
  /** Where the next page begins, or null at the end. */
  readonly next: { readonly sort: string; readonly key: Value; readonly id: number } | null;
  readonly total: { readonly items: number; readonly exact: boolean };
}

interface Found<T> {
  readonly key: Value;
  readonly id: number;
  readonly record: T;
}

/** Chooses the narrowest filter whose index has the wanted sort. Throws `sort_not_available` when none has, or `invalid` for a cursor's. */
const choose = <T>(listing: Listing<T>, filters: readonly Filter[], { sort: wanted, after }: PageRequest) => {
  const own = { from: listing.table, id: listing.table.id, where: listing.only ?? sql`true`, sorts: listing.sorts };
  const leads = filters.length === 0 ? [{ lead: own, rest: [] }] : leadsOf(filters);
  const [name, descending] = wanted?.startsWith("-") ? [wanted.slice(1), true] : [wanted, false];
  for (const { lead, rest } of leads) {
    const sort = name ?? Object.keys(lead.sorts)[0] ?? "id";
    const key = Object.hasOwn(lead.sorts, sort) ? lead.sorts[sort] : undefined;
    if (key !== undefined) return { lead, rest, key, sort: descending ? `-${sort}` : sort, descending };
  }
  if (after) throw invalid("/query/cursor", "invalid_cursor", "The cursor belongs to another listing, or to other filters.");
  const available = [...new Set(leads.flatMap(({ lead }) => Object.keys(lead.sorts)))].join(", ");
  throw new Failure("sort_not_available", { available });
};

const leadsOf = (filters: readonly Filter[]) =>
  filters.flatMap(({ lead }, index) =>
    lead === undefined ? [] : [{ lead, rest: filters.filter((_, other) => other !== index).map(({ where }) => where) }],
  );

type Lead = NonNullable<Filter["lead"]>;

/** Which rows, in which order: those of the lead, along the key, beyond the cursor if there is one. */
interface Walk {
  readonly lead: Lead;
  readonly key: Key;
  readonly descending: boolean;
  readonly after: PageRequest["after"];
}

/**
 * So many rows of a walk, after those that are skipped, as a subquery of `id` and `key`. Beyond a cursor these are first
 * the rows with the same key and then the rest, each by a search of its own: together, as `(key, id) > (?, ?)`, SQLite
 * would read all rows with that key once more. The bound by the cursor comes first, since of two bounds on one column
 * SQLite searches by the first and filters by the other.
 */
const walked = ({ lead, key, descending, after }: Walk, limit: number, skip: number): SQL => {
  const order = descending ? desc : asc;
  const past = sql.raw(descending ? "<" : ">");
  const byKey = order(sql`${key}`);
  const byId = order(lead.id);
  const part = (bound: SQL | undefined, inOrder: readonly SQL[], most: number, from: number): SQL =>
    sql`(select ${lead.id} as id, ${key} as key from ${lead.from} where ${and(bound, lead.where)}
      order by ${sql.join([...inOrder], sql`, `)} limit ${most} offset ${from})`;
  // A column named twice would be sorted once more by SQLite, index or not.
  if (key === lead.id) return part(after && sql`${lead.id} ${past} ${after.id}`, [byId], limit, skip);
  if (!after) return part(undefined, [byKey, byId], limit, skip);
  const same = part(sql`${key} = ${after.key} and ${lead.id} ${past} ${after.id}`, [byId], limit + skip, 0);
  const rest = part(sql`${key} ${past} ${after.key}`, [byKey, byId], limit + skip, 0);
  return sql`(select * from ${same} union all select * from ${rest} limit ${limit} offset ${skip})`;
};

/**
 * Reads one page in one round trip: the rows by key, their number (from a counter, or counted up to 1,000 under
 * filters) and, when several filters meet, the last of at most 1,000 candidates, where the next page goes on.
 * @param filters those in use, the narrowest first
 */
export const readPage = async <T>(db: Db, listing: Listing<T>, filters: readonly Filter[], request: PageRequest): Promise<Page<T>> => {
  const { lead, rest, key, sort, descending } = choose(listing, filters, request);
  const { perPage, after } = request;
  const offset = after ? 0 : (request.page - 1) * perPage;
  const walk: Walk = { lead, key, descending, after };
  const kept = and(...rest) ?? sql`true`;
  const narrow = rest.length === 0;
  const source = narrow ? walked(walk, perPage + 1, offset) : walked(walk, CANDIDATES, 0);

  const rows = db
    .select({
      key: sql<Value>`c.key`.as("k"),
      id: sql<number>`c.id`.as("i"),
      record: sql<T>`${listing.listed}`.mapWith(parseRow<T>).as("r"),
    })
    .from(sql`${source} c cross join ${listing.table} on ${listing.table.id} = c.id`)
    .where(kept)
    .limit(perPage + 1)
    .offset(narrow ? 0 : offset);
  const total = db
    .select({ items: sql<number>`t.items`.as("n"), seen: sql<number>`t.seen`.as("s") })
    .from(sql`(${countsOf(listing, filters, narrow, walked({ ...walk, after: undefined }, CANDIDATES + 1, 0), kept)}) t`);
  const edge = db.select({ key: sql<Value>`e.key`.as("k"), id: sql<number>`e.id`.as("i") }).from(sql`${walked(walk, 1, CANDIDATES - 1)} e`);

  const [found, counts, edges] = narrow ? [...(await db.batch([rows, total])), []] : await db.batch([rows, total, edge]);
  return pageOf(found, perPage, sort, counts[0] ?? { items: 0, seen: 0 }, edges[0]);
};

/** How many rows there are, and how many candidates were looked at to tell; past 1,000 of those the number is not exact. */
const countsOf = <T>(listing: Listing<T>, filters: readonly Filter[], narrow: boolean, candidates: SQL, kept: SQL): SQL => {
  if (filters.length === 0 && listing.counter === null) throw new Error("a listing without a counter was read without a filter");
  if (filters.length === 0)
    return sql`select ${counters.value} as items, 0 as seen from ${counters} where ${counters.name} = ${listing.counter}`;
  if (narrow) return sql`select count(*) as items, count(*) as seen from ${candidates}`;
  return sql`select count(*) filter (where ${kept}) as items, count(*) as seen
    from ${candidates} c cross join ${listing.table} on ${listing.table.id} = c.id`;
};

const pageOf = <T>(
  found: readonly Found<T>[],
  perPage: number,
  sort: string,
  { items, seen }: { readonly items: number; readonly seen: number },
  edge: { readonly key: Value; readonly id: number } | undefined,
): Page<T> => {
  const shown = found.slice(0, perPage);
  const last = found.length > perPage ? shown.at(-1) : edge;
  const exact = seen <= CANDIDATES;
  return {
    rows: shown.map(({ record }) => record),
    next: last ? { sort, key: last.key, id: last.id } : null,
    total: { items: exact ? items : Math.min(items, CANDIDATES), exact },
  };
};
