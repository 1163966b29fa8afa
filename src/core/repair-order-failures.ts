import { type Entry, entry } from "./failure-entry.ts";

/** The failures of what a ticket costs, and of the customer's yes to it. */
export const REPAIR_ORDER_FAILURES = {
  authorization_required: entry(
    409,
    "The customer has not agreed to it",
    (d) =>
      `'${d.what}' is not covered by what the customer approved. Present it with POST /service-tickets/{id}/estimates and record the ` +
      "decision with POST /estimates/{id}/authorizations.",
  ),
  ticket_has_estimates: entry(
    409,
    "The customer was shown what the ticket costs",
    "Estimates are kept, so the ticket stays, with its customer and vehicle. Cancel it instead, or open another one.",
  ),
  nothing_to_estimate: entry(409, "There is nothing to estimate", "Add jobs or lines to the ticket that the customer has not declined."),
  estimate_superseded: entry(409, "There is a newer estimate", (d) => `Use estimate ${d.estimate_id}.`),
  estimate_expired: entry(
    409,
    "The estimate has expired",
    (d) => `It was valid until ${d.valid_until}. Present another one with POST /service-tickets/{id}/estimates.`,
  ),
  line_changed: entry(
    409,
    "The line is not what was shown any more",
    (d) => `'${d.description}' was changed or removed since. Present another estimate with POST /service-tickets/{id}/estimates.`,
  ),
  decide_whole_job: entry(
    422,
    "The job is decided as a whole",
    (d) => `Decide on job ${d.job_id} ('${d.job_title}'), or on all of its lines alike.`,
  ),
  part_drawn: entry(
    409,
    "The part has left the stock",
    "Give it back first, with DELETE /service-tickets/{id}/parts/{inventory_id} or a smaller quantity there.",
  ),
  nothing_to_draw: entry(
    409,
    "Nothing is left to draw",
    "Every part of an approved line has left the stock. GET /service-tickets/{id}/pricing shows what each line has.",
  ),
  link_ended: entry(
    401,
    "The link does not hold, or not any more",
    "Send the token of the link in the header 'Share-Token'. If that was done, ask the shop for another link.",
  ),
  epa_number_missing: entry(
    409,
    "The shop has no EPA number",
    "Only a shop with an EPA number charges for hazardous waste. An admin sets it with PATCH /shop.",
  ),
  too_many_taxes: entry(
    409,
    "The shop has 50 taxes",
    "Delete taxes that have ended, with DELETE /taxes/{id}: what was estimated with them keeps them.",
  ),
  too_many_lines: entry(422, "Too many jobs or lines", "A ticket has at most 100 jobs and 300 lines, a job 50."),
  document_too_large: entry(
    422,
    "The document is too large",
    "What it shows has at most 1,000,000 bytes. Shorten what the jobs say, or sell some of them on another ticket.",
  ),
  amount_too_large: entry(422, "The amount is too large", "A line, and all lines of a ticket together, come to at most 9,999,999.99."),
  discount_too_large: entry(422, "The discount is larger than the line", "Take off at most what the line costs."),
  field_not_of_kind: entry(
    422,
    "The field does not go with this kind of line",
    (d) => `A line of kind ${d.kind} ${d.has} has '${d.field}'.`,
  ),
  invalid_period: entry(422, "The period ends before it begins", "Send a last day that is not before the first."),
} as const satisfies Record<string, Entry>;
