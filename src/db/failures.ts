import { Failure, type FailureCode, isFailureCode } from "../core/errors.ts";
import type { Details } from "../core/failure-entry.ts";

/** Maps the name of a constraint, as in SQLite's error message, to the failure code that clients see; others are a `conflict` that names them. */
const CONSTRAINTS: Readonly<Record<string, FailureCode>> = {
  "mechanics.email": "email_taken",
  "users.email, users.role": "email_taken",
  "users.customer_id": "account_exists",
  "users.mechanic_id": "account_exists",
  "vehicles.vin": "vin_taken",
  "parts.part_number_key": "part_number_taken",
  vehicles_identified: "vehicle_not_identified",
  parts_whole_units: "whole_units_only",
  "assignments.service_ticket_id, assignments.mechanic_id": "already_assigned",
  service_tickets_schedule: "invalid_schedule",
  ticket_parts_quantity_positive: "too_many_added",
  ticket_lines_gross_range: "amount_too_large",
  estimates_within_bounds: "amount_too_large",
  ticket_lines_discount_fits: "discount_too_large",
  taxes_end_after_start: "invalid_period",
};

/**
 * From the beginning of a message, since what comes later may be text that somebody typed. Up to the line feed: JSON
 * escapes line feeds, but not every other line separator.
 */
const REFUSAL = /^(?:D1_ERROR: )?app:([a-z_]+):(\{[^\n]*\}): SQLITE_CONSTRAINT/;
/** SQLite does not name the foreign key, so rules and preconditions refuse earlier where the failure should say more. */
const FOREIGN_KEY = /^(?:D1_ERROR: )?FOREIGN KEY constraint failed: SQLITE_CONSTRAINT/;
const CONSTRAINT = /^(?:D1_ERROR: )?(?:UNIQUE|CHECK) constraint failed: ([\w., ]+?): SQLITE_CONSTRAINT/;

/** The messages of an error and its causes: Drizzle wraps the error of D1 in one that tells the values of the statement. */
const messagesOf = (error: unknown): string[] => (error instanceof Error ? [error.message, ...messagesOf(error.cause)] : []);

/** What the first message that matches has in its groups. */
const findIn = (error: unknown, form: RegExp): readonly string[] | undefined =>
  messagesOf(error)
    .map((message) => form.exec(message))
    .find((match) => match !== null)
    ?.slice(1);

const parseDetails = (text: string): Details => JSON.parse(text) as Details;

/** Whether the batch failed because its idempotency key exists, so it was carried out before. */
export const isKeptAlready = (error: unknown): boolean => findIn(error, CONSTRAINT)?.[0] === "idempotency_keys.scope, idempotency_keys.key";

/** The `Failure` that an error of a batch stands for, or the error itself if it is unknown. */
export const toFailure = (error: unknown): unknown => {
  const [code, details] = findIn(error, REFUSAL) ?? [];
  if (code !== undefined && details !== undefined && isFailureCode(code)) return new Failure(code, parseDetails(details));
  const [constraint] = findIn(error, CONSTRAINT) ?? [];
  const known = CONSTRAINTS[constraint ?? ""];
  if (known) return new Failure(known);
  if (constraint !== undefined) return new Failure("conflict", { rule: constraint });
  return findIn(error, FOREIGN_KEY) ? new Failure("still_referenced") : error;
};
