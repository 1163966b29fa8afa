import { eq, type SQL, sql } from "drizzle-orm";
import type { Statement } from "../../../db/client.ts";
import { TICKET } from "../../../db/records/ticket.ts";
import { VEHICLE } from "../../../db/records/vehicle.ts";
import { customers } from "../../../db/schema/customers.ts";
import { serviceTickets } from "../../../db/schema/service-tickets.ts";
import { vehicles } from "../../../db/schema/vehicles.ts";
import { commit, created, newest, requires } from "../../../db/write/commit.ts";
import { insertFrom } from "../../../db/write/insert-from.ts";
import type { WriteContext } from "../../../http/app-env.ts";
import { type TicketDetailRow, ticketById } from "../service-tickets.queries.ts";
import type { NewTicket } from "../service-tickets.schemas.ts";
import { requiresRecord } from "./references.ts";
import { assign } from "./ticket-mechanics.ts";
import { putOnNew } from "./ticket-parts.ts";

/** The vehicle that the input names, and the statements that create it if its VIN is unknown. */
const vehicleOf = ({ db, now }: WriteContext, { VIN, vehicle_id, vehicle, customer_id, mileage }: NewTicket) => {
  const isVehicle = VIN === undefined ? eq(vehicles.id, vehicle_id ?? 0) : eq(vehicles.vin, VIN);
  const isUnknown = sql`not exists (select 1 from ${vehicles} where ${isVehicle})`;
  const made = (vin: string): Statement => {
    const row = { ...vehicle, mileage: vehicle?.mileage ?? mileage, vin, customer_id, created_at: now, updated_at: now };
    return insertFrom(db, vehicles, row, sql`where ${isUnknown}`);
  };
  const preconditions = [
    ...(vehicle_id === undefined ? [] : [requiresRecord(VEHICLE, vehicle_id)]),
    requires(
      "vehicle_of_other_customer",
      sql`not exists (select 1 from ${vehicles} where ${isVehicle} and ${vehicles.customer_id} <> ${customer_id}
        and exists (select 1 from ${customers} where ${customers.id} = ${customer_id}))`,
    ),
  ];
  return {
    id: sql`(select ${vehicles.id} from ${vehicles} where ${isVehicle})` as SQL<number>,
    preconditions,
    changes: VIN === undefined ? [] : [made(VIN)],
    audit: VIN === undefined ? [] : [created(VEHICLE, isUnknown)],
  };
};

/**
 * Opens a ticket with its mechanics and parts, and creates its vehicle if the VIN is new, in one atomic write.
 * Throws `reference_not_found`, `vehicle_of_other_customer`, `invalid_schedule`, `mechanic_not_active`,
 * `mechanic_double_booked`, `insufficient_stock`.
 */
export const createTicket = (context: WriteContext, input: NewTicket): Promise<TicketDetailRow> => {
  const { db, writer, now } = context;
  const { VIN: _vin, vehicle_id: _id, vehicle: _vehicle, mechanic_ids = [], parts = [], ...fields } = input;
  const vehicle = vehicleOf(context, input);
  const ticket = newest(TICKET);
  const changes: Statement[] = [
    ...vehicle.changes,
    db.insert(serviceTickets).values({ ...fields, vehicle_id: vehicle.id, created_at: now, updated_at: now }),
    ...assign(db, ticket, mechanic_ids, now),
    ...putOnNew(db, ticket, parts),
  ];
  return commit(db, writer, {
    preconditions: vehicle.preconditions,
    changes,
    audit: [...vehicle.audit, created(TICKET)],
    answer: ticketById(ticket),
  });
};
