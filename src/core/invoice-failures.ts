import { type Entry, entry } from "./failure-entry.ts";

/** The failures of invoices, credit notes and payments. */
export const INVOICE_FAILURES = {
  not_postable: entry(
    409,
    "The ticket cannot be invoiced yet",
    "See 'unmet' for all that is in the way. GET /service-tickets/{id}/pricing shows the same before it is posted.",
  ),
  numbers_behind: entry(
    503,
    "Numbers were given that the database does not know",
    "The database was set back in time, so no invoice is posted until its operator has gone on with the runbook. Try again later.",
  ),
  already_invoiced: entry(
    409,
    "The ticket is invoiced",
    (d) => `It is billed by invoice ${d.number}. To bill it anew, credit that with POST /invoices/${d.invoice_id}/credit-notes.`,
  ),
  invoice_posted: entry(
    409,
    "What is billed does not change",
    (d) => `Credit all of it first, with POST /invoices/${d.invoice_id}/credit-notes: then the ticket is free again.`,
  ),
  ticket_has_invoices: entry(
    409,
    "The ticket was invoiced",
    "Invoices and credit notes are kept, so the ticket stays, with its customer and vehicle. Open another one.",
  ),
  not_an_invoice: entry(409, "It is a credit note", "Credit notes are neither paid nor credited. Their 'credits' names the invoice."),
  credit_exceeds: entry(409, "The credit is more than is left", (d) =>
    d.line_id === undefined
      ? "All of the invoice is credited already."
      : `Of line ${d.line_id} ${d.left} is left. Without 'lines' everything that is left is credited.`,
  ),
  overpaid: entry(409, "More than is owed", (d) => `The balance is ${d.balance}. Record at most that.`),
  nothing_to_refund: entry(409, "More than is owed back", (d) => `${d.refundable} is owed back. Write a credit note before a refund.`),
  already_reversed: entry(409, "It is reversed already", (d) => `Payment ${d.payment_id} reverses it. Record the right one anew.`),
  payment_refunded: entry(
    409,
    "The money was given back",
    "What was paid has been refunded since. Reverse the refund first, with POST /payments/{id}/reversal.",
  ),
  reference_taken: entry(
    409,
    "The reference is taken",
    (d) => `Payment ${d.payment_id} has it. A slip counts once: if it was recorded on a wrong invoice, reverse that payment first.`,
  ),
  no_receipt: entry(
    409,
    "There is no receipt of a mistake",
    (d) => `Payment ${d.reversal_id} took payment ${d.payment_id} back. Record the right one anew, and print the receipt of that.`,
  ),
  not_reversible: entry(409, "A reversal is not reversed", "Record the payment or the refund anew instead."),
  shop_has_invoices: entry(
    409,
    "The shop has posted invoices",
    "Their days and amounts are in its time zone and currency, which stay as they are.",
  ),
  mileage_out_too_low: entry(
    422,
    "The mileage is less than when the vehicle came",
    (d) => `It came with ${d.mileage}. Send at least that as mileage_out.`,
  ),
} as const satisfies Record<string, Entry>;
