import { pageRequest } from "../../http/page.ts";
import { ADMIN } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { dashboardExample, mechanicsExample, receivablesExample, seriesExample } from "./dashboard.examples.ts";
import { presentDashboard, presentSeries } from "./dashboard.present.ts";
import { readDashboard, readSeries } from "./dashboard.queries.ts";
import {
  Dashboard,
  DashboardQuery,
  MechanicList,
  MechanicsQuery,
  Receivables,
  ReceivablesQuery,
  Series,
  SeriesQuery,
} from "./dashboard.schemas.ts";
import { presentMechanics } from "./mechanics.present.ts";
import { readMechanics } from "./mechanics.queries.ts";
import { presentReceivables } from "./receivables.present.ts";
import { readReceivables } from "./receivables.queries.ts";

const tag = "Dashboard";

export const dashboardRoutes = [
  route(
    { access: ADMIN },
    {
      method: "get",
      path: "/dashboard",
      operationId: "getDashboard",
      tag,
      summary: "Get what the shop sold, earned and is owed",
      description:
        "Figures over days in the shop's time zone, from posted documents; what was credited later does not change a day that is past. " +
        "Each says what it counts, and its `drilldown` lists what it is made of.",
      query: DashboardQuery,
      answer: Dashboard,
      example: dashboardExample,
    },
    async ({ db, now }, { query }) => presentDashboard(await readDashboard(db, now, query), now),
  ),
  route(
    { access: ADMIN },
    {
      method: "get",
      path: "/dashboard/series",
      operationId: "getSeries",
      tag,
      summary: "Get a figure by day, week or month",
      description: "Quotients are reckoned anew for each interval, from its sums.",
      query: SeriesQuery,
      answer: Series,
      example: seriesExample,
    },
    async ({ db, now }, { query: { figure, interval = "day", ...asked } }) =>
      presentSeries(await readSeries(db, now, figure, asked), figure, interval, now),
  ),
  route(
    { access: ADMIN, fails: ["page_too_deep"] },
    {
      method: "get",
      path: "/dashboard/mechanics",
      operationId: "getMechanicFigures",
      tag,
      summary: "Get what each mechanic sold, and how many tickets were on time",
      description:
        "Mechanics with anything in the period, also those who have left: by id, or with `sort=-hours_sold` or `sort=-revenue_labor` who sold the most first.",
      query: MechanicsQuery,
      answer: MechanicList,
      example: mechanicsExample,
    },
    async ({ db, now }, { query }) => presentMechanics(await readMechanics(db, now, query, pageRequest(query)), query, now),
  ),
  route(
    { access: ADMIN, fails: ["page_too_deep"] },
    {
      method: "get",
      path: "/dashboard/receivables",
      operationId: "getReceivables",
      tag,
      summary: "Get what customers owe, by how late it is",
      description:
        "In all, and for each customer who owes something or is owed something back: by id, with `sort=-balance` who owes the most first, " +
        "or with `sort=oldest_due` who has owed for longest.",
      query: ReceivablesQuery,
      answer: Receivables,
      example: receivablesExample,
    },
    async ({ db, now }, { query }) => presentReceivables(await readReceivables(db, now, query.customer_id, pageRequest(query)), query, now),
  ),
];
