import { type Actor, isStaff } from "../../core/actor.ts";
import { fromCents, times } from "../../core/money.ts";
import type { TicketDetailRow, TicketRow } from "./service-tickets.queries.ts";

/** A ticket as listings show it. */
export const presentTicket = ({ version: _version, parts_total, ...ticket }: TicketRow) => ({
  ...ticket,
  parts_total: fromCents(parts_total),
});

type Line = TicketDetailRow["parts"][number];

/** A line of parts; what the shop paid is for staff. */
const presentLine = ({ held, unit_price, unit_cost, ...line }: Line, actor: Actor) => ({
  ...line,
  unit_price: fromCents(unit_price),
  ...(isStaff(actor) ? { unit_cost: unit_cost === null ? null : fromCents(unit_cost) } : {}),
  total: fromCents(times(unit_price, line.quantity)),
  returned: held === 0,
});

/** The parts of a ticket as the actor may see them. */
export const presentParts = ({ parts }: TicketDetailRow, actor: Actor) => parts.map((line) => presentLine(line, actor));

/** A whole ticket as the actor may see it, with its version. */
export const presentDetail = ({ parts, ...row }: TicketDetailRow, actor: Actor) => ({
  version: row.version,
  body: { ...presentTicket(row), parts: parts.map((line) => presentLine(line, actor)) },
});

/** A ticket that was just opened. */
export const presentNew = (row: TicketDetailRow, actor: Actor) => ({
  ...presentDetail(row, actor),
  location: `/service-tickets/${row.id}`,
});
