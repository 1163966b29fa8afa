import { eq, type SQL, sql } from "drizzle-orm";
import { isBelow, VEHICLE } from "../../../db/records/vehicle.ts";
import { serviceTickets } from "../../../db/schema/service-tickets.ts";
import { vehicles } from "../../../db/schema/vehicles.ts";
import type { Audited, Precondition } from "../../../db/write/commit.ts";
import { requiresLikelyMileage } from "../../../db/write/requires-mileage.ts";
import type { TicketChange } from "../service-tickets.schemas.ts";

const { id, mileage, vehicle_id } = serviceTickets;

/** Is there such a ticket, and is this true of it? */
const ofTicket = (ticket: number, condition: SQL): SQL =>
  sql`exists (select 1 from ${serviceTickets} where ${eq(id, ticket)} and ${condition})`;

const vehicleOf = (ticket: number): SQL => sql`(select ${vehicle_id} from ${serviceTickets} where ${eq(id, ticket)})`;

/** A vehicle whose mileage is replaced by a reading. */
export const raised = (isVehicle: SQL, reading: number | null | undefined): Audited[] =>
  typeof reading === "number" ? [{ entity: VEHICLE, verb: "updated", where: sql`${isVehicle} and ${isBelow(reading)}` }] : [];

/** The vehicle whose mileage a ticket takes along when it is removed. */
export const loweredWithout = (ticket: number): Audited[] => [
  {
    entity: VEHICLE,
    verb: "updated",
    where: sql`${vehicles.id} = ${vehicleOf(ticket)} and ${ofTicket(ticket, sql`${mileage} = ${vehicles.mileage}`)}`,
  },
];

/** What must be true for a change of a ticket's reading or vehicle, and the vehicles whose mileage it changes. */
export const readingOf = (ticket: number, change: TicketChange): { preconditions: Precondition[]; audit: Audited[] } => {
  if (change.mileage === undefined && change.vehicle_id === undefined) return { preconditions: [], audit: [] };
  const vehicle = change.vehicle_id === undefined ? vehicleOf(ticket) : sql`${change.vehicle_id}`;
  const reading =
    change.mileage === undefined ? sql`(select ${mileage} from ${serviceTickets} where ${eq(id, ticket)})` : sql`${change.mileage}`;
  const isSame = sql`${mileage} is ${reading} and ${vehicle_id} is ${vehicle}`;
  const isHigher = sql`${vehicles.id} = ${vehicle} and ${isBelow(reading)}`;
  const isItsReading = sql`${vehicles.id} = ${vehicle_id} and ${vehicles.mileage} = ${mileage} and not (${isSame})`;
  const where = sql`${vehicles.id} in (${vehicleOf(ticket)}, ${vehicle}) and ${ofTicket(ticket, sql`(${isHigher} or ${isItsReading})`)}`;
  return {
    preconditions: requiresLikelyMileage(
      sql`${vehicles.id} = ${vehicle}`,
      { mileage: change.mileage === null ? null : reading, confirm_mileage: change.confirm_mileage },
      ofTicket(ticket, isSame),
    ),
    audit: [{ entity: VEHICLE, verb: "updated", where }],
  };
};
