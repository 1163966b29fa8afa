import { CalendarDate, Id, Money, oneOf, quantity, text } from "../fields.ts";
import { DOCUMENT_KINDS, invoiceLines } from "../schema/invoices.ts";
import { LINE_KINDS } from "../schema/ticket-lines.ts";
import { recordOf } from "./record.ts";

const amount = (description: string) => Money.openapi({ description });

/** A line of an invoice or credit note, by which figures are taken apart. It is not audited: its document is, and it cannot be changed. */
export const INVOICE_LINE = {
  ...recordOf(invoiceLines, {
    id: { use: "shown", type: Id, example: 5102 },
    invoice_id: { use: "shown", type: Id, example: 388 },
    line_id: { use: "shown", type: Id.openapi({ description: "The id of the line in the invoice." }), example: 3001 },
    document_kind: {
      use: "shown",
      type: oneOf(DOCUMENT_KINDS).openapi({ description: "Lines of credit notes are taken off." }),
      example: "invoice",
    },
    date: { use: "shown", type: CalendarDate, example: "2026-11-26" },
    kind: { use: "shown", type: oneOf(LINE_KINDS), example: "labor" },
    description: { use: "shown", type: text(300), example: "Replace front pads and rotors" },
    mechanic_id: { use: "shown", type: Id, example: 2 },
    quantity: { use: "shown", quantity: true, type: quantity(0).answer, example: 1.5 },
    net: { use: "shown", money: true, type: amount("After all discounts, without taxes."), example: 180 },
    discount: { use: "shown", money: true, type: amount("What discounts took off."), example: 0 },
    cost: {
      use: "staff",
      money: true,
      type: amount("What a part or sublet cost the shop; null where nobody has said."),
      example: null,
    },
  }),
  counter: "invoice_lines",
  newestFirst: true,
  sorts: { id: invoiceLines.id, date: invoiceLines.date },
} as const;
