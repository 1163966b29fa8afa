import { and, eq, ne, type SQL, sql } from "drizzle-orm";
import type { Db, Statement } from "../../../db/client.ts";
import { revised } from "../../../db/columns.ts";
import { TICKET } from "../../../db/records/ticket.ts";
import { auditDraft } from "../../../db/schema/audit.ts";
import { mechanics } from "../../../db/schema/mechanics.ts";
import { assignments, serviceTickets, type TicketStatus, ticketParts } from "../../../db/schema/service-tickets.ts";
import { commit, type Precondition, requires } from "../../../db/write/commit.ts";
import type { WriteContext } from "../../../http/app-env.ts";
import { type TicketDetailRow, ticketById } from "../service-tickets.queries.ts";
import type { StatusChange } from "../service-tickets.schemas.ts";
import { checkDates, requiresBookingLength } from "./date-bounds.ts";

/** The steps before a status, which a ticket passes on the way to it. */
const BEFORE: Partial<Record<TicketStatus, readonly (readonly [from: TicketStatus, to: TicketStatus])[]>> = {
  completed: [["open", "in_progress"]],
  closed: [
    ["open", "in_progress"],
    ["in_progress", "completed"],
  ],
};

/** Statements that take the ticket to the step before the wanted one, from where it is. */
const stepsBefore = (db: Db, id: number, status: TicketStatus): Statement[] =>
  (BEFORE[status] ?? []).map(([from, to]) =>
    db
      .update(serviceTickets)
      .set({ status: to })
      .where(and(eq(serviceTickets.id, id), eq(serviceTickets.status, from))),
  );

/** What the ticket was before this write: its image stands in the draft of the audit log. */
const was = (name: "scheduled_start" | "scheduled_end"): SQL =>
  sql`(select before ->> ${name} from ${auditDraft} where ${auditDraft.entity} = ${TICKET.name})`;

/** The statuses after which a ticket is worked on again. */
const OVER: Partial<Record<TicketStatus, SQL>> = { open: sql`('closed', 'cancelled')`, in_progress: sql`('completed')` };

/** A ticket that is over is reopened by admins if it was closed, and only with mechanics who are active. */
const preconditions = ({ actor }: WriteContext, id: number, { status, without_mechanics }: StatusChange): Precondition[] => {
  const over = OVER[status];
  if (over === undefined) return [];
  const isOver = (statuses: SQL) =>
    sql`exists (select 1 from ${serviceTickets} where ${serviceTickets.id} = ${id} and ${serviceTickets.status} in ${statuses})`;
  const inactive = sql`from ${assignments} join ${mechanics} on ${mechanics.id} = ${assignments.mechanic_id}
    where ${and(eq(assignments.service_ticket_id, id), ne(mechanics.status, "active"))}`;
  const details = sql`(select json_object('mechanic_id', ${mechanics.id}, 'name', ${mechanics.name}, 'mechanic_status', ${mechanics.status}) ${inactive} limit 1)`;
  return [
    ...(actor.role === "admin" || status !== "open" ? [] : [requires("forbidden", sql`not ${isOver(sql`('closed')`)}`)]),
    ...(without_mechanics ? [] : [requires("mechanic_not_active", sql`not (${isOver(over)} and exists (select 1 ${inactive}))`, details)]),
  ];
};

/**
 * Changes a ticket's status; rules of the database define the legal steps, and steps on are passed in one go. Cancelling
 * gives the parts back to stock; reopening takes them again and books again, at another time if one is given, or goes on
 * without mechanics or parts. Only an admin may reopen a closed ticket.
 * Throws `not_found`, `forbidden`, `illegal_status`, `insufficient_stock`, `mechanic_double_booked`, `mechanic_not_active`,
 * `invalid_schedule`, and `invalid` for dates out of bounds.
 */
export const changeStatus = async (context: WriteContext, id: number, input: StatusChange): Promise<TicketDetailRow> => {
  const { db, writer, now, services } = context;
  const { status, without_mechanics, without_parts, ...schedule } = input;
  checkDates(schedule, now, services.dateBounds);
  const matchesId = eq(serviceTickets.id, id);
  const unbooked = { scheduled_start: null, scheduled_end: null };
  const kept = { scheduled_start: was("scheduled_start"), scheduled_end: was("scheduled_end") };
  const update = (set: object): Statement => db.update(serviceTickets).set(set).where(matchesId);
  const isReturned = and(eq(ticketParts.service_ticket_id, id), eq(ticketParts.held, 0));
  return commit(db, writer, {
    target: { entity: TICKET, id },
    preconditions: [...preconditions(context, id, input), ...requiresBookingLength(id, schedule, services.dateBounds)],
    changes: [
      ...stepsBefore(db, id, status),
      ...(without_parts ? [db.delete(ticketParts).where(isReturned)] : []),
      update({ status, ...schedule, ...(without_mechanics && unbooked), ...revised(serviceTickets, now) }),
      ...(without_mechanics ? [db.delete(assignments).where(eq(assignments.service_ticket_id, id)), update({ ...kept, ...schedule })] : []),
    ],
    audit: [{ entity: TICKET, verb: "status_changed", where: matchesId }],
    answer: ticketById(id),
  });
};
