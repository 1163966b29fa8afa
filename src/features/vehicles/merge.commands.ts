import { eq, type SQL, sql } from "drizzle-orm";
import { invalid } from "../../core/errors.ts";
import { revised } from "../../db/columns.ts";
import { pointOn } from "../../db/records/merged.ts";
import { VEHICLE } from "../../db/records/vehicle.ts";
import { auditDraft } from "../../db/schema/audit.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { vehicles } from "../../db/schema/vehicles.ts";
import { commit, requires } from "../../db/write/commit.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { type VehicleRow, vehicleById } from "./vehicles.queries.ts";

const FILLED = ["vin", "serial_number", "make", "model", "year", "color", "license_plate", "description"] as const;

/**
 * Makes two records of one vehicle one: the tickets of `from` become those of `id`, which gets what it lacks and the higher
 * mileage, and `from` points on.
 * Throws `invalid` for one record, `not_found`, `reference_not_found`, `vehicle_of_other_customer`.
 */
export const mergeVehicles = ({ db, writer, now }: WriteContext, id: number, from: number): Promise<VehicleRow> => {
  if (id === from) throw invalid("/body/from_id", "same_record", "Send the id of the other record.");
  const [isKept, isMerged] = [eq(vehicles.id, id), eq(vehicles.id, from)];
  const ownerOf = (where: SQL) => sql`(select ${vehicles.customer_id} from ${vehicles} where ${where})`;
  // A VIN is unique, so the other row has to go before its VIN comes here: what it said stands in its image.
  const was = (name: string) =>
    sql`(select before ->> ${name} from ${auditDraft} where ${auditDraft.entity} = 'vehicle' and ${auditDraft.entity_id} = ${from})`;
  const filled = Object.fromEntries(FILLED.map((name) => [name, sql`coalesce(${vehicles[name]}, ${was(name)})`]));
  const higher = (name: "mileage" | "stated_mileage") => sql`nullif(max(coalesce(${vehicles[name]}, -1), coalesce(${was(name)}, -1)), -1)`;
  const mileages = { mileage: higher("mileage"), stated_mileage: higher("stated_mileage") };
  const termsBefore = sql`(select ${vehicles.search_terms} from ${vehicles} where ${isMerged})`;
  return commit(db, writer, {
    target: { entity: VEHICLE, id },
    preconditions: [
      requires("reference_not_found", sql`exists (select 1 from ${vehicles} where ${isMerged})`, { entity: "vehicle", id: from }),
      requires("vehicle_of_other_customer", sql`${ownerOf(isKept)} = ${ownerOf(isMerged)}`),
    ],
    changes: [
      ...pointOn(db, "vehicle", { from, into: id, at: now }),
      db
        .update(serviceTickets)
        .set({ vehicle_id: id, ...revised(serviceTickets, now) })
        .where(eq(serviceTickets.vehicle_id, from)),
      db
        .update(vehicles)
        .set({ search_terms: sql`json_patch(${termsBefore}, ${vehicles.search_terms})` })
        .where(isKept),
      db.delete(vehicles).where(isMerged),
      db
        .update(vehicles)
        .set({ ...filled, ...mileages, claimed: 0, ...revised(vehicles, now) })
        .where(isKept),
    ],
    audit: [
      { entity: VEHICLE, verb: "updated", where: isKept },
      { entity: VEHICLE, verb: "merged", where: isMerged, after: sql`json_object('merged_into', cast(${id} as integer))` },
    ],
    answer: vehicleById(id),
  });
};
