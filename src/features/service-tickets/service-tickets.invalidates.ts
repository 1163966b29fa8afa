import type { ListingTag } from "../../core/ports.ts";
import type { TicketStatus } from "../../db/schema/service-tickets.ts";
import type { NewTicket } from "./service-tickets.schemas.ts";

/** The listings that a new ticket moves: stock and vehicles only where it touches them. */
export const invalidatedByNew = ({ VIN, parts = [] }: NewTicket): ListingTag[] => [
  "service_tickets",
  "customers",
  "mechanics",
  ...(VIN === undefined ? [] : (["vehicles"] as const)),
  ...(parts.length === 0 ? [] : (["inventory"] as const)),
];

/** The listings that a step moves: stock when parts go back or are taken again. */
export const invalidatedByStatus = (status: TicketStatus): ListingTag[] => [
  "service_tickets",
  "mechanics",
  ...(status === "cancelled" || status === "open" ? (["inventory"] as const) : []),
];
