import { TICKET } from "../../db/records/ticket.ts";
import { TICKET_PART } from "../../db/records/ticket-part.ts";

/** Examples for the OpenAPI document. */
export const ticketExample = {
  ...TICKET.example,
  discount: null,
  VIN: "1M8GDM9AXKP042788",
  customer: { id: 12, name: "Ada Example" },
  mechanics: [{ id: 3, name: "Max Mechanic" }],
};

export const partExample = {
  ...TICKET_PART.example,
  name: "Brake pad set, front",
  part_number: "BP-1042",
  total: 99.8,
  returned: false,
};

export const ticketDetailExample = { ...ticketExample, parts: [partExample] };

const { service_desc, service_date } = TICKET.example;
export const newTicketExample = {
  customer_id: 12,
  VIN: "1M8GDM9AXKP042788",
  vehicle: { make: "Example", model: "Wagon", year: 2019 },
  service_desc,
  service_date,
  mechanic_ids: [3],
  parts: [{ inventory_id: 5, quantity: 2 }],
};
