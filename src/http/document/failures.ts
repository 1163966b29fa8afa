import { FAILURES, type FailureCode, type FieldError } from "../../core/errors.ts";
import type { Details } from "../../core/failure-entry.ts";
import { headersOfFailure, references } from "./headers.ts";

/** The failures in the document: an example of each code, and a response for each set of codes with one status. */

const DETAILS: Partial<Readonly<Record<FailureCode, Details>>> = {
  insufficient_stock: { inventory_id: 5, name: "Brake pad, front", wanted: 4, available: 1 },
  mechanic_not_active: { mechanic_id: 3, name: "Max Example", mechanic_status: "pending" },
  mechanic_double_booked: {
    mechanic_id: 3,
    mechanic_name: "Max Example",
    service_ticket_id: 30,
    scheduled_start: "2026-11-24T08:00:00.000Z",
    scheduled_end: "2026-11-24T10:00:00.000Z",
  },
  conflict: { rule: "service_tickets_keep_identity" },
  illegal_status: { from: "open", to: "closed" },
  reference_not_found: { entity: "customer", id: 12 },
  sort_not_available: { available: "id, -id" },
  payload_too_large: { max_bytes: 65_536 },
  body_too_slow: { seconds: 10 },
  unsupported_encoding: { accept_encoding: "identity" },
  precondition_failed: { header: "If-Match" },
  too_many_removed: { inventory_id: 5, wanted: 4, available: 2 },
  authorization_required: { what: "Brake pads, ceramic" },
  estimate_superseded: { estimate_id: 456 },
  estimate_expired: { valid_until: "2026-12-26" },
  line_changed: { line_id: 3001, description: "Brake pads, ceramic" },
  decide_whole_job: { job_id: 77, job_title: "Front brakes" },
  field_not_of_kind: { kind: "labor", has: "never", field: "condition" },
  rate_limited: { policy: "default-hour", retry_after: 840 },
};

const ERRORS: readonly FieldError[] = [{ pointer: "/body/email", code: "invalid_format", detail: "Invalid email address" }];

const exampleOf = (code: FailureCode) => {
  const { title, status, say } = FAILURES[code];
  const details = DETAILS[code] ?? {};
  const detail = say(details);
  const problem = { type: `https://mechanic-shop.example/problems/${code}`, title, status, detail, code, message: detail };
  const errors = code === "invalid" ? { errors: ERRORS } : {};
  return { ...details, ...problem, request_id: "5f0c1c3e-5d0e-4f43-9b8e-0d1b9d1d2c11", ...errors };
};

/** An example of each of these codes, for the document's components. */
export const failureExamples = (codes: Iterable<FailureCode>) =>
  [...new Set(codes)].map((code) => [code, { summary: FAILURES[code].title, value: exampleOf(code) }] as const);

/** The codes by status, in ascending order. */
const byStatus = (codes: readonly FailureCode[]) =>
  [...Map.groupBy(codes, (code) => FAILURES[code].status)].sort(([one], [other]) => one - other);

const nameOf = (codes: readonly FailureCode[]): string => codes.join("-");

const responseOf = (status: number, codes: readonly FailureCode[]) => ({
  description: codes.map((code) => `\`${code}\``).join(", "),
  headers: references(headersOfFailure(status)),
  content: {
    "application/problem+json": {
      schema: { $ref: "#/components/schemas/Problem" },
      examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
    },
  },
});

/** The responses of several endpoints, each given by its codes, for the document's components. */
export const failureResponses = (ofEndpoints: readonly (readonly FailureCode[])[]) =>
  new Map(ofEndpoints.flatMap((codes) => byStatus(codes).map(([status, here]) => [nameOf(here), responseOf(status, here)] as const)));

/** The responses of one endpoint, by status, as references to the document's components. */
export const failureReferences = (codes: readonly FailureCode[]) =>
  Object.fromEntries(byStatus(codes).map(([status, here]) => [status, { $ref: `#/components/responses/${nameOf(here)}` }]));
