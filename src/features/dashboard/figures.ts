import { type SQL, sql } from "drizzle-orm";
import type { CounterName } from "../../db/list/counters.ts";
import { counters } from "../../db/schema/counters.ts";
import { dailyDue } from "../../db/schema/figures.ts";
import type { PaymentMethod } from "../../db/schema/invoices.ts";
import type { LineKind } from "../../db/schema/ticket-lines.ts";
import { ESTIMATES, SALES, TILL } from "./daily.ts";
import { figuresOf, linkTo, type Period, type Standing, type Sums } from "./figure.ts";

/** Every figure of the shop: one that is added here is in `/dashboard`, in `/dashboard/series`, in their schemas and in the document. */

const SOLD =
  "Invoices and credit notes by their date in the shop's time zone, after all discounts and without taxes. Credit notes are taken off on their own date.";
const TAXES = "Taxes of invoices and credit notes by their date in the shop's time zone. Credit notes are taken off on their own date.";
const PAID = "Payments, refunds and reversals by the day in the shop's time zone on which the money changed hands.";
const PRESENTED =
  "Estimates by their date in the shop's time zone, without those that a newer one of their ticket has superseded. Nets of lines, before the discount of the ticket.";

type Sales = Sums<keyof typeof SALES.sums>;
const revenue = ({ labor, part, sublet, fee }: Sales): number => labor + part + sublet + fee;
/** Of lines whose cost is known, or that have none. */
const costed = (sums: Sales): number => revenue(sums) - sums.part_without_cost - sums.sublet_without_cost;
const grossProfit = (sums: Sales): number => costed(sums) - sums.part_cost - sums.sublet_cost;
const costedParts = ({ part, part_without_cost }: Sales): number => part - part_without_cost;

const documents = (period: Period): string => linkTo("/invoices", { ...period });
const linesOf = (filters: Readonly<Record<string, string>>) => (period: Period) => linkTo("/invoice-lines", { ...period, ...filters });

const ofKind = (kind: LineKind) => ({
  unit: "money" as const,
  basis: SOLD,
  formula: "Sum of `net`, less that of lines of credit notes.",
  value: ["cents", (sums: Sales) => sums[kind]] as const,
  drilldown: linesOf({ kind }),
});

const sold = figuresOf(SALES, {
  revenue: {
    unit: "money",
    basis: SOLD,
    formula: "Sum of `net` of invoices, less that of credit notes.",
    value: ["cents", revenue],
    drilldown: documents,
  },
  revenue_labor: ofKind("labor"),
  revenue_part: ofKind("part"),
  revenue_sublet: ofKind("sublet"),
  revenue_fee: ofKind("fee"),
  invoices: {
    unit: "count",
    basis: SOLD,
    formula: "Number of invoices, less that of credit notes with which nothing of their invoice is left (`credits.in_full`).",
    value: ["number", (sums) => sums.invoices],
    drilldown: documents,
  },
  cars: {
    unit: "count",
    basis: SOLD,
    formula: "Number of vehicles with an invoice, each once a day (`vehicle.id` with `date`). Credit notes take none off.",
    value: ["number", (sums) => sums.cars],
    drilldown: (period) => linkTo("/invoices", { ...period, kind: "invoice" }),
  },
  average_repair_cost: {
    unit: "money",
    basis: SOLD,
    formula: "`revenue` divided by `invoices`.",
    value: ["cents", revenue],
    per: ["number", (sums) => sums.invoices],
    drilldown: documents,
  },
  gross_profit: {
    unit: "money",
    basis: SOLD,
    formula:
      "Sum of `net` less `cost` (0 for labor and fees), less that of lines of credit notes: before what labor costs the shop. Parts and sublets without a `cost` are left out.",
    value: ["cents", grossProfit],
    drilldown: linesOf({}),
  },
  gross_margin: {
    unit: "percent",
    basis: SOLD,
    formula: "`gross_profit` divided by the sum of `net` of the same lines.",
    value: ["cents", grossProfit],
    per: ["cents", costed],
    drilldown: linesOf({}),
  },
  parts_margin: {
    unit: "percent",
    basis: SOLD,
    formula: "Sum of `net` less `cost`, divided by the sum of `net`, of both less that of lines of credit notes. Only parts with a `cost`.",
    value: ["cents", (sums) => costedParts(sums) - sums.part_cost],
    per: ["cents", costedParts],
    drilldown: linesOf({ kind: "part", cost: "known" }),
  },
  lines_without_cost: {
    unit: "count",
    basis: SOLD,
    formula: "Number of lines of invoices for parts and sublets of which nobody has said the cost. Credit notes take none off.",
    value: ["number", (sums) => sums.lines_without_cost],
    drilldown: linesOf({ document_kind: "invoice", cost: "unknown" }),
  },
  hours_sold: {
    unit: "hours",
    basis: SOLD,
    formula: "Sum of `quantity` of labor, less that of lines of credit notes.",
    value: ["thousandths", (sums) => sums.hours],
    drilldown: linesOf({ kind: "labor" }),
  },
  effective_labor_rate: {
    unit: "money",
    basis: SOLD,
    formula: "`revenue_labor` divided by `hours_sold`: what an hour was sold for.",
    value: ["cents", (sums) => sums.labor],
    per: ["thousandths", (sums) => sums.hours],
    drilldown: linesOf({ kind: "labor" }),
  },
  discounts: {
    unit: "money",
    basis: SOLD,
    formula: "Sum of `discount`, less that of lines of credit notes: what the lines would have come to beyond their `net`.",
    value: ["cents", (sums) => sums.discounts],
    drilldown: linesOf({}),
  },
  tax_collected: {
    unit: "money",
    basis: TAXES,
    formula: "Sum of `amount`, less that of taxes of credit notes.",
    value: ["cents", (sums) => sums.tax],
    drilldown: (period) => linkTo("/invoice-taxes", { ...period }),
  },
});

