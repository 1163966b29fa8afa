import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { rows } from "./people.ts";

const TABLES = [
  "customers",
  "mechanics",
  "vehicles",
  "users",
  "sessions",
  "refresh_tokens",
  "service_tickets",
  "assignments",
  "ticket_parts",
  "parts",
  "stock_movements",
  "ticket_jobs",
  "ticket_lines",
  "estimates",
  "authorizations",
  "authorization_decisions",
  "invoices",
  "invoice_lines",
  "invoice_taxes",
  "payments",
  "lost_numbers",
  "daily_sales",
  "daily_mechanics",
  "daily_taxes",
  "daily_payments",
  "daily_estimates",
  "daily_due",
  "customer_balances",
];
const RECORD = ["audit_log", "audit_draft", "idempotency_keys", "counters", "customers_search", "assertions"];

/** Every row of every table that a write could touch. */
export const everything = () => Promise.all([...TABLES, ...RECORD].map((table) => rows(`select * from ${table}`)));

/** Runs statements as one batch by themselves, past the app: `done`, or the code or the kind of constraint that refused. */
export const attempt = async (...statements: readonly string[]): Promise<string> => {
  try {
    await env.DB.batch(statements.map((statement) => env.DB.prepare(statement)));
    return "done";
  } catch (error) {
    const text = String(error);
    return /app:([a-z_]+):/.exec(text)?.[1] ?? /(FOREIGN KEY|UNIQUE|CHECK|NOT NULL) constraint/.exec(text)?.[1] ?? text;
  }
};

/** The same statement with every way to go on after a conflict; without OR ROLLBACK, which D1 answers as an error of its own. */
export const inEveryWay = (statement: string): string[] =>
  ["", "or abort ", "or fail ", "or ignore ", "or replace "].map((way) => statement.replace(/^(insert|update) /, `$1 ${way}`));

/** An id is kept by a trigger, after the keys have had their say. */
export const KEPT = "conflict|UNIQUE|FOREIGN KEY";

/**
 * Tries a statement in every way, after those in `first`: each time it is refused with one of `codes` (`a|b`), and nothing
 * changes. A constraint is no trigger: a row that it refuses is left out where conflicts are to be ignored.
 */
export const expectRefused = async (statement: string, codes: string, ...first: readonly string[]): Promise<void> => {
  const before = await everything();
  for (const way of new Set(inEveryWay(statement))) {
    const mayLeaveOut = way.includes(" or ignore ") && /CHECK|UNIQUE|NOT NULL/.test(codes);
    expect([...codes.split("|"), ...(mayLeaveOut ? ["done"] : [])], way).toContain(await attempt(...first, way));
  }
  expect(await everything(), statement).toEqual(before);
};

/** The steps that take an open ticket to a status. */
const STEPS = {
  open: [],
  in_progress: ["in_progress"],
  completed: ["in_progress", "completed"],
  closed: ["in_progress", "completed", "closed"],
  cancelled: ["cancelled"],
} as const;
export type Status = keyof typeof STEPS;
export const STATUSES: readonly Status[] = ["open", "in_progress", "completed", "closed", "cancelled"];

/** Takes an open ticket through the steps to a status. */
export const bringTo = async (ticket: number, status: Status): Promise<void> => {
  for (const step of STEPS[status]) await rows("update service_tickets set status = ? where id = ?", step, ticket);
};
