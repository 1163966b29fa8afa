import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Cents } from "../../core/money.ts";
import { PAYMENT } from "../../db/records/payment.ts";
import { invoices, payments } from "../../db/schema/invoices.ts";
import { onShopDay, requiresShopDay, type ShopDay } from "../../db/shop-day.ts";
import { commit, created, newest, type Precondition, requires } from "../../db/write/commit.ts";
import { mailReceipt } from "../../db/write/customer-mail.ts";
import { idAfterLost } from "../../db/write/ids-after-restore.ts";
import { insertFrom } from "../../db/write/insert-from.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { type RecordedRow, recordedById } from "./payments.queries.ts";
import type { NewPayment, NewRefund, NewReversal } from "./payments.schemas.ts";

/** For how long money can be recorded after it changed hands: less than a year, so that no day is taken in a wrong year. */
const DAYS_BACK = 180;

const daysBefore = (date: string, days: number): string => new Date(Date.parse(date) - days * 86_400_000).toISOString().slice(0, 10);

/** The zone is the shop's, and the day that was sent is today in it, or not long ago. */
const requiresDay = (day: ShopDay, receivedOn: string): Precondition[] => {
  const first = daysBefore(day.date, DAYS_BACK);
  const outside = { pointer: "/body/received_on", code: "out_of_bounds", detail: `Send a date from ${first} to ${day.date}.` };
  const isInside = receivedOn >= first && receivedOn <= day.date;
  return [requiresShopDay(day), ...(isInside ? [] : [requires("invalid", sql`false`, { errors: [outside] })])];
};

const isThere = (condition: SQL | undefined): SQL => sql`exists (select 1 from ${invoices} where ${condition})`;

const requiresInvoice = (invoice: number): Precondition[] => [
  requires("not_found", isThere(eq(invoices.id, invoice))),
  requires("not_an_invoice", isThere(and(eq(invoices.id, invoice), eq(invoices.kind, "invoice")))),
];

const answer = recordedById(newest(PAYMENT));

/** A payment; its amount is cents, or SQL over the invoice. */
type Paid = Omit<NewPayment, "amount"> & { readonly amount: Cents | SQL };

/** Records what a customer paid on an invoice, and mails a receipt where one is wanted. Throws `not_found`, `not_an_invoice`, `invalid`, `reference_taken`, `overpaid`. */
export const recordPayment = ({ db, writer, now }: WriteContext, invoice: number, body: Paid): Promise<RecordedRow> =>
  onShopDay(db, now, (day) => {
    const received_on = body.received_on ?? day.date;
    const { amount, method, reference = null, note = null } = body;
    const row = {
      id: idAfterLost(payments),
      invoice_id: invoice,
      kind: "payment",
      amount,
      method,
      reference,
      note,
      received_on,
      effect: amount,
    } as const;
    const made = { staff_user_id: writer.userId, created_at: now, paid_after: sql`${invoices.paid} + ${amount}` };
    return commit(db, writer, {
      preconditions: [...requiresInvoice(invoice), ...requiresDay(day, received_on)],
      changes: [
        insertFrom(payments, { ...row, ...made }, sql`from ${invoices} where ${eq(invoices.id, invoice)}`),
        mailReceipt(invoice, now),
      ],
      audit: [created(PAYMENT)],
      answer,
    });
  });

/**
 * Records what the shop gave back of an invoice, or all that it owes back. Throws `not_found`, `not_an_invoice`, `invalid`,
 * `reference_taken`, `nothing_to_refund`.
 */
export const recordRefund = ({ db, writer, now }: WriteContext, invoice: number, body: NewRefund): Promise<RecordedRow> =>
  onShopDay(db, now, (day) => {
    const received_on = body.received_on ?? day.date;
    const { method, reference = null, note = null } = body;
    const amount = body.amount ?? sql`${invoices.refundable}`;
    const row = {
      id: idAfterLost(payments),
      invoice_id: invoice,
      kind: "refund",
      amount,
      method,
      reference,
      note,
      received_on,
      effect: sql`-${amount}`,
    } as const;
    const made = { staff_user_id: writer.userId, created_at: now, paid_after: sql`${invoices.paid} - ${amount}` };
    const isOwed = isThere(and(eq(invoices.id, invoice), sql`${invoices.refundable} > 0`));
    return commit(db, writer, {
      preconditions: [
        ...requiresInvoice(invoice),
        ...requiresDay(day, received_on),
        requires("nothing_to_refund", isOwed, { refundable: 0 }),
      ],
      changes: [insertFrom(payments, { ...row, ...made }, sql`from ${invoices} where ${eq(invoices.id, invoice)}`)],
      audit: [created(PAYMENT)],
      answer,
    });
  });

const of = (name: string): SQL => sql.raw(`p."${name}"`);

/**
 * Takes back a payment or a refund that was recorded by mistake; its reference is free again. Throws `not_found`, `not_reversible`,
 * `already_reversed`, `payment_refunded`, `overpaid`.
 */
export const reversePayment = ({ db, writer, now }: WriteContext, id: number, { note = null }: NewReversal): Promise<RecordedRow> =>
  onShopDay(db, now, (day) => {
    const isIt = eq(payments.id, id);
    const row = { invoice_id: of("invoice_id"), kind: "reversal", amount: of("amount"), method: of("method"), reverses_id: id } as const;
    const made = { id: idAfterLost(payments), note, received_on: day.date, staff_user_id: writer.userId, created_at: now };
    const ledger = { effect: sql`-${of("effect")}`, paid_after: sql`${invoices.paid} - ${of("effect")}` };
    return commit(db, writer, {
      preconditions: [
        requires("not_found", sql`exists (select 1 from ${payments} where ${isIt})`),
        requires("not_reversible", sql`exists (select 1 from ${payments} where ${isIt} and ${payments.kind} <> 'reversal')`),
        requiresShopDay(day),
      ],
      changes: [
        insertFrom(
          payments,
          { ...row, ...made, ...ledger },
          sql`from ${payments} p join ${invoices} on ${invoices.id} = p.invoice_id where p.id = ${id}`,
        ),
      ],
      audit: [created(PAYMENT)],
      answer,
    });
  });
