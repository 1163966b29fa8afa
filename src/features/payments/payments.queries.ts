import { and, between, eq, type SQL, sql } from "drizzle-orm";
import { type Actor, isStaff, seesOf } from "../../core/actor.ts";
import { Failure } from "../../core/errors.ts";
import type { Cents } from "../../core/money.ts";
import type { Db } from "../../db/client.ts";
import { type JsonOf, jsonObject, jsonOne, parseRow } from "../../db/json.ts";
import { type Filter, indexed, type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { PAYMENT } from "../../db/records/payment.ts";
import { findRow, rowById } from "../../db/records/read.ts";
import { RECEIPT, type Receipt } from "../../db/records/receipt.ts";
import { dailyPayments } from "../../db/schema/figures.ts";
import { type InvoiceStatus, invoices, PAYMENT_METHODS, type PaymentMethod, payments } from "../../db/schema/invoices.ts";
import type { PaymentQuery } from "./payments.schemas.ts";

const DAY = 86_400_000;
/** How many days a till is added up over at most. */
const TILL_DAYS = 366;

const fields = {
  ...PAYMENT.listedColumns,
  staff_user_id: payments.staff_user_id,
  invoice_number: sql<string>`(select ${invoices.number} from ${invoices} where ${invoices.id} = ${payments.invoice_id})`,
  reversed_by_id: sql<number | null>`(select r.id from payments r where r.reverses_id = ${payments.id})`,
};
const listed = jsonObject(fields);
export type PaymentRow = JsonOf<typeof listed>;

const isItsInvoice = eq(invoices.id, payments.invoice_id);
const standing = jsonObject({
  id: invoices.id,
  number: invoices.number,
  // Payments are of invoices only, which have a status.
  status: sql<InvoiceStatus>`${invoices.status}`,
  paid: invoices.paid,
  balance: invoices.balance,
  refundable: invoices.refundable,
});
const recorded = jsonObject({ ...fields, invoice: jsonOne(standing, sql`${invoices} where ${isItsInvoice}`) });
export type RecordedRow = JsonOf<typeof recorded>;

/** A subquery for the payment as JSON, with how its invoice stands; commands read their answer with it. */
export const recordedById = (id: number | SQL<number>): SQL<RecordedRow> => rowById(payments, recorded, id);

/** One payment, refund or reversal. Throws `not_found`. */
export const findPayment = (db: Db, id: number): Promise<PaymentRow> => findRow(db, payments, listed, eq(payments.id, id));

const { reversed_by_id } = fields;
const withReversal = jsonObject({ receipt: RECEIPT, reverses_id: payments.reverses_id, reversed_by_id });

/** What the receipt of a payment or a refund says. Throws `not_found`, and `no_receipt` for a reversal and what it takes back. */
export const findReceipt = async (db: Db, id: number): Promise<Receipt> => {
  const found = await findRow(db, payments, withReversal, eq(payments.id, id));
  const { receipt, reverses_id, reversed_by_id: reversal } = found;
  if (reverses_id !== null) throw new Failure("no_receipt", { payment_id: reverses_id, reversal_id: id });
  if (reversal !== null) throw new Failure("no_receipt", { payment_id: id, reversal_id: reversal });
  return receipt;
};

const listing: Listing<PaymentRow> = { ...PAYMENT, listed };

/** One page of what was paid on an invoice, the newest first. Throws `not_found` if it does not exist or is another customer's. */
export const listInvoicePayments = async (db: Db, actor: Actor, invoice: number, request: PageRequest): Promise<Page<PaymentRow>> => {
  const isVisible = and(eq(invoices.id, invoice), isStaff(actor) ? undefined : eq(invoices.customer_id, seesOf(actor)));
  const ofInvoice = sql`${eq(payments.invoice_id, invoice)} and exists (select 1 from ${invoices} where ${isVisible})`;
  const page = await readPage(db, listing, [indexed(payments, ofInvoice)], request);
  if (page.total.items === 0) await findRow(db, invoices, jsonObject({ id: invoices.id }), isVisible);
  return page;
};

const { id, invoice_id, received_on } = payments;

const filtersOf = ({ from, to, method, kind, invoice_id: invoice }: PaymentQuery, { sort = "id" }: PageRequest): Filter[] => {
  const days = and(
    from === undefined ? undefined : sql`${received_on} >= ${from}`,
    to === undefined ? undefined : sql`${received_on} <= ${to}`,
  );
  const day = from !== undefined && from === to ? eq(received_on, from) : undefined;
  const driving = [
    ...(invoice === undefined ? [] : [indexed(payments, eq(invoice_id, invoice))]),
    ...(method === undefined ? [] : [indexed(payments, sql`${and(eq(payments.method, method), day ?? days)}`, { received_on })]),
    ...(method === undefined && day ? [indexed(payments, day, { received_on, id })] : []),
    ...(method === undefined && days && !day ? [indexed(payments, days, { received_on })] : []),
  ];
  if (kind === undefined) return driving;
  // What is no payment has an index, by id.
  if (driving.length === 0 && kind !== "payment" && sort.replace("-", "") === "id")
    return [indexed(payments, sql`${eq(payments.kind, kind)} and ${payments.kind} <> 'payment'`)];
  // No other index holds the kind, so it is looked at along another one, or along all.
  return [...(driving.length > 0 ? driving : [indexed(payments, sql`true`, { id, received_on })]), { where: eq(payments.kind, kind) }];
};

/** What came into the till by a method, less what went out. */
export interface TillRow {
  readonly method: PaymentMethod;
  readonly payments: number;
  readonly amount: Cents;
}

/** The till of some days, the first and the last of them (YYYY-MM-DD) included. */
export interface Till {
  readonly from: string;
  readonly to: string;
  readonly methods: readonly TillRow[];
}

/** What a method came to over some days of the till, as JSON. */
const sumsBy = (method: PaymentMethod): SQL =>
  sql`json_object('method', ${method}, 'payments', ifnull(sum(${dailyPayments[`${method}_entries`]}), 0),
    'amount', ifnull(sum(${dailyPayments[`${method}_amount`]}), 0))`;

/** Days of the till, by all methods or by one. */
interface TillQuery extends PaymentQuery {
  readonly from: string;
  readonly to: string;
}

/** Does the query name days, not too many, and no part of what the till holds? */
const hasTill = (query: PaymentQuery): query is TillQuery => {
  const { from, to, kind, invoice_id: invoice } = query;
  if (from === undefined || to === undefined || kind !== undefined || invoice !== undefined) return false;
  return Date.parse(to) - Date.parse(from) < TILL_DAYS * DAY;
};

const readTill = async (db: Db, { from, to, method }: TillQuery): Promise<Till> => {
  const asked = method === undefined ? PAYMENT_METHODS.toSorted() : [method];
  const sums = sql.join(asked.map(sumsBy), sql`, `);
  const { json } = await db.get<{ json: string }>(
    sql`select json_array(${sums}) as json from ${dailyPayments} where ${between(dailyPayments.date, from, to)}`,
  );
  return { from, to, methods: parseRow<TillRow[]>(json).filter(({ payments: entries }) => entries > 0) };
};

/** One page of the ledger, the newest first. */
export const listPayments = (db: Db, query: PaymentQuery, request: PageRequest): Promise<Page<PaymentRow>> =>
  readPage(db, listing, filtersOf(query, request), request);

/** The same, and the till of the days that the query names, which knows their number: it is not counted a second time. */
export const listPaymentsWithTill = async (db: Db, query: PaymentQuery, request: PageRequest) => {
  if (!hasTill(query)) return { page: await listPayments(db, query, request), till: null };
  const uncounted = { ...request, total: { items: 0, exact: true } };
  const [page, till] = await Promise.all([listPayments(db, query, uncounted), readTill(db, query)]);
  const items = till.methods.reduce((sum, { payments: entries }) => sum + entries, 0);
  return { page: { ...page, total: { items, exact: true } }, till };
};
