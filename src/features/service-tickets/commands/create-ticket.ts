import { type SQL, sql } from "drizzle-orm";
import type { Statement } from "../../../db/client.ts";
import { newTerms } from "../../../db/list/search.ts";
import { TICKET } from "../../../db/records/ticket.ts";
import { serviceTickets } from "../../../db/schema/service-tickets.ts";
import { commit, created, newest } from "../../../db/write/commit.ts";
import { insertFrom } from "../../../db/write/insert-from.ts";
import type { WriteContext } from "../../../http/app-env.ts";
import { type TicketDetailRow, ticketById } from "../service-tickets.queries.ts";
import type { NewTicket } from "../service-tickets.schemas.ts";
import { checkDates } from "./date-bounds.ts";
import { assign } from "./ticket-mechanics.ts";
import { putOnNew } from "./ticket-parts.ts";
import { type Difference, vehicleOf } from "./vehicle-of-ticket.ts";

/** A new ticket, and what it says of its vehicle that is recorded otherwise. */
export type NewTicketRow = TicketDetailRow & { readonly vehicle_differences: readonly Difference[] };

const withDifferences = (ticket: SQL<TicketDetailRow>, differences: SQL<Difference[]>) =>
  sql<NewTicketRow>`json_insert(${ticket}, '$.vehicle_differences', ${differences})`;

/**
 * Opens a ticket with its mechanics and parts, and creates or completes its vehicle, in one atomic write.
 * Throws `reference_not_found`, `vehicle_of_other_customer`, `invalid_schedule`, `mechanic_not_active`,
 * `mechanic_double_booked`, `insufficient_stock`, `part_retired`, `whole_units_only`, `mileage_unlikely`, and `invalid`
 * for dates out of bounds.
 */
export const createTicket = async (context: WriteContext, input: NewTicket): Promise<NewTicketRow> => {
  const { db, writer, now, services } = context;
  checkDates(input, now, services.dateBounds);
  const { VIN: _vin, vehicle_id: _id, vehicle: _vehicle, confirm_mileage: _confirmed, mechanic_ids = [], parts = [], ...fields } = input;
  const vehicle = vehicleOf(context, input);
  const ticket = newest(TICKET);
  const changes: Statement[] = [
    ...vehicle.changes,
    insertFrom(serviceTickets, { ...fields, ...newTerms(TICKET, fields), vehicle_id: vehicle.id, created_at: now, updated_at: now }),
    ...assign(ticket, mechanic_ids, now),
    ...putOnNew(ticket, parts),
  ];
  return commit(db, writer, {
    preconditions: vehicle.preconditions,
    changes,
    audit: [...vehicle.audit, created(TICKET)],
    answer: withDifferences(ticketById(ticket), vehicle.differences),
  });
};
