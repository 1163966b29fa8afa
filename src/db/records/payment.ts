import { sql } from "drizzle-orm";
import { CalendarDate, Id, longText, Money, MoneyInput, oneOf, SignedMoney, Timestamp, text } from "../fields.ts";
import { invoices, PAYMENT_KINDS, PAYMENT_METHODS, payments } from "../schema/invoices.ts";
import { entityOf } from "./entity.ts";
import { recordOf } from "./record.ts";

/** A payment, a refund, or a reversal of one of them. Its image is all of it. */
export const PAYMENT = entityOf(
  "payment",
  recordOf(payments, {
    id: { use: "shown", audited: true, type: Id, example: 640 },
    invoice_id: { use: "shown", audited: true, type: Id, example: 388 },
    kind: { use: "shown", audited: true, type: oneOf(PAYMENT_KINDS), example: "payment" },
    amount: {
      use: "shown",
      audited: true,
      input: true,
      money: true,
      type: { answer: Money, input: MoneyInput.refine((amount) => amount > 0, { message: "Must be more than 0." }) },
      example: 282.81,
    },
    method: { use: "shown", audited: true, input: true, type: oneOf(PAYMENT_METHODS), example: "card" },
    reference: {
      use: "shown",
      audited: true,
      input: true,
      type: text(100).openapi({ description: "The number of the slip, cheque or transfer. Each counts once." }),
      example: "T-20261126-0091",
    },
    received_on: {
      use: "shown",
      audited: true,
      type: CalendarDate.openapi({ description: "The day in the shop's time zone on which the money changed hands." }),
      example: "2026-11-26",
    },
    reverses_id: {
      use: "shown",
      audited: true,
      type: Id.openapi({ description: "The payment or refund that was a mistake." }),
      example: null,
    },
    note: { use: "staff", audited: true, input: true, type: longText(500), example: null },
    staff_user_id: { use: "hidden", audited: true },
    created_at: { use: "shown", type: Timestamp, example: "2026-11-26T17:40:51.311Z" },
    effect: {
      use: "shown",
      money: true,
      type: SignedMoney.openapi({ description: "What it adds to the till: the amount, or less than 0 where money went out." }),
      example: 282.81,
    },
    paid_after: { use: "hidden", audited: true, money: true },
  }),
  { counter: "payments", newestFirst: true, sorts: { id: payments.id, received_on: payments.received_on } },
  {},
  sql`(select ${invoices.customer_id} from ${invoices} where ${invoices.id} = ${payments.invoice_id})`,
);
