import { eq, sql } from "drizzle-orm";
import { ASSIGNMENT } from "../../../db/records/assignment.ts";
import { MECHANIC } from "../../../db/records/mechanic.ts";
import { TICKET } from "../../../db/records/ticket.ts";
import { assignments, serviceTickets } from "../../../db/schema/service-tickets.ts";
import { commit, newest, requires } from "../../../db/write/commit.ts";
import type { WriteContext } from "../../../http/app-env.ts";
import { type AssignmentRow, assignmentById } from "../assignments.queries.ts";
import { requiresRecord } from "./references.ts";
import { assign } from "./ticket-mechanics.ts";

const verb = "mechanics_changed";

/**
 * Assigns a mechanic to a ticket.
 * Throws `reference_not_found`, `already_assigned`, `mechanic_not_active`, `mechanic_double_booked`, `ticket_closed`.
 */
export const createAssignment = ({ db, writer, now }: WriteContext, ticketId: number, mechanicId: number): Promise<AssignmentRow> => {
  const isTicket = eq(serviceTickets.id, ticketId);
  return commit(db, writer, {
    preconditions: [requiresRecord(TICKET, ticketId), requiresRecord(MECHANIC, mechanicId)],
    changes: [...assign(ticketId, [mechanicId], now), db.update(serviceTickets).set({ updated_at: now }).where(isTicket)],
    audit: [{ entity: TICKET, verb, where: isTicket }],
    answer: assignmentById(newest(ASSIGNMENT)),
  });
};

/** Removes an assignment: its mechanic leaves the ticket. Throws `not_found`, `ticket_closed`. */
export const deleteAssignment = async ({ db, writer, now }: WriteContext, id: number): Promise<void> => {
  const isTicket = sql`${serviceTickets.id} = (select ${assignments.service_ticket_id} from ${assignments} where ${assignments.id} = ${id})`;
  await commit(db, writer, {
    preconditions: [requires("not_found", sql`exists (select 1 from ${assignments} where ${assignments.id} = ${id})`)],
    changes: [db.update(serviceTickets).set({ updated_at: now }).where(isTicket), db.delete(assignments).where(eq(assignments.id, id))],
    audit: [{ entity: TICKET, verb, where: isTicket }],
  });
};
