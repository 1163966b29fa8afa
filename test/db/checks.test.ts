import { is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { expect, it } from "vitest";
import { Failure } from "../../src/core/errors.ts";
import { toFailure } from "../../src/db/failures.ts";

const modules = import.meta.glob<Record<string, unknown>>("../../src/db/schema/*.ts", { eager: true });
const CHECKS = Object.values(modules)
  .flatMap((module) => Object.values(module))
  .filter((value) => is(value, SQLiteTable))
  .flatMap((table) => getTableConfig(table).checks.map(({ name }) => name));

/** CHECKs without a code of their own: what keeps every request from breaking them. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  users_id_positive: "SQLite gives the ids",
  customers_id_positive: "SQLite gives the ids",
  mechanics_id_positive: "SQLite gives the ids",
  vehicles_id_positive: "SQLite gives the ids",
  service_tickets_id_positive: "SQLite gives the ids",
  assignments_id_positive: "SQLite gives the ids",
  ticket_parts_id_positive: "SQLite gives the ids",
  parts_id_positive: "SQLite gives the ids",
  stock_movements_id_positive: "SQLite gives the ids",
  audit_log_id_positive: "SQLite gives the ids",
  sessions_end_known: "commands set one of END_REASONS",
  sessions_end_with_reason: "commands set both together",
  revocations_of_one_kind: "triggers write them",
  email_tokens_of_one: "the outbox names one of them",
  mails_state_known: "the outbox sets one of MAIL_STATES",
  mails_queued_are_due: "the outbox sets both together",
  mails_sent_at_a_time: "the outbox sets both together",
  users_status_known: "the body takes ACCOUNT_STATUSES",
  users_record_of_role: "commands make the record of the role, and a role changes only between mechanic and admin",
  mechanics_status_known: "the body takes ACCOUNT_STATUSES",
  mechanics_salary_range: "the body takes money up to the same amount",
  vehicles_claimed_known: "commands set a boolean",
  vehicles_vin_format: "the body takes the same form",
  service_tickets_status_known: "the body takes TICKET_STATUSES",
  ticket_parts_held_known: "triggers set it",
  idempotency_keys_answered: "the last statement of a batch sets the answer",
  parts_quantity_not_negative: "a rule of the ledger refuses before that, with a code",
  parts_price_range: "the body takes money up to the same amount",
  parts_cost_range: "the body takes money up to the same amount",
  parts_unit_known: "the body takes UNITS",
  parts_reorder_point_not_negative: "the body takes quantities from 0 on",
  refusals_counted: "a count begins with 1 and rises",
  stock_movements_kind_known: "triggers and commands write one of the kinds",
};

const hasCode = (name: string): boolean => {
  const failure = toFailure(new Error(`D1_ERROR: CHECK constraint failed: ${name}: SQLITE_CONSTRAINT`));
  return failure instanceof Failure && failure.code !== "conflict";
};

it("every CHECK has a code, or is named here with what keeps every request from breaking it", () => {
  expect(CHECKS.length).toBeGreaterThan(20);
  expect(CHECKS.filter((name) => !hasCode(name)).sort()).toEqual(Object.keys(UNREACHABLE).sort());
});
