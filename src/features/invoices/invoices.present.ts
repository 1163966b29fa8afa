import type { z } from "@hono/zod-openapi";
import type { Actor } from "../../core/actor.ts";
import { fromCents } from "../../core/money.ts";
import { INVOICE } from "../../db/records/invoice.ts";
import { presentParts } from "../../db/records/invoice-parts.ts";
import { present } from "../../db/records/record.ts";
import type { InvoiceRow, ListedInvoiceRow, OnDay } from "./invoices.queries.ts";
import type { Invoice, InvoiceSummary } from "./invoices.schemas.ts";

/** A document in a list; `date` is the day in the shop's time zone. */
export const presentSummary = (row: ListedInvoiceRow, date: string, actor: Actor): z.input<typeof InvoiceSummary> => ({
  ...present(INVOICE, row, actor),
  overdue: row.balance > 0 && row.due_date !== null && row.due_date < date,
  credits: row.credits && { id: row.credits.id, number: row.credits.number, in_full: row.is_credited },
  // Whose it is may follow a merged record; the name is the one on paper.
  customer: { id: row.customer_id, name: row.buyer.name },
  vehicle: row.vehicle,
  currency: row.currency,
  po_number: row.po_number,
  promised_at: row.promised_at,
  completed_at: row.completed_at,
  subtotals: { labor: fromCents(row.labor), part: fromCents(row.part), sublet: fromCents(row.sublet), fee: fromCents(row.fee) },
});

const presentWhole = (row: InvoiceRow, date: string, actor: Actor): z.input<typeof Invoice> => ({
  ...presentSummary(row, date, actor),
  ...presentParts(row.content, actor),
  credited_by: row.credited_by.map(({ id, number, total }) => ({ id, number, total: fromCents(total) })),
  seller: row.content.seller,
  buyer: row.content.buyer,
});

/** A document as an answer, with the version of its ticket. */
export const presentOne = ({ found, date }: OnDay<InvoiceRow>, actor: Actor) => ({
  body: presentWhole(found, date, actor),
  version: found.version,
});

/** The same of one that was just posted. */
export const presentNew = (made: OnDay<InvoiceRow>, actor: Actor) => ({
  ...presentOne(made, actor),
  location: `/invoices/${made.found.id}`,
});
