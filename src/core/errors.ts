import { ACCOUNT_FAILURES } from "./account-failures.ts";
import { type Details, type Entry, entry } from "./failure-entry.ts";
import { INVOICE_FAILURES } from "./invoice-failures.ts";
import { MAIL_REFUSALS } from "./mail-failures.ts";
import { REPAIR_ORDER_FAILURES } from "./repair-order-failures.ts";

/** One invalid place of a request: a JSON pointer into `{path, query, body}`, a code and what is wrong. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** What the status of a ticket can become, for the advice. */
const NEXT_STATUSES: Readonly<Record<string, string>> = {
  open: "'in_progress', 'completed', 'closed' or 'cancelled'",
  in_progress: "'completed', 'closed', 'cancelled' or, one step back, 'open'",
  completed: "'closed' or, one step back, 'in_progress'",
  closed: "'open', by an admin",
  cancelled: "'open'",
};

/** Every failure that a client can get: stable code, status, title and advice (RFC 9457). */
export const FAILURES = {
  ...ACCOUNT_FAILURES,
  ...REPAIR_ORDER_FAILURES,
  ...INVOICE_FAILURES,
  ...MAIL_REFUSALS,
  malformed_request: entry(
    400,
    "The request cannot be parsed",
    "Send the body as well-formed JSON in UTF-8, and percent-encode the query.",
  ),
  idempotency_key_required: entry(
    400,
    "The request needs an Idempotency-Key",
    "Send a new key of your choice in the header 'Idempotency-Key' with each new request, and the same one to repeat a request.",
  ),
  forbidden: entry(403, "Not allowed", "Your role may not do this. Ask an admin of the shop."),
  not_found: entry(404, "No such record", "Check the id. Records that you may not read are also answered with 404."),
  merged: entry(410, "The record was merged into another one", (d) => `It is ${d.entity} ${d.merged_into} now. Use that id.`),
  unknown_route: entry(404, "No such route", "The routes are listed at /docs."),
  method_not_allowed: entry(405, "Method not allowed", (d) => `Use one of: ${d.allow}.`),
  body_too_slow: entry(408, "The body did not come in time", (d) => `Send the whole body within ${d.seconds} seconds.`),
  part_number_taken: entry(
    409,
    "The part number is already in use",
    (d) => `Part ${d.inventory_id} has this number. Change that one, or send "allow_duplicate": true to have it twice.`,
  ),
  part_retired: entry(409, "The part is retired", (d) => `'${d.name}' is retired. Set "retired": false first, or choose another part.`),
  whole_units_only: entry(
    422,
    "The part comes in whole pieces",
    "Send a quantity without decimals, or give the part a unit that is measured, such as 'l' or 'kg'.",
  ),
  vin_taken: entry(409, "The VIN is already in use", "A vehicle with this VIN exists. Find it with GET /vehicles?vin=."),
  vehicle_not_identified: entry(
    409,
    "The vehicle would have nothing to know it by",
    "Leave it a VIN, a serial number, a licence plate or a description.",
  ),
  customer_has_tickets: entry(
    409,
    "The customer has service tickets",
    "A customer with tickets cannot be deleted. Delete the tickets first.",
  ),
  customer_has_open_tickets: entry(
    409,
    "The customer has tickets that are not over",
    "Close or cancel them first: GET /service-tickets?customer_id= lists them.",
  ),
  customer_erased: entry(
    409,
    "The customer was erased",
    "Nothing is written about them any more. If they come back, add them as a new customer.",
  ),
  mechanic_has_tickets: entry(
    409,
    "The mechanic has service tickets",
    "A mechanic with tickets cannot be deleted. Let an admin set their status to 'disabled' instead.",
  ),
  vehicle_has_tickets: entry(409, "The vehicle has service tickets", "A vehicle with tickets cannot be deleted."),
  part_in_use: entry(
    409,
    "The part is on service tickets or in service packages",
    'A part that is on tickets or in packages cannot be deleted. Retire it with PATCH /inventory/{id} and {"retired": true} instead.',
  ),
  vehicle_of_other_customer: entry(
    409,
    "The vehicle belongs to another customer",
    "Transfer the vehicle with PUT /vehicles/{id}, or send the id of its owner as the customer.",
  ),
  insufficient_stock: entry(
    409,
    "Not enough in stock",
    (d) =>
      `${d.wanted} of '${d.name}' requested, ${d.available} available. Lower the quantity or receive stock first. ` +
      `To reopen a ticket without its parts, send "without_parts": true with the status.`,
  ),
  already_assigned: entry(409, "The mechanic is already on the ticket", "Nothing to do: the ticket already has this mechanic."),
  not_assigned: entry(409, "The mechanic is not on the ticket", "Read the ticket's mechanics with GET /service-tickets/{id}/mechanics."),
  mechanic_not_active: entry(
    409,
    "The mechanic is not active",
    (d) =>
      `'${d.name}' is ${d.mechanic_status}. Choose an active mechanic from GET /mechanics/available, take this one off the ticket before ` +
      `you change its schedule, or let an admin set the status with PATCH /mechanics/${d.mechanic_id}. To let a ticket go on without its ` +
      `mechanics, send "without_mechanics": true with its status.`,
  ),
  mechanic_double_booked: entry(
    409,
    "The mechanic is already booked at that time",
    (d) =>
      `'${d.mechanic_name}' works on ticket ${d.service_ticket_id} from ${d.scheduled_start} to ${d.scheduled_end}. Choose another time or ` +
      `mechanic. With a status that books again, send another schedule, or "without_mechanics": true.`,
  ),
  illegal_status: entry(
    409,
    "The status cannot change like this",
    (d) => `A ticket cannot go from '${d.from}' to '${d.to}'. It can become ${NEXT_STATUSES[String(d.from)] ?? "'open'"}.`,
  ),
  mileage_unlikely: entry(
    409,
    "The mileage is unlikely",
    (d) => `${d.recorded} is recorded, ${d.sent} was sent. If it is right, send "confirm_mileage": true with it.`,
  ),
  ticket_closed: entry(
    409,
    "The ticket is closed or cancelled",
    "Closed and cancelled tickets cannot change. Set the status to 'open' first; another schedule can come with it.",
  ),
  ticket_completed: entry(409, "The ticket is completed", "Only open, in-progress and cancelled tickets can be deleted."),
  part_not_on_ticket: entry(404, "The part is not on the ticket", "Read the ticket's parts with GET /service-tickets/{id}/parts."),
  append_only: entry(409, "The record is append-only", "Its entries are never changed or deleted."),
  still_referenced: entry(
    409,
    "Other records refer to it",
    "Delete the records that refer to this one first, and check that every record you send the id of exists.",
  ),
  conflict: entry(
    409,
    "A rule of the data does not allow this",
    (d) => `The rule '${d.rule}' does not allow this. Read the record again and check what you send.`,
  ),
  precondition_failed: entry(412, "The record is not as the request requires", (d) =>
    d.header === "If-None-Match"
      ? "The record is there, in a version that If-None-Match excludes. Send the request without that header to change it."
      : "The record has changed. Read it again, check what has changed, and send the new ETag in If-Match.",
  ),
  payload_too_large: entry(413, "The body is too large", (d) => `Send at most ${d.max_bytes} bytes.`),
  unsupported_media_type: entry(415, "The body must be JSON", "Send 'Content-Type: application/json'."),
  unsupported_encoding: entry(415, "The body must not be compressed", "Send the body as it is, without Content-Encoding."),
  invalid: entry(422, "The request is invalid", "Correct the places that are listed in 'errors'."),
  idempotency_key_reused: entry(
    422,
    "The Idempotency-Key belongs to another request",
    "Use a new key for each new request, and the same key only to repeat a request.",
  ),
  reference_not_found: entry(422, "A record that the request refers to does not exist", (d) => `There is no ${d.entity} ${d.id}.`),
  invalid_schedule: entry(422, "The schedule is invalid", "Send both times or neither, the start before the end."),
  page_too_deep: entry(422, "The page is too deep", "Beyond 10,000 rows, send 'next_cursor' as ?cursor= instead of a page."),
  sort_not_available: entry(422, "This sort is not available with these filters", (d) => `Use one of: ${d.available}.`),
  too_many_added: entry(422, "More of a part than a ticket can have", "A ticket has at most 1,000,000 of a part. Lower the quantity."),
  too_many_removed: entry(
    422,
    "The ticket has fewer than were to be removed",
    (d) => `The ticket has ${d.available} of part ${d.inventory_id}, but ${d.wanted} were to be removed.`,
  ),
  rate_limited: entry(429, "Too many requests", (d) => `The limit '${d.policy}' is reached. Try again in ${d.retry_after} seconds.`),
  internal: entry(500, "Something went wrong on the server", "Try again. If it happens again, report the request_id."),
  unavailable: entry(503, "The service is not available", "Try again after the time in Retry-After."),
  misconfigured: entry(503, "The service is not configured", "The operator can find the cause in the log."),
} as const satisfies Record<string, Entry>;

export type FailureCode = keyof typeof FAILURES;

/** Is this text one of the catalogue's codes? */
export const isFailureCode = (text: string): text is FailureCode => Object.hasOwn(FAILURES, text);

/** A failure with a code of the catalogue. It can be thrown anywhere and is answered as problem+json. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly details: Details;
  readonly errors: readonly FieldError[];

  constructor(code: FailureCode, details: Details = {}, errors: readonly FieldError[] = []) {
    super(FAILURES[code].say(details));
    this.name = "Failure";
    this.code = code;
    this.details = details;
    this.errors = errors;
  }

  get status(): number {
    return FAILURES[this.code].status;
  }
}

/** The failure that an error is or was caused by; libraries wrap the errors that they pass on. */
export const failureIn = (error: unknown): Failure | null => {
  if (error instanceof Failure) return error;
  return error instanceof Error ? failureIn(error.cause) : null;
};

/** A 422 that names one place of the request. */
export const invalid = (pointer: string, code: string, detail: string): Failure => new Failure("invalid", {}, [{ pointer, code, detail }]);
