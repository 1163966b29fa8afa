import { sql } from "drizzle-orm";
import { check, index, integer, type SQLiteColumn, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Cents } from "../../core/money.ts";
import { cents, flag, moment, ppm, thousandths } from "../columns.ts";
import { customers } from "./customers.ts";
import { serviceTickets } from "./service-tickets.ts";
import { LINE_KINDS } from "./ticket-lines.ts";
import { isOneOf } from "./words.ts";

export const DOCUMENT_KINDS = ["invoice", "credit_note"] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];
export const INVOICE_STATUSES = ["unpaid", "partly_paid", "paid", "credited"] as const;
export type InvoiceStatus = (typeof INVOICE_STATUSES)[number];

/** What is still owed of an invoice, and what the shop owes back. Neither is negative. */
const BALANCE = sql`iif(kind = 'invoice', max(0, total - credited - paid), 0)`;
const REFUNDABLE = sql`iif(kind = 'invoice', max(0, credited + paid - total), 0)`;
const STATUS = sql`iif(kind = 'credit_note', null, iif(is_credited, 'credited', iif(total <= credited + paid, 'paid', iif(paid > 0, 'partly_paid', 'unpaid'))))`;

/** Amounts are whole numbers of cents: with one that is none, their sum is none. */
const areWhole = (...amounts: readonly SQLiteColumn[]) =>
  sql`typeof(${sql.join(
    amounts.map((amount) => sql`ifnull(${amount}, 0)`),
    sql` + `,
  )}) = 'integer'`;

/**
 * Invoices, and the credit notes that correct them: frozen when they are posted, with everything that they show. Only `paid`, and
 * `credited` of an invoice, follow the ledgers. Ids are never given twice, since no row is removed.
 */
