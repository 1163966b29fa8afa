import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Cents } from "../../core/money.ts";
import type { Thousandths } from "../../core/quantity.ts";
import { cents, ppm, thousandths } from "../columns.ts";
import { PAYMENT_METHODS, type PaymentMethod } from "./invoices.ts";

/** A sum of amounts in cents, which credit notes lower. */
const sum = () =>
  cents()
    .notNull()
    .default(0 as Cents);
const count = () => integer().notNull().default(0);

/**
 * What was sold on a day of the shop: posted documents by their date, taxes excluded, credit notes taken off on theirs. Triggers keep
 * this and the other tables of figures.
 */
export const dailySales = sqliteTable("daily_sales", {
  date: text().primaryKey(),
  /** Invoices less those that were credited as a whole, and vehicles with an invoice. */
  invoices: count(),
  cars: count(),
  /** Net by kind of line. */
  labor: sum(),
  part: sum(),
  sublet: sum(),
  fee: sum(),
  discounts: sum(),
  /** What parts and sublets cost where it is known, and net of those where it is not. */
  part_cost: sum(),
  sublet_cost: sum(),
  part_without_cost: sum(),
  sublet_without_cost: sum(),
  /** Lines of invoices for parts and sublets of which nobody has said the cost. */
  lines_without_cost: count(),
  /** Quantity of labour. */
  hours: thousandths()
    .notNull()
    .default(0 as Thousandths),
  tax: sum(),
});

/** The same for a mechanic: labour that they did, and tickets that they worked on, by the date of the invoice. */
export const dailyMechanics = sqliteTable(
  "daily_mechanics",
  {
    date: text().notNull(),
    mechanic_id: integer().notNull(),
    hours: thousandths()
      .notNull()
      .default(0 as Thousandths),
    labor: sum(),
    tickets: count(),
    /** Tickets with a promised time, and those among them that were completed by then. */
    promised: count(),
    on_time: count(),
  },
  (t) => [primaryKey({ columns: [t.mechanic_id, t.date] }), index("daily_mechanics_date").on(t.date)],
);

/** What each tax came to on a day. */
export const dailyTaxes = sqliteTable(
  "daily_taxes",
  { date: text().notNull(), name: text().notNull(), rate: ppm().notNull(), base: sum(), amount: sum() },
  (t) => [primaryKey({ columns: [t.date, t.name, t.rate] })],
);

/** A column for each method of payment. Safe: each name gets its column. */
const byMethod = <C, S extends string>(suffix: S, column: () => C) =>
  Object.fromEntries(PAYMENT_METHODS.map((method) => [`${method}_${suffix}`, column()])) as {
    readonly [M in PaymentMethod as `${M}_${S}`]: C;
  };

/** What came into the till on a day by each method, less what went out, and in how many entries of the ledger. */
export const dailyPayments = sqliteTable("daily_payments", {
  date: text().primaryKey(),
  ...byMethod("amount", sum),
  ...byMethod("entries", count),
});

/** Estimates of a day that no newer one of their ticket has superseded, and how many of them and of their net are approved. */
export const dailyEstimates = sqliteTable("daily_estimates", {
  date: text().primaryKey(),
  presented: count(),
  presented_net: sum(),
  approved: count(),
  approved_net: sum(),
});

/** What is owed by the day on which it is due: invoices with a balance. */
export const dailyDue = sqliteTable("daily_due", { due_date: text().primaryKey(), invoices: count(), balance: sum() }, (t) => [
  check("daily_due_not_negative", sql`${t.invoices} >= 0 and ${t.balance} >= 0`),
]);

/** The day on which nothing is due. */
export const NEVER_DUE = "9999-12-31";

/** What each customer owes, who owes anything or is owed anything back: invoices with a balance, and the day on which the first of them was due. */
export const customerBalances = sqliteTable(
  "customer_balances",
  {
    customer_id: integer().primaryKey(),
    invoices: count(),
    balance: sum(),
    /** What the shop owes back. */
    refundable: sum(),
    /** The last day that there is where nothing is owed, so that it comes last. */
    oldest_due: text().notNull().default(NEVER_DUE),
  },
  (t) => [
    index("customer_balances_balance").on(t.balance, t.customer_id),
    index("customer_balances_due").on(t.oldest_due, t.customer_id),
    check("customer_balances_not_negative", sql`min(${t.invoices}, ${t.balance}, ${t.refundable}) >= 0`),
  ],
);