const approved = figuresOf(ESTIMATES, {
  close_ratio: {
    unit: "percent",
    basis: PRESENTED,
    formula: "Sum of `authorized_net`, which the customer had approved, divided by the sum of `lines_net`.",
    value: ["cents", ({ approved_net }) => approved_net],
    per: ["cents", ({ presented_net }) => presented_net],
    drilldown: (period) => linkTo("/estimates", { ...period, superseded: false }),
  },
  close_ratio_by_count: {
    unit: "percent",
    basis: PRESENTED,
    formula: "Number of estimates with an `authorized_net` of more than 0, divided by the number of all.",
    value: ["number", ({ approved }) => approved],
    per: ["number", ({ presented }) => presented],
    drilldown: (period) => linkTo("/estimates", { ...period, superseded: false }),
  },
});

const EFFECT = "Sum of `effect`: payments less refunds, without what was reversed.";
const paidBy = (method: PaymentMethod) => ({
  unit: "money" as const,
  basis: PAID,
  formula: EFFECT,
  value: ["cents", (sums: Sums<PaymentMethod>) => sums[method]] as const,
  drilldown: (period: Period) => linkTo("/payments", { ...period, method }),
});

const paid = figuresOf(TILL, {
  till: {
    unit: "money",
    basis: PAID,
    formula: EFFECT,
    value: ["cents", ({ cash, card, check, bank_transfer, other }) => cash + card + check + bank_transfer + other],
    drilldown: (period) => linkTo("/payments", { ...period }),
  },
  till_cash: paidBy("cash"),
  till_card: paidBy("card"),
  till_check: paidBy("check"),
  till_bank_transfer: paidBy("bank_transfer"),
  till_other: paidBy("other"),
});

/** The figures over a period, by name. */
export const FIGURES = { ...sold, ...approved, ...paid };
export type FigureName = keyof typeof FIGURES;

const NOW = "As it is now, whatever the period.";
const counted = (name: CounterName): SQL<number> =>
  sql<number>`(select ${counters.value} from ${counters} where ${counters.name} = ${name})`;
const owed = (where: SQL): SQL<number> => sql<number>`(select ifnull(sum(${dailyDue.balance}), 0) from ${dailyDue} where ${where})`;

/** The figures as they are now, by name. */
export const STANDING = {
  receivables: {
    unit: "money",
    basis: NOW,
    formula: "Sum of `balance`: what customers owe, taxes included.",
    measure: "cents",
    amount: () => owed(sql`true`),
    drilldown: linkTo("/invoices", { owed: true }),
  },
  overdue: {
    unit: "money",
    basis: NOW,
    formula: "Sum of `balance` of what was due before today in the shop's time zone.",
    measure: "cents",
    amount: (today: string) => owed(sql`${dailyDue.due_date} < ${today}`),
    drilldown: linkTo("/invoices", { overdue: true }),
  },
  refundable: {
    unit: "money",
    basis: NOW,
    formula: "Sum of `refundable`: what the shop owes back.",
    measure: "cents",
    amount: () => counted("refundable"),
    drilldown: linkTo("/invoices", { refundable: true }),
  },
  unbilled: {
    unit: "count",
    basis: NOW,
    formula: "Number of tickets that are completed or closed and sell something that no invoice bills.",
    measure: "number",
    amount: () => counted("unbilled"),
    drilldown: linkTo("/service-tickets", { unbilled: true }),
  },
  unbilled_net: {
    unit: "money",
    basis: NOW,
    formula: "Sum of `unbilled_net`: nets of the lines of such tickets, before the discount of the ticket.",
    measure: "cents",
    amount: () => counted("unbilled_net"),
    drilldown: linkTo("/service-tickets", { unbilled: true }),
  },
} as const satisfies Readonly<Record<string, Standing>>;
export type StandingName = keyof typeof STANDING;
