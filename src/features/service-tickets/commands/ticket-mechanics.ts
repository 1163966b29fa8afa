import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Db, Statement } from "../../../db/client.ts";
import { eachOf } from "../../../db/json.ts";
import { TICKET } from "../../../db/records/ticket.ts";
import { mechanics } from "../../../db/schema/mechanics.ts";
import { assignments, serviceTickets } from "../../../db/schema/service-tickets.ts";
import { commit, type Precondition, requires } from "../../../db/write/commit.ts";
import { insertFrom } from "../../../db/write/insert-from.ts";
import { requiresChangeable } from "../../../db/write/requires-changeable.ts";
import type { WriteContext } from "../../../http/app-env.ts";
import { type TicketDetailRow, ticketById } from "../service-tickets.queries.ts";
import type { MechanicsEdit } from "../service-tickets.schemas.ts";

/** When the mechanics of a ticket are booked: a view of the database. */
const BOOKED_TIMES = sql`booked_times`;

/** Inserts assignments with the booked times of their ticket. Triggers refuse mechanics who are unknown, inactive, assigned or booked. */
const addAssignments = (ticket: number | SQL<number>, ids: readonly number[], now: string, where: SQL = sql`true`): Statement => {
  return insertFrom(
    assignments,
    {
      service_ticket_id: sql`id`,
      mechanic_id: sql`value`,
      starts_at: sql`starts_at`,
      ends_at: sql`ends_at`,
      created_at: now,
    },
    sql`from ${BOOKED_TIMES} cross join (select value from ${eachOf(ids)}) where id = ${ticket} and ${where}`,
  );
};

/** Statements that assign mechanics to a ticket. */
export const assign = (ticket: number | SQL<number>, ids: readonly number[], now: string): Statement[] =>
  ids.length === 0 ? [] : [addAssignments(ticket, ids, now)];

const isOn = (ticket: number, mechanic: SQL | number): SQL =>
  sql`exists (select 1 from ${assignments} where ${assignments.service_ticket_id} = ${ticket} and ${assignments.mechanic_id} = ${mechanic})`;

const touch = (db: Db, ticket: number, now: string): Statement =>
  db.update(serviceTickets).set({ updated_at: now }).where(eq(serviceTickets.id, ticket));

/** Carries out one write on a ticket's mechanics; the answer is the whole ticket. */
const change = (
  { db, writer, now }: WriteContext,
  id: number,
  preconditions: Precondition[],
  changes: Statement[],
): Promise<TicketDetailRow> =>
  commit(db, writer, {
    target: { entity: TICKET, id },
    preconditions: [requiresChangeable(id), ...preconditions],
    changes: [...changes, touch(db, id, now)],
    audit: [{ entity: TICKET, verb: "mechanics_changed", where: eq(serviceTickets.id, id) }],
    answer: ticketById(id),
  });

/**
 * Assigns one mechanic to a ticket.
 * Throws `not_found`, `already_assigned`, `mechanic_not_active`, `mechanic_double_booked`, `ticket_closed`.
 */
export const assignMechanic = (context: WriteContext, id: number, mechanicId: number): Promise<TicketDetailRow> => {
  const isThere = sql`exists (select 1 from ${mechanics} where ${mechanics.id} = ${mechanicId})`;
  return change(context, id, [requires("not_found", isThere)], assign(id, [mechanicId], context.now));
};

/** Removes one mechanic from a ticket. Throws `not_found`, `not_assigned`, `ticket_closed`. */
export const removeMechanic = (context: WriteContext, id: number, mechanicId: number): Promise<TicketDetailRow> => {
  const isAssignment = and(eq(assignments.service_ticket_id, id), eq(assignments.mechanic_id, mechanicId));
  return change(context, id, [requires("not_assigned", isOn(id, mechanicId))], [context.db.delete(assignments).where(isAssignment)]);
};

/** Statements that replace the ticket's mechanics by `ids`. */
const replaceAll = (db: Db, id: number, ids: readonly number[], now: string): Statement[] => [
  db
    .delete(assignments)
    .where(sql`${assignments.service_ticket_id} = ${id} and ${assignments.mechanic_id} not in (select value from ${eachOf(ids)})`),
  addAssignments(id, ids, now, sql`not ${isOn(id, sql`value`)}`),
];

/** Statements that remove some mechanics and assign others. */
const exchange = (db: Db, id: number, add: readonly number[], remove: readonly number[], now: string): Statement[] => [
  db
    .delete(assignments)
    .where(sql`${assignments.service_ticket_id} = ${id} and ${assignments.mechanic_id} in (select value from ${eachOf(remove)})`),
  ...assign(id, add, now),
];

/**
 * Replaces all mechanics of a ticket, or adds and removes some, in one atomic write.
 * Throws what `assignMechanic` and `removeMechanic` throw, and `reference_not_found`.
 */
export const editMechanics = (context: WriteContext, id: number, edit: MechanicsEdit): Promise<TicketDetailRow> => {
  const { db, now } = context;
  const { mechanic_ids, add_ids = [], remove_ids = [] } = edit;
  if (mechanic_ids) return change(context, id, [], replaceAll(db, id, mechanic_ids, now));
  const areOn = sql`not exists (select 1 from ${eachOf(remove_ids)} where not ${isOn(id, sql`value`)})`;
  return change(context, id, [requires("not_assigned", areOn)], exchange(db, id, add_ids, remove_ids, now));
};
