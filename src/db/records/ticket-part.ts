import { Id, MONEY, quantity } from "../fields.ts";
import { ticketParts } from "../schema/service-tickets.ts";
import { recordOf } from "./record.ts";

/** A part on a ticket. It has no audit image of its own: the image of the ticket includes its parts. */
export const TICKET_PART = recordOf(ticketParts, {
  id: { use: "hidden" },
  service_ticket_id: { use: "hidden" },
  inventory_id: { use: "shown", audited: true, input: true, type: Id, example: 5 },
  quantity: { use: "shown", audited: true, input: true, quantity: true, type: quantity(0.001), example: 2 },
  unit_price: { use: "shown", audited: true, money: true, type: MONEY, example: 49.9 },
  unit_cost: { use: "staff", audited: true, money: true, type: MONEY, example: 27.5 },
  held: { use: "hidden", audited: true },
});
