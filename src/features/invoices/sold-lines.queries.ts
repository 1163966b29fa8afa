import { eq, type SQL, sql } from "drizzle-orm";
import type { Db } from "../../db/client.ts";
import { type JsonOf, jsonObject } from "../../db/json.ts";
import { type Filter, indexed, type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { INVOICE_LINE } from "../../db/records/invoice-line.ts";
import { INVOICE_TAX } from "../../db/records/invoice-tax.ts";
import type { ListedRowIn } from "../../db/records/record.ts";
import { invoiceLines, invoices, invoiceTaxes } from "../../db/schema/invoices.ts";
import type { InvoiceTaxQuery, SoldLineQuery } from "./invoices.schemas.ts";

export type SoldLineRow = ListedRowIn<typeof INVOICE_LINE>;
const soldLines: Listing<SoldLineRow> = INVOICE_LINE;

const taxed = jsonObject({
  ...INVOICE_TAX.listedColumns,
  number: sql<string>`(select ${invoices.number} from ${invoices} where ${invoices.id} = ${invoiceTaxes.invoice_id})`,
});
export type InvoiceTaxRow = JsonOf<typeof taxed>;
const taxesListing: Listing<InvoiceTaxRow> = { ...INVOICE_TAX, listed: taxed };

/** Filters of which the driving ones come first; without one of those, the others are looked at along all rows. */
const along = (all: Filter, driving: readonly Filter[], others: readonly SQL[]): Filter[] => {
  if (others.length === 0) return [...driving];
  return [...(driving.length > 0 ? driving : [all]), ...others.map((where) => ({ where }))];
};

const dates = (column: typeof invoiceLines.date | typeof invoiceTaxes.date, from: string | undefined, to: string | undefined): SQL[] => [
  ...(from === undefined ? [] : [sql`${column} >= ${from}`]),
  ...(to === undefined ? [] : [sql`${column} <= ${to}`]),
];

/** One page of the lines of documents, the newest first. */
export const listSoldLines = (db: Db, query: SoldLineQuery, request: PageRequest): Promise<Page<SoldLineRow>> => {
  const { id, date, kind, mechanic_id, document_kind, cost } = invoiceLines;
  const span = dates(date, query.from, query.to);
  const keyed = [
    ...(query.mechanic_id === undefined ? [] : [eq(mechanic_id, query.mechanic_id)]),
    ...(query.kind === undefined ? [] : [eq(kind, query.kind)]),
  ];
  // Mechanics and kinds have an index each, in the order of the dates.
  const driving =
    keyed.length > 0
      ? keyed.map((key) => sql`${sql.join([key, ...span], sql` and `)}`)
      : span.length > 0
        ? [sql.join(span, sql` and `)]
        : [];
  const others = [
    ...(query.document_kind === undefined ? [] : [eq(document_kind, query.document_kind)]),
    ...(query.cost === undefined
      ? []
      : [sql`${cost} is ${sql.raw(query.cost === "known" ? "not null" : "null")} and ${kind} in ('part', 'sublet')`]),
  ];
  const filters = driving.map((where) => indexed(invoiceLines, where, { date }));
  return readPage(db, soldLines, along(indexed(invoiceLines, sql`true`, { id, date }), filters, others), request);
};

/** One page of the taxes of documents, the newest first. */
export const listInvoiceTaxes = (db: Db, query: InvoiceTaxQuery, request: PageRequest): Promise<Page<InvoiceTaxRow>> => {
  const { id, date, name, rate } = invoiceTaxes;
  const span = dates(date, query.from, query.to);
  const driving = span.length > 0 ? [indexed(invoiceTaxes, sql.join(span, sql` and `), { date })] : [];
  const others = [...(query.name === undefined ? [] : [eq(name, query.name)]), ...(query.rate === undefined ? [] : [eq(rate, query.rate)])];
  return readPage(db, taxesListing, along(indexed(invoiceTaxes, sql`true`, { id, date }), driving, others), request);
};