export const invoices = sqliteTable(
  "invoices",
  {
    id: integer().primaryKey(),
    kind: text({ enum: DOCUMENT_KINDS }).notNull(),
    service_ticket_id: integer()
      .notNull()
      .references(() => serviceTickets.id, { onDelete: "restrict", onUpdate: "restrict" }),
    customer_id: integer()
      .notNull()
      .references(() => customers.id, { onDelete: "restrict", onUpdate: "restrict" }),
    /** As it was; vehicles are told apart by it, so it is no foreign key, which would read a row. */
    vehicle_id: integer(),
    /** The invoice that a credit note corrects. */
    credits_id: integer(),
    /** The year and the place in the series of its kind. */
    year: integer().notNull(),
    sequence: integer().notNull(),
    number: text()
      .notNull()
      .generatedAlwaysAs(sql`iif(kind = 'invoice', printf('%d-%06d', year, sequence), printf('C%d-%06d', year, sequence))`, {
        mode: "stored",
      }),
    at: moment().notNull(),
    /** The day in the shop's time zone. */
    date: text().notNull(),
    /** The day in the shop's time zone on which the work was completed. */
    supplied_on: text().notNull(),
    /** The last day on which an invoice is paid in time. */
    due_date: text(),
    /** Net of the lines before the discount of the ticket, that discount, what is left, the taxes, and both together. */
    lines_net: cents().notNull(),
    discount_amount: cents().notNull(),
    net: cents().notNull(),
    tax: cents().notNull(),
    total: cents().notNull(),
    /** `net` by kind of line. */
    labor: cents().notNull(),
    part: cents().notNull(),
    sublet: cents().notNull(),
    fee: cents().notNull(),
    /** Why a credit note was written. */
    reason: text(),
    /** A text of an invoice, beside the shop's. */
    text: text(),
    /** The account that posted it. */
    staff_user_id: integer(),
    /** JSON: seller, buyer, vehicle, discount, jobs, lines, taxes and authorisations as they were. */
    content: text().notNull(),
    /** What is credited of the invoice: of a credit note with it and those before; and whether that is all of it. */
    credited: cents()
      .notNull()
      .default(0 as Cents),
    is_credited: flag().notNull().default(false),
    /** What was paid on the invoice, less what was given back. */
    paid: cents()
      .notNull()
      .default(0 as Cents),
    balance: cents().notNull().generatedAlwaysAs(BALANCE, { mode: "stored" }),
    refundable: cents().notNull().generatedAlwaysAs(REFUNDABLE, { mode: "stored" }),
    status: text({ enum: INVOICE_STATUSES }).generatedAlwaysAs(STATUS, { mode: "stored" }),
  },
  (t) => [
    index("invoices_ticket").on(t.service_ticket_id, t.id),
    index("invoices_customer").on(t.customer_id, t.id),
    index("invoices_credits").on(t.credits_id, t.id).where(sql`${t.credits_id} is not null`),
    index("invoices_date").on(t.date, t.id),
    index("invoices_vehicle").on(t.vehicle_id, t.date).where(sql`${t.vehicle_id} is not null and ${t.kind} = 'invoice'`),
    index("invoices_due").on(t.due_date, t.id).where(sql`${t.balance} > 0`),
    index("invoices_owed_by").on(t.customer_id, t.due_date, t.balance).where(sql`${t.balance} > 0`),
    index("invoices_refundable").on(t.id).where(sql`${t.refundable} > 0`),
    index("invoices_owed_back").on(t.customer_id, t.id).where(sql`${t.refundable} > 0`),
    index("invoices_balance").on(t.balance, t.id),
    uniqueIndex("invoices_numbered_once").on(t.kind, t.year, t.sequence),
    check("invoices_id_positive", sql`${t.id} > 0`),
    check("invoices_kind_known", isOneOf(t.kind, DOCUMENT_KINDS)),
    check("invoices_sequence_positive", sql`${t.sequence} > 0`),
    check(
      "invoices_whole_cents",
      areWhole(t.lines_net, t.discount_amount, t.net, t.tax, t.total, t.labor, t.part, t.sublet, t.fee, t.credited, t.paid),
    ),
    check(
      "invoices_fields_of_kind",
      sql`(${t.kind} = 'credit_note') = (${t.credits_id} is not null) and (${t.kind} = 'credit_note') = (${t.reason} is not null)
        and (${t.kind} = 'invoice') = (${t.due_date} is not null) and (${t.kind} = 'invoice' or ${t.paid} = 0)`,
    ),
    check(
      "invoices_add_up",
      sql`${t.net} = ${t.lines_net} - ${t.discount_amount} and ${t.total} = ${t.net} + ${t.tax}
        and ${t.net} = ${t.labor} + ${t.part} + ${t.sublet} + ${t.fee}
        and min(${t.lines_net}, ${t.discount_amount}, ${t.net}, ${t.tax}, ${t.labor}, ${t.part}, ${t.sublet}, ${t.fee}) >= 0`,
    ),
    check("invoices_within_bounds", sql`${t.lines_net} <= 999999999`),
    check("invoices_due_after_date", sql`${t.due_date} >= ${t.date}`),
    check("invoices_ledgers_in_bounds", sql`min(${t.credited}, ${t.paid}) >= 0 and ${t.paid} <= ${t.total}`),
    check("invoices_credited_at_most_all", sql`${t.kind} = 'credit_note' or ${t.credited} <= ${t.total}`),
  ],
);

/** The lines of documents, one row each, by which figures are taken apart. Triggers write them; append-only. */
export const invoiceLines = sqliteTable(
  "invoice_lines",
  {
    id: integer().primaryKey(),
    invoice_id: integer().notNull(),
    /** The line's id in the invoice, also where a credit note takes it back. */
    line_id: integer().notNull(),
    document_kind: text({ enum: DOCUMENT_KINDS }).notNull(),
    date: text().notNull(),
    kind: text({ enum: LINE_KINDS }).notNull(),
    description: text().notNull(),
    mechanic_id: integer(),
    quantity: thousandths().notNull(),
    /** After all discounts; `discount` is what they took off. */
    net: cents().notNull(),
    discount: cents().notNull(),
    /** What parts and sublets cost the shop, or null where nobody has said. */
    cost: cents(),
  },
  (t) => [
    uniqueIndex("invoice_lines_once").on(t.invoice_id, t.line_id),
    index("invoice_lines_date").on(t.date, t.id),
    index("invoice_lines_kind").on(t.kind, t.date, t.id),
    index("invoice_lines_mechanic").on(t.mechanic_id, t.date, t.id).where(sql`${t.mechanic_id} is not null`),
    check("invoice_lines_id_positive", sql`${t.id} > 0`),
    check("invoice_lines_whole_cents", areWhole(t.net, t.discount, t.cost)),
    check("invoice_lines_known", sql`${isOneOf(t.document_kind, DOCUMENT_KINDS)} and ${isOneOf(t.kind, LINE_KINDS)}`),
  ],
);

