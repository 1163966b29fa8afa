import { CalendarDate, Id, longText, MONEY, Money, oneOf, pattern, Timestamp, text } from "../fields.ts";
import { DOCUMENT_KINDS, INVOICE_STATUSES, invoices } from "../schema/invoices.ts";
import { entityOf } from "./entity.ts";
import { recordOf } from "./record.ts";

/** What invoices and credit notes are called on paper. */
export const DocumentNumber = pattern(30, /^C?\d{4}-\d{6,}$/);

/** An invoice or a credit note. Its image has ids, numbers and sums, but not the buyer, nor what else it shows. */
export const INVOICE = entityOf(
  "invoice",
  recordOf(invoices, {
    id: { use: "shown", audited: true, type: Id, example: 388 },
    kind: { use: "shown", audited: true, type: oneOf(DOCUMENT_KINDS), example: "invoice" },
    service_ticket_id: { use: "shown", audited: true, type: Id, example: 31 },
    customer_id: { use: "hidden", audited: true },
    vehicle_id: { use: "hidden", audited: true },
    credits_id: { use: "hidden", audited: true },
    year: { use: "hidden" },
    sequence: { use: "hidden" },
    number: { use: "shown", audited: true, type: DocumentNumber, example: "2026-000388" },
    at: { use: "shown", type: Timestamp, example: "2026-11-26T17:31:02.004Z" },
    date: {
      use: "shown",
      audited: true,
      type: CalendarDate.openapi({ description: "The day in the shop's time zone." }),
      example: "2026-11-26",
    },
    supplied_on: {
      use: "shown",
      audited: true,
      type: CalendarDate.openapi({ description: "The day in the shop's time zone on which the work was completed." }),
      example: "2026-11-26",
    },
    due_date: {
      use: "shown",
      audited: true,
      type: CalendarDate.openapi({ description: "The last day on which an invoice is paid in time." }),
      example: "2026-11-26",
    },
    lines_net: { use: "shown", audited: true, money: true, type: MONEY, example: 274.49 },
    discount_amount: { use: "shown", audited: true, money: true, type: MONEY, example: 0 },
    net: { use: "shown", audited: true, money: true, type: MONEY, example: 274.49 },
    tax: { use: "shown", audited: true, money: true, type: MONEY, example: 8.32 },
    total: { use: "shown", audited: true, money: true, type: MONEY, example: 282.81 },
    labor: { use: "hidden", money: true },
    part: { use: "hidden", money: true },
    sublet: { use: "hidden", money: true },
    fee: { use: "hidden", money: true },
    reason: { use: "shown", audited: true, type: text(300), example: null },
    text: { use: "shown", type: longText(2_000), example: null },
    staff_user_id: { use: "hidden", audited: true },
    content: { use: "hidden" },
    credited: { use: "shown", money: true, type: MONEY, example: 0 },
    is_credited: { use: "hidden", audited: true },
    paid: {
      use: "shown",
      money: true,
      type: Money.openapi({ description: "What was paid, less what was given back." }),
      example: 0,
    },
    balance: {
      use: "shown",
      money: true,
      type: Money.openapi({ description: "What the customer still owes." }),
      example: 282.81,
    },
    refundable: {
      use: "shown",
      money: true,
      type: Money.openapi({ description: "What the shop owes back." }),
      example: 0,
    },
    status: {
      use: "shown",
      type: oneOf(INVOICE_STATUSES).openapi({ description: "Null for a credit note." }),
      example: "unpaid",
    },
  }),
  {
    counter: "invoices",
    newestFirst: true,
    sorts: { id: invoices.id, date: invoices.date, balance: invoices.balance },
  },
  {},
  // As SQL and not as a column: an image of a new row is read in a query over the table.
  invoices.customer_id.getSQL(),
);
