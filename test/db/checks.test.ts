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
  authorization_decisions_id_positive: "SQLite gives the ids",
  authorizations_id_positive: "SQLite gives the ids",
  estimates_id_positive: "SQLite gives the ids",
  service_package_lines_id_positive: "SQLite gives the ids",
  service_packages_id_positive: "SQLite gives the ids",
  ticket_jobs_id_positive: "SQLite gives the ids",
  ticket_lines_id_positive: "SQLite gives the ids",
  authorization_decisions_known: "triggers copy what the body takes",
  share_links_id_positive: "SQLite gives the ids",
  share_links_may_known: "the body takes LINK_RIGHTS",
  share_links_hash_is_one: "the command hashes a token of its own",
  share_links_end: "the command reckons the end from the hours that the body takes, from 1 on",
  authorizations_by_one: "the command sets the account or link of the caller, and the channel that goes with it",
  authorizations_channel_known: "the body takes CHANNELS and CAPACITIES",
  authorizations_decide_something: "the body takes at least one decision",
  authorizations_parts_known: "the body takes REPLACED_PARTS",
  authorizations_reached_somebody: "the body wants a contact for these channels",
  estimates_add_up: "one SQL text makes all of them",
  estimates_end_after_start: "the last day is that many days later",
  estimates_sequence_positive: "the command adds one",
  daily_due_not_negative: "triggers take off what they have added",
  customer_balances_not_negative: "triggers take off what they have added",
  invoices_whole_cents: "the command reckons in whole cents",
  invoice_lines_whole_cents: "triggers copy what the document has",
  invoice_taxes_whole_cents: "triggers copy what the document has",
  payments_whole_cents: "the body takes whole cents",
  invoice_lines_id_positive: "SQLite gives the ids",
  invoice_lines_known: "triggers copy what the document has",
  invoice_taxes_id_positive: "SQLite gives the ids",
  invoice_taxes_kind_known: "triggers copy what the document has",
  invoices_add_up: "one SQL text makes all of them",
  invoices_credited_at_most_all: "a rule refuses before that, with a code",
  invoices_due_after_date: "a precondition refuses before that, with a code",
  invoices_fields_of_kind: "each command sets those of its kind",
  invoices_id_positive: "SQLite gives the ids",
  invoices_kind_known: "each command sets its kind",
  invoices_ledgers_in_bounds: "rules of payments refuse before that, with a code",
  invoices_sequence_positive: "the command adds one",
  invoices_within_bounds: "a rule refuses before that, with a code",
  lost_numbers_kind_known: "the anchor knows no others",
  lost_numbers_range: "only what is lost is written down",
  payments_amount_range: "the body takes money within the same bounds",
  payments_effect_of_kind: "each command sets the effect of its kind",
  payments_id_positive: "SQLite gives the ids",
  payments_kind_known: "each command sets its kind",
  payments_method_known: "the body takes PAYMENT_METHODS",
  payments_paid_not_negative: "a rule refuses before that, with a code",
  payments_reversal_of_one: "each command sets those of its kind",
  service_package_lines_condition_known: "the body takes CONDITIONS",
  service_package_lines_fee_known: "the body takes FEE_KINDS",
  service_package_lines_kind_known: "the body takes LINE_KINDS",
  service_package_lines_one_discount: "the body takes one of them",
  service_package_lines_one_price: "the body takes one of them",
  service_package_lines_quantity_range: "the body takes quantities up to the same amount",
  shop_authorization_known: "the body takes AUTHORIZATION_MODES",
  shop_days_range: "the body takes days within the same bounds",
  shop_labor_rate_range: "the body takes money up to the same amount",
  shop_one_row: "no route adds a shop",
  taxes_fall_on_something: "the body takes at least one kind",
  taxes_rate_range: "the body takes percentages within the same bounds",
  ticket_jobs_position_range: "the body takes positions within the same bounds",
  ticket_lines_automatic_are_stocked: "triggers write them",
  ticket_lines_condition_known: "the body takes CONDITIONS",
  ticket_lines_decision_known: "triggers set both together",
  ticket_lines_fee_known: "the body takes FEE_KINDS",
  ticket_lines_fields_of_kind: "a precondition refuses before that, with a code",
  ticket_lines_kind_known: "the body takes LINE_KINDS",
  ticket_lines_one_discount: "the command sets one and takes the other away",
  ticket_lines_price_or_flat: "the command sets one and takes the other away",
  ticket_lines_quantity_range: "the body takes quantities up to the same amount",
  ticket_lines_supplied_not_stocked: "a precondition refuses before that, with a code",
};

const hasCode = (name: string): boolean => {
  const failure = toFailure(new Error(`D1_ERROR: CHECK constraint failed: ${name}: SQLITE_CONSTRAINT`));
  return failure instanceof Failure && failure.code !== "conflict";
};

it("every CHECK has a code, or is named here with what keeps every request from breaking it", () => {
  expect(CHECKS.length).toBeGreaterThan(20);
  expect(CHECKS.filter((name) => !hasCode(name)).sort()).toEqual(Object.keys(UNREACHABLE).sort());
});
