import { eq, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Db } from "../../db/client.ts";
import { MAX_CANDIDATES, type PageRequest } from "../../db/list/listing.ts";
import { keysetScan, type Position } from "../../db/list/scan.ts";
import { customers } from "../../db/schema/customers.ts";
import { customerBalances, dailyDue } from "../../db/schema/figures.ts";
import { invoices } from "../../db/schema/invoices.ts";
import { type Aged, BUCKETS, inBucket } from "./aging.ts";
import { STANDING } from "./figures.ts";
import { objectOf, readOnDay, sortedPage, sortingOf } from "./in-period.ts";

/** What somebody owes, by how long ago it was due, and how many invoices that is. Amounts are cents. */
interface Owed {
  readonly balance: number;
  readonly invoices: number;
  readonly aging: Aged;
}

/** What a customer owes, and what is owed back to them. */
export interface OwedByCustomer extends Owed, Position {
  readonly name: string;
  readonly refundable: number;
  /** YYYY-MM-DD; `NEVER_DUE` where nothing is owed. */
  readonly oldest_due: string;
}

interface Found {
  readonly all: Owed & { readonly refundable: number };
  /** At most one more than totals are told exactly. */
  readonly total: number;
  readonly customers: readonly OwedByCustomer[];
}

const agingOf = (today: string, dueDate: SQLiteColumn, balance: SQLiteColumn): SQL =>
  objectOf(Object.fromEntries(BUCKETS.map((bucket): [string, SQL] => [bucket, inBucket(bucket, today, dueDate, balance)])));

const inAll = (today: string): SQL => {
  const { balance, invoices: count, due_date } = dailyDue;
  const refundable = STANDING.refundable.amount();
  return sql`json((select json_object('balance', ifnull(sum(${balance}), 0), 'invoices', ifnull(sum(${count}), 0),
    'aging', ${agingOf(today, due_date, balance)}, 'refundable', ${refundable}) from ${dailyDue}))`;
};

const { customer_id: id, balance, oldest_due } = customerBalances;

/** What customers are sorted by. */
export const RECEIVABLE_SORTS = { id, balance, oldest_due };

const ofCustomer = (today: string): SQL =>
  objectOf({
    id: sql`p.id`,
    key: sql`p.key`,
    name: sql`(select ${customers.name} from ${customers} where ${customers.id} = p.id)`,
    balance: sql`${balance}`,
    invoices: sql`${customerBalances.invoices}`,
    refundable: sql`${customerBalances.refundable}`,
    oldest_due: sql`${oldest_due}`,
    aging: sql`json((select ${agingOf(today, invoices.due_date, invoices.balance)} from ${invoices}
      where ${invoices.customer_id} = p.id and ${invoices.balance} > 0))`,
  });

/** What customers owe now: in all, and a page of those who owe something or are owed something back; or one of them. */
export const readReceivables = async (db: Db, now: string, customer: number | undefined, request: PageRequest) => {
  const { page, perPage, after, total } = request;
  const sorting = sortingOf(RECEIVABLE_SORTS, request);
  const ranges = [customer === undefined ? sql`true` : eq(id, customer)];
  const scan = { index: { from: customerBalances, id, ranges, sorts: RECEIVABLE_SORTS }, key: RECEIVABLE_SORTS[sorting.name], ...sorting };
  const { found, today } = await readOnDay<Found>(db, now, (day) => {
    const shown = keysetScan({ ...scan, after }, perPage + 1, after ? 0 : (page - 1) * perPage);
    const all = keysetScan({ ...scan, after: undefined }, MAX_CANDIDATES + 1, 0);
    return {
      all: inAll(day),
      total: total ? sql`0` : sql`(select count(*) from ${all})`,
      customers: sql`json((select json_group_array(${ofCustomer(day)})
        from ${shown} p cross join ${customerBalances} on ${id} = p.id))`,
    };
  });
  const counted = { items: Math.min(found.total, MAX_CANDIDATES), exact: found.total <= MAX_CANDIDATES };
  const rows = found.customers.slice(0, perPage);
  return { found, today, page: sortedPage(rows, found.customers.length > perPage, total ?? counted, sorting) };
};
