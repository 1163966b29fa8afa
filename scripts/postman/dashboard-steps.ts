import type { Step } from "./steps.ts";

/** What was posted and paid in the chapters before, in figures, and the listings behind some of them. */
export const figures: readonly Step[] = [
  { operation: "GET /dashboard", query: { previous: "true" } },
  { operation: "GET /dashboard/series", query: { figure: "average_repair_cost", interval: "week" } },
  { operation: "GET /dashboard/mechanics" },
  { operation: "GET /dashboard/receivables", query: { per_page: "5" } },
  { operation: "GET /service-tickets", as: "mechanic", query: { unbilled: "true" } },
  { operation: "GET /invoices", as: "mechanic", query: { owed: "true" } },
  { operation: "GET /estimates", as: "mechanic", query: { superseded: "false", from: "2026-01-01" } },
];
