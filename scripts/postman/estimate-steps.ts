import { number, type Step } from "./steps.ts";

const told = { channel: "in_person", person_name: "Ada E.", capacity: "owner", replaced_parts: "return" };
const ticket = { id: "estimatedTicketId" };

/** What a ticket costs, and the customer's yes to it. Both stay, and so does their ticket, whose customer is a walk-in. */
export const estimates: readonly Step[] = [
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
  {
    operation: "POST /service-tickets",
    as: "mechanic",
    body: {
      customer_id: number("estimatedCustomerId"),
      vehicle_id: number("estimatedVehicleId"),
      service_desc: "Front brakes grind",
      service_date: "2026-11-24",
    },
    keep: { estimatedTicketId: "id" },
  },
  {
    operation: "POST /service-tickets/{id}/lines",
    as: "mechanic",
    path: ticket,
    body: { kind: "labor", description: "Replace front pads", quantity: 1.5, unit_price: 120 },
  },
  {
    operation: "POST /service-tickets/{id}/estimates",
    as: "mechanic",
    path: ticket,
    keep: { estimateId: "id", shownLineId: "lines[0].id" },
  },
  { operation: "GET /estimates", as: "customer", query: { status: "current" } },
  { operation: "GET /estimates/{id}", as: "mechanic" },
  {
    operation: "POST /estimates/{id}/authorizations",
    as: "mechanic",
    body: { ...told, decisions: [{ line_id: number("shownLineId"), decision: "approved" }] },
  },
  { operation: "GET /service-tickets/{id}/authorizations", as: "mechanic", path: ticket },
  { operation: "GET /vehicles/{id}/declined", as: "mechanic", path: { id: "estimatedVehicleId" } },
];
