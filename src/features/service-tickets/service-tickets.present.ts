import type { Actor } from "../../core/actor.ts";
import { fromCents } from "../../core/money.ts";
import { present } from "../../db/records/record.ts";
import { presentTicketDiscount, TICKET } from "../../db/records/ticket.ts";
import { TICKET_PART } from "../../db/records/ticket-part.ts";
import type { NewTicketRow } from "./commands/create-ticket.ts";
import type { TicketDetailRow, TicketRow } from "./service-tickets.queries.ts";

/** A ticket as listings show it. */
export const presentTicket = (row: TicketRow, actor: Actor) => ({
  ...present(TICKET, row, actor),
  discount: presentTicketDiscount(row),
  VIN: row.VIN,
  customer: row.customer,
  mechanics: row.mechanics,
});

type Line = TicketDetailRow["parts"][number];

const presentLine = (line: Line, actor: Actor) => ({
  ...present(TICKET_PART, line, actor),
  name: line.name,
  part_number: line.part_number,
  total: fromCents(line.total),
  returned: line.held === 0,
});

/** The parts of a ticket as the actor may see them. */
export const presentParts = ({ parts }: TicketDetailRow, actor: Actor) => parts.map((line) => presentLine(line, actor));

/** A whole ticket as the actor may see it, with its version. */
export const presentDetail = ({ parts, ...row }: TicketDetailRow, actor: Actor) => ({
  version: row.version,
  body: { ...presentTicket(row, actor), parts: parts.map((line) => presentLine(line, actor)) },
});

/** The answer for a ticket that was just opened. */
export const presentNew = ({ vehicle_differences, ...row }: NewTicketRow, actor: Actor) => {
  const { version, body } = presentDetail(row, actor);
  return { version, body: { ...body, vehicle_differences: [...vehicle_differences] }, location: `/service-tickets/${row.id}` };
};
