import { linked, unlinked } from "./estimate-steps.ts";
import { number, type Step } from "./steps.ts";

const ticket = { id: "estimatedTicketId" };

/** What a ticket that is not completed is refused. */
export const notPostable: Step = {
  operation: "POST /service-tickets/{id}/invoice",
  as: "mechanic",
  path: ticket,
  body: {},
  refusedWith: 409,
};

/** The brakes of the chapter before, done by somebody who stays: their invoice, and the pads taken back. */
export const invoices: readonly Step[] = [
  {
    operation: "PATCH /service-tickets/{id}/jobs/{job_id}",
    as: "mechanic",
    path: { ...ticket, job_id: "estimatedJobId" },
    body: { mechanic_id: number("busiestId") },
  },
  { operation: "POST /service-tickets/{id}/invoice", as: "mechanic", path: ticket, body: {}, refusedWith: 409 },
  { operation: "PUT /service-tickets/{id}/status", as: "mechanic", path: ticket, body: { status: "completed" } },
  {
    operation: "POST /service-tickets/{id}/invoice",
    as: "mechanic",
    path: ticket,
    body: {},
    keep: { invoiceId: "id", padsLineId: "jobs[0].lines[1].id" },
  },
  { operation: "GET /invoices", as: "customer", query: { status: "unpaid" } },
  { operation: "GET /invoices/{id}", as: "mechanic" },
  { operation: "GET /invoices/{id}/pdf", as: "mechanic" },
  ...linked("view"),
  { operation: "GET /shared/invoices/{id}/pdf", as: "link" },
  unlinked,
  { operation: "POST /invoices/{id}/send", as: "mechanic", body: { to: "{{$guid}}@example.com" }, keep: { mailId: "id" } },
  { operation: "GET /mails", as: "mechanic", query: { kind: "invoice" } },
  { operation: "GET /mails/{id}", as: "mechanic", path: { id: "mailId" } },
  {
    operation: "POST /invoices/{id}/credit-notes",
    body: { reason: "Pads were faulty", lines: [{ line_id: number("padsLineId"), net: 89.99 }] },
  },
  { operation: "GET /invoice-lines", as: "mechanic", query: { kind: "part" } },
  { operation: "GET /invoice-taxes", as: "mechanic" },
];
