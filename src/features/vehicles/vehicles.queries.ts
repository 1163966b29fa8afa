import { and, eq, type SQL } from "drizzle-orm";
import { type Actor, isStaff, seesOf } from "../../core/actor.ts";
import type { Db } from "../../db/client.ts";
import { indexed, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { matching } from "../../db/list/search.ts";
import { orMerged } from "../../db/records/merged.ts";
import { findRow, rowById } from "../../db/records/read.ts";
import type { ListedRowIn, RowIn } from "../../db/records/record.ts";
import { VEHICLE } from "../../db/records/vehicle.ts";
import { vehicles } from "../../db/schema/vehicles.ts";
import type { VehicleQuery } from "./vehicles.schemas.ts";

export type VehicleRow = RowIn<typeof VEHICLE>;
export type ListedVehicleRow = ListedRowIn<typeof VEHICLE>;

/** The vehicles that the actor may see: customers see their own, staff sees all. */
export const visibleTo = (actor: Actor): SQL | undefined => (isStaff(actor) ? undefined : eq(vehicles.customer_id, seesOf(actor)));

/** A subquery for the vehicle as JSON; commands read their answer with it. */
export const vehicleById = (id: number | SQL<number>): SQL<VehicleRow> => rowById(vehicles, VEHICLE.json, id);

/** One vehicle that the actor may see. Throws `not_found` and, to staff, `merged`. */
export const findVehicle = async (db: Db, actor: Actor, id: number): Promise<VehicleRow> => {
  const found = findRow(db, vehicles, VEHICLE.json, and(eq(vehicles.id, id), visibleTo(actor)));
  return isStaff(actor) ? found.catch(orMerged(db, "vehicle", id)) : found;
};

/** One page of the vehicles that the actor may see, filtered by words, by owner or by VIN. */
export const listVehicles = (
  db: Db,
  actor: Actor,
  { q, customer_id, vin }: VehicleQuery,
  request: PageRequest,
): Promise<Page<ListedVehicleRow>> => {
  const ofVin = vin === undefined ? undefined : eq(vehicles.vin, vin);
  const ofOwner = and(visibleTo(actor), customer_id === undefined ? undefined : eq(vehicles.customer_id, customer_id));
  const filters = [ofVin, ofOwner].flatMap((where) => (where === undefined ? [] : [indexed(vehicles, where)]));
  return readPage(db, VEHICLE, q === undefined ? filters : [matching(VEHICLE, q), ...filters], request);
};
