import { type Cents, fromCents } from "../../core/money.ts";
import { fromPpm } from "../../core/percent.ts";
import type { DocumentKind } from "../../db/schema/invoices.ts";
import { Amount, type Columns } from "../../http/csv.ts";
import type { ListedInvoiceRow } from "./invoices.queries.ts";
import type { InvoiceTaxRow } from "./sold-lines.queries.ts";

/** Amounts of credit notes are less than nothing, so that a column can be summed. */
const signed = (kind: DocumentKind, cents: Cents): Amount => new Amount((kind === "invoice" ? 1 : -1) * fromCents(cents));

const SUMS = ["labor", "part", "sublet", "fee", "net", "tax", "total"] as const;
const STANDS = ["paid", "credited", "balance", "refundable"] as const;

/** What stands of an invoice now; of a credit note nothing does. */
const standing = ({ kind, ...row }: ListedInvoiceRow, name: (typeof STANDS)[number]): Amount =>
  new Amount(kind === "invoice" ? fromCents(row[name]) : 0);

export const INVOICE_COLUMNS: Columns<ListedInvoiceRow> = [
  ["number", ({ number }) => number],
  ["kind", ({ kind }) => kind],
  ["date", ({ date }) => date],
  ["supplied_on", ({ supplied_on }) => supplied_on],
  ["due_date", ({ due_date }) => due_date],
  ["credits", ({ credits }) => credits?.number ?? null],
  ["customer_id", ({ customer_id }) => customer_id],
  ["customer", ({ buyer }) => buyer.name],
  ["service_ticket_id", ({ service_ticket_id }) => service_ticket_id],
  ["po_number", ({ po_number }) => po_number],
  ["currency", ({ currency }) => currency],
  ...SUMS.map((name) => [name, (row: ListedInvoiceRow) => signed(row.kind, row[name])] as const),
  ...STANDS.map((name) => [name, (row: ListedInvoiceRow) => standing(row, name)] as const),
  ["status", ({ status }) => status],
  ["reason", ({ reason }) => reason],
];

export const TAX_COLUMNS: Columns<InvoiceTaxRow> = [
  ["number", ({ number }) => number],
  ["kind", ({ document_kind }) => document_kind],
  ["date", ({ date }) => date],
  ["tax", ({ name }) => name],
  ["rate", ({ rate }) => fromPpm(rate)],
  ["base", ({ document_kind, base }) => signed(document_kind, base)],
  ["amount", ({ document_kind, amount }) => signed(document_kind, amount)],
];
