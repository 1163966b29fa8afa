import { and, eq, isNull, sql } from "drizzle-orm";
import { revised } from "../../../db/columns.ts";
import { changedTerms } from "../../../db/list/search.ts";
import { CUSTOMER } from "../../../db/records/customer.ts";
import { SHARE_LINK } from "../../../db/records/share-link.ts";
import { SOLD_TICKET, TICKET } from "../../../db/records/ticket.ts";
import { VEHICLE } from "../../../db/records/vehicle.ts";
import { serviceTickets } from "../../../db/schema/service-tickets.ts";
import { shareLinks } from "../../../db/schema/share-links.ts";
import { vehicles } from "../../../db/schema/vehicles.ts";
import { commit, type Precondition, requires } from "../../../db/write/commit.ts";
import type { WriteContext } from "../../../http/app-env.ts";
import { type TicketDetailRow, ticketById } from "../service-tickets.queries.ts";
import type { TicketChange } from "../service-tickets.schemas.ts";
import { checkDates, requiresBookingLength } from "./date-bounds.ts";
import { loweredWithout, readingOf } from "./mileage.ts";
import { requiresRecord } from "./references.ts";

/** A ticket's vehicle is one of its customer: those that the change names, else those that the ticket has. */
const requiresOwnVehicle = (id: number, { customer_id, vehicle_id }: TicketChange): Precondition[] => {
  if (customer_id === undefined && vehicle_id === undefined) return [];
  const customer = customer_id ?? sql`(select ${serviceTickets.customer_id} from ${serviceTickets} where ${serviceTickets.id} = ${id})`;
  const vehicle =
    vehicle_id === undefined
      ? sql`(select ${serviceTickets.vehicle_id} from ${serviceTickets} where ${serviceTickets.id} = ${id})`
      : vehicle_id;
  return [
    ...(customer_id === undefined ? [] : [requiresRecord(CUSTOMER, customer_id)]),
    ...(typeof vehicle_id === "number" ? [requiresRecord(VEHICLE, vehicle_id)] : []),
    requires(
      "vehicle_of_other_customer",
      sql`not exists (select 1 from ${vehicles} where ${vehicles.id} = ${vehicle} and ${vehicles.customer_id} <> ${customer})`,
    ),
  ];
};

/** The links of a ticket that gets another customer: they were sent to the one before, and end. */
const linksOfOther = (id: number, customer: number) =>
  sql`${and(eq(shareLinks.service_ticket_id, id), isNull(shareLinks.revoked_at))}
    and (select ${serviceTickets.customer_id} from ${serviceTickets} where ${serviceTickets.id} = ${id}) <> ${customer}`;

/**
 * Updates the given fields; a new schedule changes the bookings of the ticket's mechanics. Throws `not_found`,
 * `ticket_closed`, `invalid_schedule`, `mechanic_double_booked`, `mechanic_not_active`, `reference_not_found`,
 * `vehicle_of_other_customer`, `ticket_has_estimates`, `mileage_unlikely`, and `invalid` for dates out of bounds.
 */
export const updateTicket = async (
  { db, writer, now, services }: WriteContext,
  id: number,
  input: TicketChange,
): Promise<TicketDetailRow> => {
  const { confirm_mileage: _confirmed, ...changes } = input;
  checkDates(input, now, services.dateBounds);
  const matchesId = eq(serviceTickets.id, id);
  const reading = readingOf(id, input);
  const ended = changes.customer_id === undefined ? undefined : linksOfOther(id, changes.customer_id);
  return commit(db, writer, {
    target: { entity: TICKET, id },
    preconditions: [
      ...requiresOwnVehicle(id, changes),
      ...reading.preconditions,
      ...requiresBookingLength(id, changes, services.dateBounds),
    ],
    changes: [
      ...(ended ? [db.update(shareLinks).set({ revoked_at: now }).where(ended)] : []),
      db
        .update(serviceTickets)
        .set({ ...changes, ...changedTerms(TICKET, changes), ...revised(serviceTickets, now) })
        .where(matchesId),
    ],
    audit: [
      { entity: TICKET, verb: "updated", where: matchesId },
      ...reading.audit,
      ...(ended ? [{ entity: SHARE_LINK, verb: "revoked", where: ended }] : []),
    ],
    answer: ticketById(id),
  });
};

/**
 * Removes a ticket. Its parts go back to stock, its mechanics become free. Throws `not_found`, `ticket_closed`,
 * `ticket_completed`, `ticket_has_estimates`.
 */
export const deleteTicket = async ({ db, writer }: WriteContext, id: number): Promise<void> => {
  const matchesId = eq(serviceTickets.id, id);
  await commit(db, writer, {
    target: { entity: TICKET, id },
    changes: [db.delete(serviceTickets).where(matchesId)],
    audit: [{ entity: SOLD_TICKET, verb: "deleted", where: matchesId }, ...loweredWithout(id)],
  });
};
