import { z } from "@hono/zod-openapi";
import { CalendarDate, Count, Id, Money, oneOf, SignedMoney } from "../../db/fields.ts";
import { DocumentNumber } from "../../db/records/invoice.ts";
import { PAYMENT } from "../../db/records/payment.ts";
import { INVOICE_STATUSES, PAYMENT_KINDS, PAYMENT_METHODS } from "../../db/schema/invoices.ts";
import { PathId } from "../../http/fields.ts";
import { inOrder, listOf, listQuery, sortsOf } from "../../http/page.ts";

export const Payment = PAYMENT.listedAnswer
  .extend({
    invoice_number: DocumentNumber,
    reversed_by_id: Id.nullable().openapi({ description: "The reversal that says that it was a mistake." }),
    recorded_by: z
      .object({ user_id: Id.nullable().openapi({ description: "Null where the shop's operator recorded it." }) })
      .optional()
      .openapi({ description: "For staff: the account that recorded it." }),
  })
  .openapi("Payment");

/** A payment that was just recorded, and what it left of the invoice. */
export const RecordedPayment = Payment.extend({
  invoice: z
    .object({
      id: Id,
      number: DocumentNumber,
      status: oneOf(INVOICE_STATUSES),
      paid: Money.openapi({ description: "What was paid, less what was given back." }),
      balance: Money.openapi({ description: "What the customer still owes." }),
      refundable: Money.openapi({ description: "What the shop owes back." }),
    })
    .openapi({ description: "How the invoice stands with it." }),
}).openapi("RecordedPayment");

const Entries = Count.openapi({ description: "Entries in the ledger, reversals among them." });
const InTill = SignedMoney.openapi({
  description: "What came in less what went out; less than 0 where more went out. At most two decimals.",
});

const Till = z
  .object({
    from: CalendarDate,
    to: CalendarDate,
    payments: Entries,
    amount: InTill,
    methods: z.array(z.object({ method: oneOf(PAYMENT_METHODS), payments: Entries, amount: InTill })).max(PAYMENT_METHODS.length),
  })
  .openapi("Till");

export const PaymentList = listOf("payments", Payment)
  .extend({
    till: Till.nullable().openapi({
      description:
        "Of all days from `from` to `to`, whichever page is shown. Null unless both are sent, at most 366 days apart, without `kind` and " +
        "`invoice_id`.",
    }),
  })
  .openapi("PaymentList");

export const InvoicePaymentList = listOf("payments", Payment).openapi("InvoicePaymentList");

export const InvoicePaymentQuery = listQuery(["id"], {});

export const PaymentQuery = inOrder(
  listQuery(sortsOf(PAYMENT), {
    from: CalendarDate.optional().openapi({ description: "First day on which the money changed hands." }),
    to: CalendarDate.optional().openapi({ description: "Last day on which the money changed hands." }),
    method: oneOf(PAYMENT_METHODS).optional(),
    kind: oneOf(PAYMENT_KINDS).optional(),
    invoice_id: PathId.optional(),
  }),
);
export type PaymentQuery = z.output<typeof PaymentQuery>;

const ReceivedOn = CalendarDate.nullish().openapi({
  description: "The day in the shop's time zone on which the money changed hands: today, or at most 180 days ago. Default: today.",
});

export const NewPayment = PAYMENT.staffInput.extend({ received_on: ReceivedOn }).strict().openapi("NewPayment");
export type NewPayment = z.output<typeof NewPayment>;

export const NewRefund = PAYMENT.staffInput
  .extend({
    amount: PAYMENT.staffInput.shape.amount.nullish().openapi({ description: "By default all that is owed back." }),
    received_on: ReceivedOn,
  })
  .strict()
  .openapi("NewRefund");
export type NewRefund = z.output<typeof NewRefund>;

export const NewReversal = PAYMENT.staffInput.pick({ note: true }).strict().openapi("NewReversal");
export type NewReversal = z.output<typeof NewReversal>;
