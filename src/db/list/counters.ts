/** The rows of the table `counters`, maintained by triggers: the totals of listings without a filter, and of what is unbilled (cents). */
export const COUNTERS = [
  "customers",
  "mechanics",
  "leaderboard",
  "vehicles",
  "service_tickets",
  "assignments",
  "estimates",
  "invoices",
  "invoice_lines",
  "invoice_taxes",
  "payments",
  "inventory",
  "users",
  "taxes",
  "service_packages",
  "audit_log",
  "unbilled",
  "unbilled_net",
  "refundable",
] as const;
export type CounterName = (typeof COUNTERS)[number];
