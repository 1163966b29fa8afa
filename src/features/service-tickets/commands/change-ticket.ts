import { eq, sql } from "drizzle-orm";
import { revised } from "../../../db/columns.ts";
import { TICKET } from "../../../db/records/ticket.ts";
import { serviceTickets, type TicketStatus } from "../../../db/schema/service-tickets.ts";
import { commit, requires } from "../../../db/write/commit.ts";
import type { WriteContext } from "../../../http/app-env.ts";
import { type TicketDetailRow, ticketById } from "../service-tickets.queries.ts";
import type { TicketChange } from "../service-tickets.schemas.ts";

/**
 * Updates the given fields; a new schedule changes the bookings of the ticket's mechanics.
 * Throws `not_found`, `ticket_closed`, `invalid_schedule`, `mechanic_double_booked`.
 */
export const updateTicket = ({ db, writer, now }: WriteContext, id: number, changes: TicketChange): Promise<TicketDetailRow> => {
  const matchesId = eq(serviceTickets.id, id);
  return commit(db, writer, {
    target: { entity: TICKET, id },
    changes: [
      db
        .update(serviceTickets)
        .set({ ...changes, ...revised(serviceTickets, now) })
        .where(matchesId),
    ],
    audit: [{ entity: TICKET, verb: "updated", where: matchesId }],
    answer: ticketById(id),
  });
};

/** Removes a ticket. Its parts go back to stock, its mechanics become free. Throws `not_found`, `ticket_closed`, `ticket_completed`. */
export const deleteTicket = async ({ db, writer }: WriteContext, id: number): Promise<void> => {
  const matchesId = eq(serviceTickets.id, id);
  await commit(db, writer, {
    target: { entity: TICKET, id },
    changes: [db.delete(serviceTickets).where(matchesId)],
    audit: [{ entity: TICKET, verb: "deleted", where: matchesId }],
  });
};

/** The columns that change with a status: when the work was completed and closed. */
const datesOf = (status: TicketStatus, now: string) => {
  if (status === "completed") return { completed_at: now };
  if (status === "closed") return { closed_at: now };
  return status === "open" ? { completed_at: null, closed_at: null } : {};
};

/**
 * Changes a ticket's status; triggers define the legal steps. Cancelling gives the parts back to stock; reopening takes
 * them again and checks the bookings. Only an admin may reopen a closed ticket.
 * Throws `not_found`, `forbidden`, `illegal_status`, `insufficient_stock`, `mechanic_double_booked`.
 */
export const changeStatus = ({ db, writer, actor, now }: WriteContext, id: number, status: TicketStatus): Promise<TicketDetailRow> => {
  const matchesId = eq(serviceTickets.id, id);
  const reopensClosed = sql`exists (select 1 from ${serviceTickets} where ${matchesId} and ${serviceTickets.status} = 'closed')`;
  return commit(db, writer, {
    target: { entity: TICKET, id },
    preconditions: actor.role !== "admin" && status === "open" ? [requires("forbidden", sql`not ${reopensClosed}`)] : [],
    changes: [
      db
        .update(serviceTickets)
        .set({ status, ...datesOf(status, now), ...revised(serviceTickets, now) })
        .where(matchesId),
    ],
    audit: [{ entity: TICKET, verb: "status_changed", where: matchesId }],
    answer: ticketById(id),
  });
};
