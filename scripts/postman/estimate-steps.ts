import { number, type Step } from "./steps.ts";

const told = { channel: "in_person", person_name: "Ada E.", capacity: "owner", replaced_parts: "return" };
const ticket = { id: "estimatedTicketId" };
const part = { id: "estimatedPartId" };

const brakes = {
  title: "Front brakes",
  lines: [
    { kind: "labor", description: "Replace front pads", quantity: 1.5, unit_price: 120 },
    { kind: "part", inventory_id: number("estimatedPartId"), condition: "new" },
    { kind: "fee", fee_kind: "other", description: "Brake fluid disposal", unit_price: 4.5, taxable: false },
  ],
};
const wipers = { title: "Wipers smear", lines: [{ kind: "labor", description: "Replace wiper blades", quantity: 0.2, unit_price: 120 }] };

const opened: Step = {
  operation: "POST /service-tickets",
  as: "mechanic",
  body: {
    customer_id: number("estimatedCustomerId"),
    vehicle_id: number("estimatedVehicleId"),
    service_desc: "Front brakes grind",
    service_date: "2026-11-24",
  },
  keep: { estimatedTicketId: "id" },
};
const sold: Step = {
  operation: "POST /service-tickets/{id}/jobs",
  as: "mechanic",
  path: ticket,
  body: brakes,
  keep: { estimatedJobId: "jobs[0].id" },
};
const shown: Step = { operation: "POST /service-tickets/{id}/estimates", as: "mechanic", path: ticket, keep: { estimateId: "id" } };
const decided: Step = { operation: "GET /service-tickets/{id}/authorizations", as: "mechanic", path: ticket };

/** A link to the ticket, and the list of its links. */
export const linked = (may: string): readonly Step[] => [
  {
    operation: "POST /service-tickets/{id}/share-links",
    as: "mechanic",
    path: ticket,
    body: { may, sent_to: "+1 555 0100" },
    keep: { shareLinkId: "id", shareToken: "token" },
  },
  { operation: "GET /service-tickets/{id}/share-links", as: "mechanic", path: ticket },
];
/** Ends the link. */
export const unlinked: Step = {
  operation: "DELETE /service-tickets/{id}/share-links/{link_id}",
  as: "mechanic",
  path: { ...ticket, link_id: "shareLinkId" },
};

/** What of it is a ticket's, in an order that needs no customer's yes. */
export const estimated: readonly Step[] = [opened, sold, shown, decided, ...linked("view"), unlinked];

/**
 * In a shop that works only on the customer's yes: what a ticket costs, the yes to it, and what may be done then. All of it stays, so
 * the customer is a walk-in, and the part one of its own that is retired in the end.
 */
export const estimates: readonly Step[] = [
  { operation: "PATCH /shop", body: { authorization: "work" } },
  {
    operation: "POST /customers",
    as: "mechanic",
    body: { name: "Ada E. (estimate)", phone: "+1 555 0100" },
    keep: { estimatedCustomerId: "id" },
  },
  {
    operation: "POST /vehicles",
    as: "mechanic",
    body: { customer_id: number("estimatedCustomerId"), license_plate: "EST 42", description: "A blue wagon" },
    keep: { estimatedVehicleId: "id" },
  },
  { operation: "POST /inventory", body: { name: "Brake pads (estimate)", price: 89.99, quantity: 1 }, keep: { estimatedPartId: "id" } },
  opened,
  sold,
  { ...sold, body: wipers, keep: { declinedJobId: "jobs[1].id" } },
  {
    operation: "POST /service-tickets/{id}/parts",
    as: "mechanic",
    path: ticket,
    body: { inventory_id: number("estimatedPartId"), quantity: 1 },
    refusedWith: 409,
  },
  { operation: "PUT /service-tickets/{id}/status", as: "mechanic", path: ticket, body: { status: "in_progress" }, refusedWith: 409 },
  shown,
  { operation: "GET /estimates", as: "customer", query: { status: "current" } },
  { operation: "GET /estimates/{id}", as: "mechanic" },
  { operation: "GET /estimates/{id}/pdf", as: "mechanic" },
  { operation: "POST /estimates/{id}/send", as: "mechanic", refusedWith: 409 },
  { operation: "POST /estimates/{id}/send", as: "mechanic", body: { to: "{{$guid}}@example.com", message: "Pads are at 1 mm." } },
  {
    operation: "POST /estimates/{id}/authorizations",
    as: "mechanic",
    body: {
      ...told,
      decisions: [
        { job_id: number("estimatedJobId"), decision: "approved" },
        { job_id: number("declinedJobId"), decision: "declined" },
      ],
    },
  },
  decided,
  ...linked("decide"),
  { operation: "GET /shared", as: "link" },
  { operation: "GET /shared/estimates/{id}/pdf", as: "link" },
  {
    operation: "POST /shared/authorizations",
    as: "link",
    body: {
      estimate_id: number("estimateId"),
      person_name: "Ada E.",
      decisions: [{ job_id: number("declinedJobId"), decision: "declined" }],
    },
  },
  unlinked,
  { operation: "GET /vehicles/{id}/declined", as: "mechanic", path: { id: "estimatedVehicleId" } },
  { operation: "GET /vehicles/{id}/history", as: "mechanic", path: { id: "estimatedVehicleId" } },
  { operation: "GET /vehicles/{id}/history/pdf", as: "mechanic", path: { id: "estimatedVehicleId" } },
  {
    operation: "POST /assistant/questions",
    as: "mechanic",
    body: { question: "Which work was declined?", vehicle_id: number("estimatedVehicleId") },
  },
  { operation: "POST /service-tickets/{id}/draw-parts", as: "mechanic", path: ticket },
  { operation: "PUT /service-tickets/{id}/status", as: "mechanic", path: ticket, body: { status: "in_progress" } },
  { operation: "PATCH /inventory/{id}", path: part, body: { retired: true } },
  { operation: "PATCH /shop", body: { authorization: "posting" } },
];
