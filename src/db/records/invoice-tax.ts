import { CalendarDate, Id, Money, oneOf, PERCENT, text } from "../fields.ts";
import { DOCUMENT_KINDS, invoiceTaxes } from "../schema/invoices.ts";
import { recordOf } from "./record.ts";

/** A tax of an invoice or credit note. It is not audited: its document is, and it cannot be changed. */
export const INVOICE_TAX = {
  ...recordOf(invoiceTaxes, {
    id: { use: "shown", type: Id, example: 412 },
    invoice_id: { use: "shown", type: Id, example: 388 },
    position: { use: "hidden" },
    document_kind: {
      use: "shown",
      type: oneOf(DOCUMENT_KINDS).openapi({ description: "Taxes of credit notes are taken off." }),
      example: "invoice",
    },
    date: { use: "shown", type: CalendarDate, example: "2026-11-26" },
    name: { use: "shown", type: text(120), example: "Sales tax" },
    rate: { use: "shown", percent: true, type: PERCENT, example: 9.25 },
    base: { use: "shown", money: true, type: Money, example: 89.99 },
    amount: { use: "shown", money: true, type: Money, example: 8.32 },
  }),
  counter: "invoice_taxes",
  newestFirst: true,
  sorts: { id: invoiceTaxes.id, date: invoiceTaxes.date },
} as const;
