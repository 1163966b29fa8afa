import { number, type Step } from "./steps.ts";

const ticket = { id: "billedTicketId" };
const invoice = { id: "paidInvoiceId" };
const slip = { method: "card", reference: "{{$guid}}" };

/** A bill that waits for nobody's yes. All of it stays, so the customer is a walk-in. */
const billed: readonly Step[] = [
  { operation: "PATCH /shop", body: { authorization: "none" } },
  {
    operation: "POST /customers",
    as: "mechanic",
    body: { name: "Ada E. (payment)", phone: "+1 555 0100" },
    keep: { billedCustomerId: "id" },
  },
  {
    operation: "POST /service-tickets",
    as: "mechanic",
    body: { customer_id: number("billedCustomerId"), service_desc: "The windscreen has a crack", service_date: "2026-11-24" },
    keep: { billedTicketId: "id" },
  },
  {
    operation: "POST /service-tickets/{id}/lines",
    as: "mechanic",
    path: ticket,
    body: { kind: "sublet", description: "New windscreen", provider: "Glass Example", quantity: 1, unit_price: 180, taxable: false },
  },
  { operation: "PUT /service-tickets/{id}/status", as: "mechanic", path: ticket, body: { status: "completed" } },
  { operation: "POST /service-tickets/{id}/invoice", as: "mechanic", path: ticket, body: {}, keep: { paidInvoiceId: "id" } },
];

/** What is paid of it, in two parts and once by mistake, and given back after a credit note. */
export const paid: readonly Step[] = [
  ...billed,
  {
    operation: "POST /invoices/{id}/payments",
    as: "mechanic",
    path: invoice,
    body: { amount: 100, ...slip },
    keep: { wrongPaymentId: "id" },
  },
  { operation: "POST /payments/{id}/reversal", path: { id: "wrongPaymentId" } },
  { operation: "POST /invoices/{id}/payments", as: "mechanic", path: invoice, body: { amount: 120, ...slip } },
  {
    operation: "POST /invoices/{id}/payments",
    as: "mechanic",
    path: invoice,
    body: { amount: 60, method: "cash" },
    keep: { paymentId: "id", receivedOn: "received_on" },
  },
  { operation: "POST /invoices/{id}/payments", as: "mechanic", path: invoice, body: { amount: 1, method: "cash" }, refusedWith: 409 },
  { operation: "POST /invoices/{id}/credit-notes", path: invoice, body: { reason: "It leaks" } },
  { operation: "POST /invoices/{id}/refunds", path: invoice, body: slip },
  { operation: "GET /invoices", as: "mechanic", query: { status: "credited", per_page: "5" } },
  { operation: "GET /invoices/{id}", as: "mechanic", path: invoice },
  { operation: "GET /invoices/{id}/payments", as: "mechanic", path: invoice },
  { operation: "GET /payments", as: "mechanic", query: { from: "{{receivedOn}}", to: "{{receivedOn}}" } },
  { operation: "GET /payments/{id}", as: "mechanic" },
  { operation: "GET /payments/{id}/pdf", as: "mechanic" },
  { operation: "PATCH /shop", body: { authorization: "posting" } },
];
