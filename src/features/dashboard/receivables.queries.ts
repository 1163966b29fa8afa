import { type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Db } from "../../db/client.ts";
import { MAX_CANDIDATES, type PageRequest } from "../../db/list/listing.ts";
import { customers } from "../../db/schema/customers.ts";
import { dailyDue } from "../../db/schema/figures.ts";
import { invoices } from "../../db/schema/invoices.ts";
import { type Aged, BUCKETS, inBucket } from "./aging.ts";
import { STANDING } from "./figures.ts";
import { objectOf, pageById, readOnDay } from "./in-period.ts";

/** What somebody owes, by how long ago it was due, and how many invoices that is. Amounts are cents. */
interface Owed {
  readonly balance: number;
  readonly invoices: number;
  readonly aging: Aged;
}

/** What a customer owes, and what is owed back to them. */
export interface OwedByCustomer extends Owed {
  readonly id: number;
  readonly name: string;
  readonly refundable: number;
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

const { customer_id, due_date, balance, refundable } = invoices;

/** The next customer after an id who owes something or is owed something back, in one search of each index. */
const nextAfter = (id: SQL): SQL =>
  sql`(select min(id) from (select min(${customer_id}) as id from ${invoices} where ${balance} > 0 and ${customer_id} > ${id}
    union all select min(${customer_id}) from ${invoices} where ${refundable} > 0 and ${customer_id} > ${id}))`;

/** As many such customers as `most`, by id. */
const owing = (after: number, most: number): SQL =>
  sql`owing(id) as (select ${nextAfter(sql`${after}`)} union all select ${nextAfter(sql`owing.id`)} from owing where owing.id is not null limit ${most})`;

const ofCustomer = (today: string): SQL => {
  const owed = sql`from ${invoices} where ${customer_id} = p.id and ${balance} > 0`;
  return objectOf({
    id: sql`p.id`,
    name: sql`(select ${customers.name} from ${customers} where ${customers.id} = p.id)`,
    balance: sql`(select ifnull(sum(${balance}), 0) ${owed})`,
    invoices: sql`(select count(*) ${owed})`,
    aging: sql`json((select ${agingOf(today, due_date, balance)} ${owed}))`,
    refundable: sql`(select ifnull(sum(${refundable}), 0) from ${invoices} where ${customer_id} = p.id and ${refundable} > 0)`,
  });
};

/** What customers owe now: in all, and a page of those who owe something or are owed something back, by id; or one of them. */
export const readReceivables = async (db: Db, now: string, customer: number | undefined, { page, perPage, after, total }: PageRequest) => {
  const { found, today } = await readOnDay<Found>(db, now, (day) => {
    const skipped = after ? 0 : (page - 1) * perPage;
    const one = customer === undefined ? undefined : sql`where id = ${customer}`;
    const from = customer === undefined ? (after?.id ?? 0) : customer - 1;
    const most = customer === undefined ? skipped + perPage + 1 : 1;
    const counted = customer === undefined ? owing(0, MAX_CANDIDATES + 1) : owing(from, 1);
    return {
      all: inAll(day),
      total: total ? sql`0` : sql`(with recursive ${counted} select count(*) from owing ${one ?? sql`where id is not null`})`,
      customers: sql`json((with recursive ${owing(from, most)} select json_group_array(${ofCustomer(day)})
        from (select id from owing ${one ?? sql`where id is not null`} limit ${perPage + 1} offset ${skipped}) p))`,
    };
  });
  const counted = { items: Math.min(found.total, MAX_CANDIDATES), exact: found.total <= MAX_CANDIDATES };
  return { found, today, page: pageById(found.customers.slice(0, perPage), found.customers.length > perPage, total ?? counted) };
};
