/** The rows of the table `counters`, each kept by triggers: the numbers that listings without a filter tell. */
export const COUNTERS = [
  "customers",
  "mechanics",
  "leaderboard",
  "vehicles",
  "service_tickets",
  "assignments",
  "inventory",
  "users",
  "audit_log",
] as const;
export type CounterName = (typeof COUNTERS)[number];
