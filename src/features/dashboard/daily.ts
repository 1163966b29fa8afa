import { getTableColumns, type SQL, sql } from "drizzle-orm";
import { dailyEstimates, dailyMechanics, dailyPayments, dailySales } from "../../db/schema/figures.ts";
import type { PaymentMethod } from "../../db/schema/invoices.ts";
import type { Daily } from "./figure.ts";

/** The tables that triggers keep for each day, with what figures sum of them. */

const { date: _sold, ...sales } = getTableColumns(dailySales);
const { date: _presented, ...estimates } = getTableColumns(dailyEstimates);
const { date: _worked, mechanic_id: _of, ...mechanics } = getTableColumns(dailyMechanics);

const paidBy = (method: PaymentMethod): SQL<number> =>
  sql<number>`iif(${dailyPayments.method} = ${sql.raw(`'${method}'`)}, ${dailyPayments.amount}, 0)`;
const methods: Readonly<Record<PaymentMethod, SQL<number>>> = {
  cash: paidBy("cash"),
  card: paidBy("card"),
  check: paidBy("check"),
  bank_transfer: paidBy("bank_transfer"),
  other: paidBy("other"),
};

export const SALES: Daily<keyof typeof sales> = { name: "sales", table: dailySales, date: dailySales.date, sums: sales };
export const TILL: Daily<PaymentMethod> = { name: "till", table: dailyPayments, date: dailyPayments.date, sums: methods };
export const ESTIMATES: Daily<keyof typeof estimates> = {
  name: "estimates",
  table: dailyEstimates,
  date: dailyEstimates.date,
  sums: estimates,
};
export const MECHANICS: Daily<keyof typeof mechanics> = {
  name: "mechanics",
  table: dailyMechanics,
  date: dailyMechanics.date,
  sums: mechanics,
};
