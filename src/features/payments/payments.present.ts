import type { z } from "@hono/zod-openapi";
import { type Actor, isStaff } from "../../core/actor.ts";
import { fromCents, sumOf } from "../../core/money.ts";
import { PAYMENT } from "../../db/records/payment.ts";
import { present } from "../../db/records/record.ts";
import type { PaymentRow, RecordedRow, Till } from "./payments.queries.ts";
import type { Payment, PaymentList, RecordedPayment } from "./payments.schemas.ts";

/** A payment as the actor may see it. */
export const presentPayment = (row: PaymentRow, actor: Actor): z.input<typeof Payment> => ({
  ...present(PAYMENT, row, actor),
  invoice_number: row.invoice_number,
  reversed_by_id: row.reversed_by_id,
  ...(isStaff(actor) && { recorded_by: { user_id: row.staff_user_id } }),
});

/** One payment, whose version rises when it is reversed, which is all that can happen to it. */
export const presentFound = (row: PaymentRow, actor: Actor) => ({
  body: presentPayment(row, actor),
  version: row.reversed_by_id === null ? 1 : 2,
});

/** One that was just recorded. */
export const presentRecorded = (row: RecordedRow, actor: Actor) => {
  const { id, number, status, paid, balance, refundable } = row.invoice;
  const invoice = { id, number, status, paid: fromCents(paid), balance: fromCents(balance), refundable: fromCents(refundable) };
  return { body: { ...presentPayment(row, actor), invoice } satisfies z.input<typeof RecordedPayment>, location: `/payments/${row.id}` };
};

/** The till on the wire. */
export const presentTill = (till: Till | null): z.input<typeof PaymentList>["till"] =>
  till && {
    from: till.from,
    to: till.to,
    payments: till.methods.reduce((sum, { payments }) => sum + payments, 0),
    amount: fromCents(sumOf(till.methods.map(({ amount }) => amount))),
    methods: till.methods.map(({ method, payments, amount }) => ({ method, payments, amount: fromCents(amount) })),
  };
