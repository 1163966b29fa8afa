import { eq, sql } from "drizzle-orm";
import { TICKET } from "../../../db/records/ticket.ts";
import { serviceTickets, type TicketStatus } from "../../../db/schema/service-tickets.ts";
import { commit, requires } from "../../../db/write/commit.ts";
import type { WriteContext } from "../../../http/app-env.ts";
import { type TicketDetailRow, ticketById } from "../service-tickets.queries.ts";
import type { TicketChange } from "../service-tickets.schemas.ts";

const nextVersion = sql`${serviceTickets.version} + 1`;

/**
 * Changes what is named; bookings of the ticket's mechanics follow its schedule.
 * Throws `not_found`, `ticket_closed`, `invalid_schedule`, `mechanic_double_booked`.
 */
export const updateTicket = ({ db, writer, now }: WriteContext, id: number, changes: TicketChange): Promise<TicketDetailRow> => {
  const isIt = eq(serviceTickets.id, id);
  return commit(db, writer, {
    target: { entity: TICKET, id },
    changes: [
      db
        .update(serviceTickets)
        .set({ ...changes, updated_at: now, version: nextVersion })
        .where(isIt),
    ],
    audit: [{ entity: TICKET, verb: "updated", where: isIt }],
    answer: ticketById(id),
  });
};

/** Removes a ticket; its parts go back to stock, its mechanics are free. Throws `not_found`, `ticket_closed`, `ticket_completed`. */
export const deleteTicket = async ({ db, writer }: WriteContext, id: number): Promise<void> => {
  const isIt = eq(serviceTickets.id, id);
  await commit(db, writer, {
    target: { entity: TICKET, id },
    changes: [db.delete(serviceTickets).where(isIt)],
    audit: [{ entity: TICKET, verb: "deleted", where: isIt }],
    answer: sql`'{}'`,
  });
};

/** What a status says about when the work ended; what is not named stays. */
const datesOf = (status: TicketStatus, now: string) => {
  if (status === "completed") return { completed_at: now };
  if (status === "closed") return { closed_at: now };
  return status === "open" ? { completed_at: null, closed_at: null } : {};
};

/**
 * Takes one step of a ticket's life; which steps there are, triggers know. Cancelling gives parts back, bringing
 * back takes them again and checks the bookings. Only an admin opens a closed ticket.
 * Throws `not_found`, `forbidden`, `illegal_status`, `insufficient_stock`, `mechanic_double_booked`.
 */
export const changeStatus = ({ db, writer, actor, now }: WriteContext, id: number, status: TicketStatus): Promise<TicketDetailRow> => {
  const isIt = eq(serviceTickets.id, id);
  const reopensClosed = sql`exists (select 1 from ${serviceTickets} where ${isIt} and ${serviceTickets.status} = 'closed')`;
  return commit(db, writer, {
    target: { entity: TICKET, id },
    preconditions: actor.role !== "admin" && status === "open" ? [requires("forbidden", sql`not ${reopensClosed}`)] : [],
    changes: [
      db
        .update(serviceTickets)
        .set({ status, ...datesOf(status, now), updated_at: now, version: nextVersion })
        .where(isIt),
    ],
    audit: [{ entity: TICKET, verb: "status_changed", where: isIt }],
    answer: ticketById(id),
  });
};
