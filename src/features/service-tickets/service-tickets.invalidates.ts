import type { ListingTag } from "../../core/ports.ts";
import type { TicketStatus } from "../../db/schema/service-tickets.ts";
import type { NewTicket } from "./service-tickets.schemas.ts";

/** The cached listings that a new ticket invalidates: parts and vehicles only if the ticket changes them. */
export const invalidatedByNew = ({ VIN, vehicle_id, vehicle, mileage, parts = [] }: NewTicket): ListingTag[] => [
  "service_tickets",
  "customers",
  "mechanics",
  ...(VIN === undefined && vehicle === undefined && (vehicle_id === undefined || mileage === undefined) ? [] : (["vehicles"] as const)),
  ...(parts.length === 0 ? [] : (["inventory"] as const)),
];

/** The cached listings that a new status invalidates: parts only if they go back to stock or are taken again. */
export const invalidatedByStatus = (status: TicketStatus): ListingTag[] => [
  "service_tickets",
  "mechanics",
  ...(status === "cancelled" || status === "open" ? (["inventory"] as const) : []),
];