/** The taxes of documents, one row each. Triggers write them; append-only. */
export const invoiceTaxes = sqliteTable(
  "invoice_taxes",
  {
    id: integer().primaryKey(),
    invoice_id: integer().notNull(),
    /** Which of the document's taxes it is, from 0. */
    position: integer().notNull(),
    document_kind: text({ enum: DOCUMENT_KINDS }).notNull(),
    date: text().notNull(),
    name: text().notNull(),
    rate: ppm().notNull(),
    base: cents().notNull(),
    amount: cents().notNull(),
  },
  (t) => [
    uniqueIndex("invoice_taxes_once").on(t.invoice_id, t.position),
    index("invoice_taxes_date").on(t.date, t.id),
    check("invoice_taxes_id_positive", sql`${t.id} > 0`),
    check("invoice_taxes_whole_cents", areWhole(t.base, t.amount)),
    check("invoice_taxes_kind_known", isOneOf(t.document_kind, DOCUMENT_KINDS)),
  ],
);

export const PAYMENT_KINDS = ["payment", "refund", "reversal"] as const;
export type PaymentKind = (typeof PAYMENT_KINDS)[number];
export const PAYMENT_METHODS = ["cash", "card", "check", "bank_transfer", "other"] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/** The ledger of what was paid on invoices, given back, and taken back as a mistake. Append-only. */
export const payments = sqliteTable(
  "payments",
  {
    id: integer().primaryKey(),
    invoice_id: integer()
      .notNull()
      .references(() => invoices.id, { onDelete: "restrict", onUpdate: "restrict" }),
    kind: text({ enum: PAYMENT_KINDS }).notNull(),
    amount: cents().notNull(),
    method: text({ enum: PAYMENT_METHODS }).notNull(),
    /** The number of a slip, cheque or transfer. */
    reference: text(),
    /** The day in the shop's time zone on which the money changed hands. */
    received_on: text().notNull(),
    /** The payment or refund that was a mistake. */
    reverses_id: integer(),
    note: text(),
    staff_user_id: integer(),
    created_at: moment().notNull(),
    /** What it adds to the till: the amount, or less than nothing. */
    effect: cents().notNull(),
    /** What has been paid on the invoice with it. */
    paid_after: cents().notNull(),
  },
  (t) => [
    index("payments_invoice").on(t.invoice_id, t.id),
    index("payments_received").on(t.received_on, t.id),
    index("payments_method").on(t.method, t.received_on, t.id),
    index("payments_back").on(t.kind, t.id).where(sql`${t.kind} <> 'payment'`),
    index("payments_reference").on(sql`reference collate nocase`, t.method).where(sql`${t.reference} is not null`),
    uniqueIndex("payments_reversed_once").on(t.reverses_id).where(sql`${t.reverses_id} is not null`),
    check("payments_id_positive", sql`${t.id} > 0`),
    check("payments_kind_known", isOneOf(t.kind, PAYMENT_KINDS)),
    check("payments_method_known", isOneOf(t.method, PAYMENT_METHODS)),
    check("payments_amount_range", sql`${t.amount} between 1 and 1999999998`),
    check("payments_whole_cents", areWhole(t.amount, t.effect, t.paid_after)),
    check("payments_reversal_of_one", sql`(${t.kind} = 'reversal') = (${t.reverses_id} is not null)`),
    check(
      "payments_effect_of_kind",
      sql`abs(${t.effect}) = ${t.amount} and (${t.kind} <> 'payment' or ${t.effect} > 0) and (${t.kind} <> 'refund' or ${t.effect} < 0)`,
    ),
    check("payments_paid_not_negative", sql`${t.paid_after} >= 0`),
  ],
);
