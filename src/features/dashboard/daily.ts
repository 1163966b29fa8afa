import { getTableColumns } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { dailyEstimates, dailyMechanics, dailyPayments, dailySales } from "../../db/schema/figures.ts";
import type { PaymentMethod } from "../../db/schema/invoices.ts";
import type { Daily } from "./figure.ts";

/** The tables that triggers keep for each day, with what figures sum of them. */

const { date: _sold, ...sales } = getTableColumns(dailySales);
const { date: _presented, ...estimates } = getTableColumns(dailyEstimates);
const { date: _worked, mechanic_id: _of, ...mechanics } = getTableColumns(dailyMechanics);

const methods: Readonly<Record<PaymentMethod, SQLiteColumn>> = {
  cash: dailyPayments.cash_amount,
  card: dailyPayments.card_amount,
  check: dailyPayments.check_amount,
  bank_transfer: dailyPayments.bank_transfer_amount,
  other: dailyPayments.other_amount,
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
