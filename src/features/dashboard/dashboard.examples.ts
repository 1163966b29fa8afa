import type { z } from "@hono/zod-openapi";
import type { Cents } from "../../core/money.ts";
import type { Ppm } from "../../core/percent.ts";
import { paginationExample } from "../../http/page.ts";
import { presentDashboard, presentHead, presentSeries } from "./dashboard.present.ts";
import type { MechanicList, Receivables } from "./dashboard.schemas.ts";
import type { Sums } from "./figure.ts";
import { presentMechanic } from "./mechanics.present.ts";
import { presentAll, presentOwed } from "./receivables.present.ts";

const NOW = "2026-11-26T17:45:00.000Z";
const period = { from: "2026-11-25", to: "2026-11-26" };
const shop = { time_zone: "America/Chicago", currency: "USD" };

const sales: Sums = {
  ...{ invoices: 2, cars: 2, labor: 36_000, part: 17_998, sublet: 0, fee: 900, discounts: 2_000, hours: 3_000, tax: 1_664 },
  ...{ part_cost: 9_200, sublet_cost: 0, part_without_cost: 0, sublet_without_cost: 0, lines_without_cost: 0 },
};
const till: Sums = { cash: 10_000, card: 46_562, check: 0, bank_transfer: 0, other: 0 };
const estimates: Sums = { presented: 3, presented_net: 82_347, approved: 2, approved_net: 54_898 };

export const dashboardExample = presentDashboard(
  {
    period,
    found: {
      ...shop,
      sums: { sales, till, estimates },
      before: null,
      taxes: [["Sales tax", 92_500 as Ppm, 17_998 as Cents, 1_664 as Cents]],
      standing: { receivables: 28_281, overdue: 0, refundable: 9_831, unbilled: 1, unbilled_net: 14_900 },
    },
  },
  NOW,
).body;

export const seriesExample = presentSeries(
  { period, found: shop, days: [{ date: "2026-11-26", sums: sales }] },
  "average_repair_cost",
  "day",
  NOW,
).body;

export const mechanicsExample: z.input<typeof MechanicList> = {
  ...presentHead({ period, found: shop }, NOW),
  mechanics: [
    presentMechanic({ id: 2, name: "Grace Kim", sums: { hours: 3_000, labor: 36_000, tickets: 2, promised: 2, on_time: 1 } }, period),
  ],
  pagination: paginationExample,
};

const aging = { not_due: 0, days_1_to_30: 28_281, days_31_to_60: 0, days_61_to_90: 0, over_90: 0 };
const owed = { balance: 28_281, invoices: 1, refundable: 9_831, aging };

export const receivablesExample: z.input<typeof Receivables> = {
  ...presentAll({ today: "2026-11-26", found: { ...shop, all: owed, total: 1, customers: [] } }, NOW),
  customers: [presentOwed({ id: 12, name: "Ada Delgado", oldest_due: "2026-10-30", ...owed }, "2026-11-26")],
  pagination: paginationExample,
};
