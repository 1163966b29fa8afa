import { and, eq, type SQL, sql } from "drizzle-orm";
import { type Actor, isStaff, seesOf } from "../../core/actor.ts";
import type { Cents } from "../../core/money.ts";
import type { Db } from "../../db/client.ts";
import { type JsonOf, jsonArray, jsonObject } from "../../db/json.ts";
import { type Filter, indexed, type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { INVOICE } from "../../db/records/invoice.ts";
import type { CreditContent, InvoiceContent } from "../../db/records/invoice-content.ts";
import { findRow, rowById } from "../../db/records/read.ts";
import { type DocumentKind, type InvoiceStatus, invoices } from "../../db/schema/invoices.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { checkShopDay, onShopDay, readShopTimeZone, shopTimeZone } from "../../db/shop-day.ts";

const part = <T>(name: string): SQL<T> => sql<T>`${invoices.content} -> ${sql.raw(`'$.${name}'`)}`;

/** The invoice that a credit note corrects. */
interface Credits {
  readonly id: number;
  readonly number: string;
}

const summary = {
  ...INVOICE.listedColumns,
  customer_id: invoices.customer_id,
  labor: invoices.labor,
  part: invoices.part,
  sublet: invoices.sublet,
  fee: invoices.fee,
  credits: part<Credits | null>("credits"),
  is_credited: invoices.is_credited,
  buyer: part<InvoiceContent["buyer"]>("buyer"),
  vehicle: part<InvoiceContent["vehicle"]>("vehicle"),
  currency: sql<string>`${invoices.content} ->> '$.seller.currency'`,
  po_number: sql<string | null>`${invoices.content} ->> '$.po_number'`,
  promised_at: sql<string | null>`${invoices.content} ->> '$.promised_at'`,
  completed_at: sql<string | null>`${invoices.content} ->> '$.completed_at'`,
  time_zone: shopTimeZone,
};
const listed = jsonObject(summary);
/** A document without what makes it long. */
export type ListedInvoiceRow = JsonOf<typeof listed>;

interface CreditedBy extends Credits {
  readonly total: Cents;
}

const creditedBy = jsonArray(
  sql<CreditedBy>`json_object('id', n.id, 'number', n.number, 'total', n.total)`,
  sql`invoices n where n.credits_id = ${invoices.id}`,
);

const whole = jsonObject({
  ...summary,
  year: invoices.year,
  sequence: invoices.sequence,
  credited_by: creditedBy,
  content: sql<InvoiceContent | CreditContent>`json(${invoices.content})`,
  version: sql<number>`(select ${serviceTickets.version} from ${serviceTickets} where ${serviceTickets.id} = ${invoices.service_ticket_id})`,
});
export type InvoiceRow = JsonOf<typeof whole>;

/** A subquery for the document as JSON; commands read their answer with it. */
export const invoiceById = (id: number | SQL<number>): SQL<InvoiceRow> => rowById(invoices, whole, id);

/** The documents that the actor may see: customers see their own, the holder of a link those of its ticket, staff sees all. */
const visibleTo = (actor: Actor): SQL | undefined => {
  if (actor.role === "link") return eq(invoices.service_ticket_id, actor.ticketId);
  return isStaff(actor) ? undefined : eq(invoices.customer_id, seesOf(actor));
};

/** What is read on a day in the shop's time zone (YYYY-MM-DD), on which it depends whether an invoice is overdue. */
export interface OnDay<T> {
  readonly found: T;
  readonly date: string;
}

/** One document. Throws `not_found` if it does not exist or is not for the actor. `now` is ISO 8601. */
export const findInvoice = (db: Db, actor: Actor, now: string, id: number): Promise<OnDay<InvoiceRow>> =>
  onShopDay(db, now, async (day) => {
    const found = await findRow(db, invoices, whole, and(eq(invoices.id, id), visibleTo(actor)));
    checkShopDay(day, found.time_zone);
    return { found, date: day.date };
  });

const listing: Listing<ListedInvoiceRow> = { ...INVOICE, listed };

export interface InvoiceFilters {
  readonly kind?: DocumentKind | undefined;
  readonly status?: InvoiceStatus | undefined;
  readonly service_ticket_id?: number | undefined;
  readonly customer_id?: number | undefined;
  /** Of a ticket that this mechanic worked on. */
  readonly mechanic_id?: number | undefined;
  readonly owed?: boolean | undefined;
  readonly overdue?: boolean | undefined;
  readonly due_from?: string | undefined;
  readonly due_to?: string | undefined;
  readonly refundable?: boolean | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const { id, date, due_date, balance, refundable, customer_id, service_ticket_id, kind, status } = invoices;

/** Bounds of a column, or nothing without any. */
const within = (column: typeof date | typeof due_date, from: string | undefined, to: string | undefined): SQL | undefined =>
  and(from === undefined ? undefined : sql`${column} >= ${from}`, to === undefined ? undefined : sql`${column} <= ${to}`);

/** The mechanic was on the ticket, or did labour that is billed. */
const workedOnBy = (mechanic: number): SQL =>
  sql`exists (select 1 from json_each(${invoices.content}, '$.mechanics') m where m.value ->> 'id' = ${mechanic})`;

const filtersOf = (actor: Actor, filters: InvoiceFilters, today: string, isById: boolean): Filter[] => {
  const owner = and(visibleTo(actor), filters.customer_id === undefined ? undefined : eq(customer_id, filters.customer_id));
  const isOpen = sql`${balance} > 0`;
  const isOwed = filters.owed === true || filters.overdue === true || (filters.due_from ?? filters.due_to) !== undefined;
  const overdue = filters.overdue ? sql`${due_date} < ${today}` : undefined;
  const due = isOwed ? sql`${and(isOpen, overdue, within(due_date, filters.due_from, filters.due_to))}` : undefined;
  const dated = within(date, filters.from, filters.to);
  const owesBack = filters.refundable ? sql`${refundable} > 0` : undefined;
  // An index has those by id, and no other order.
  const isRefundDriven = owesBack !== undefined && isById && filters.service_ticket_id === undefined && !due && !dated;
  const refundDriven = and(owesBack, owner);
  const driving = [
    ...(isRefundDriven && refundDriven ? [indexed(invoices, refundDriven)] : []),
    ...(filters.service_ticket_id === undefined ? [] : [indexed(invoices, eq(service_ticket_id, filters.service_ticket_id))]),
    ...(due && owner === undefined ? [indexed(invoices, due, { due_date })] : []),
    ...(owner && !isRefundDriven ? [indexed(invoices, owner)] : []),
    ...(dated ? [indexed(invoices, dated, { date })] : []),
  ];
  const others = [
    ...(filters.kind === undefined ? [] : [eq(kind, filters.kind)]),
    ...(filters.status === undefined ? [] : [eq(status, filters.status)]),
    ...(owesBack && !isRefundDriven ? [owesBack] : []),
    ...(filters.owed === false ? [sql`not ${isOpen}`] : []),
    ...(filters.mechanic_id === undefined ? [] : [workedOnBy(filters.mechanic_id)]),
    ...(filters.overdue === false ? [sql`not (${isOpen} and ${due_date} < ${today}) is true`] : []),
    ...(due && owner ? [due] : []),
  ];
  if (others.length === 0) return driving;
  // No index holds these, so they are looked at along another one, or along all.
  return [...(driving.length > 0 ? driving : [indexed(invoices, sql`true`, { id, date, balance })]), ...others.map((where) => ({ where }))];
};

/** One page of the documents that the actor may see, the newest first. `now` is ISO 8601. */
export const listInvoices = (
  db: Db,
  actor: Actor,
  now: string,
  filters: InvoiceFilters,
  request: PageRequest,
): Promise<OnDay<Page<ListedInvoiceRow>>> =>
  onShopDay(db, now, async (day) => {
    const isById = (request.sort ?? "id").replace("-", "") === "id";
    const found = await readPage(db, listing, filtersOf(actor, filters, day.date, isById), request);
    checkShopDay(day, found.rows[0]?.time_zone ?? (await readShopTimeZone(db)));
    return { found, date: day.date };
  });
