import type { Operation } from "./operations.ts";
import { type Body, one } from "./record-operations.ts";

const YEAR = "from=2026-01-01&to=2026-12-31";
/** A row for each day, and the shop, counters and the like. */
const oneTable = (): number => 366 + 20;
/** Days of sales, estimates and payments, and of each tax; and each day on which something is due. */
const dashboard = ({ taxes }: Body): number => 366 * (3 + taxes.length) + 400;

/** What a customer's line may cost: their invoices with a balance, by how late they are. */
const owing = ({ customers }: Body): number =>
  customers.reduce((sum: number, { invoices }: { invoices: number }) => sum + 10 + invoices, 0) + 400;

/** A day has the rows of what happened on it, of which a larger shop has more: the budget holds for a year in which all of it happens on each day. */
const ofDays: typeof one = (...asked) => ({ ...one(...asked), varies: true });

/** Figures over a year, and what is owed now. */
export const dashboardOperations: readonly Operation[] = [
  ofDays("/dashboard, a day", "/dashboard?from=2026-06-01&to=2026-06-01", ({ taxes }) => 3 + taxes.length + 2 * 400),
  ofDays("/dashboard, a year", `/dashboard?${YEAR}`, dashboard),
  ofDays("/dashboard, a year with the one before", `/dashboard?${YEAR}&previous=true`, (body) => 2 * dashboard(body)),
  ofDays("/dashboard/series, a year by month", `/dashboard/series?figure=revenue&interval=month&${YEAR}`, oneTable),
  ofDays("/dashboard/series of a quotient, a year by week", `/dashboard/series?figure=close_ratio&interval=week&${YEAR}`, oneTable),
  ofDays("/dashboard/series of a method of payment, a year by day", `/dashboard/series?figure=till_cash&${YEAR}`, oneTable),
  ofDays(
    "/dashboard/mechanics, a year",
    `/dashboard/mechanics?${YEAR}`,
    ({ mechanics, pagination }) => 370 * mechanics.length + 10 * pagination.total_items + 40,
  ),
  ofDays(
    "/dashboard/mechanics, a year, who sold the most hours first",
    `/dashboard/mechanics?${YEAR}&sort=-hours_sold`,
    ({ mechanics, pagination }) => 370 * (mechanics.length + pagination.total_items) + 10 * pagination.total_items + 40,
  ),
  ...["id", "-balance", "oldest_due"].map((sort) => ({
    ...one(`/dashboard/receivables, by ${sort}`, `/dashboard/receivables?sort=${sort}`, (body) => owing(body) + 1_001),
    varies: true,
  })),
  { ...one("/dashboard/receivables of a customer", "/dashboard/receivables?customer_id=5", owing), varies: true },
];
