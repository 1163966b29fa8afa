import { and, eq, type SQL, sql } from "drizzle-orm";
import { type Actor, customerOf, isStaff } from "../../core/actor.ts";
import { Failure } from "../../core/errors.ts";
import type { Db } from "../../db/client.ts";
import { jsonObject } from "../../db/json.ts";
import { type Filter, type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { vehicleColumns } from "../../db/nested.ts";
import { vehicles } from "../../db/schema/vehicles.ts";
import type { VehicleQuery } from "./vehicles.schemas.ts";

const record = jsonObject({ ...vehicleColumns, version: vehicles.version });
export type VehicleRow = (typeof record)["_"]["type"];

const listing: Listing<VehicleRow> = {
  table: vehicles,
  record,
  counter: "vehicles",
  sorts: { id: vehicles.id, created_at: vehicles.created_at },
};

/** The vehicles that the actor may see: a customer its own, staff all. */
export const visibleTo = (actor: Actor): SQL | undefined => (isStaff(actor) ? undefined : eq(vehicles.customer_id, customerOf(actor) ?? 0));

/** The vehicle's record as JSON, for a command to read back. */
export const vehicleById = (id: number | SQL<number>): SQL<VehicleRow> =>
  sql<VehicleRow>`(select ${record} from ${vehicles} where ${vehicles.id} = ${id})`;

/** One vehicle that the actor may see. Throws `not_found`. */
export const findVehicle = async (db: Db, actor: Actor, id: number): Promise<VehicleRow> => {
  const found = await db
    .select({ record })
    .from(vehicles)
    .where(and(eq(vehicles.id, id), visibleTo(actor)))
    .get();
  if (!found) throw new Failure("not_found");
  return found.record;
};

/** A filter whose index gives the vehicles by id. */
const byIndex = (where: SQL): Filter => ({ where, lead: { from: vehicles, id: vehicles.id, where, sorts: { id: vehicles.id } } });

/** One page of the vehicles that the actor may see, of one owner or with one VIN when the query says so. */
export const listVehicles = (db: Db, actor: Actor, { customer_id, vin }: VehicleQuery, request: PageRequest): Promise<Page<VehicleRow>> => {
  const ofVin = vin === undefined ? undefined : eq(vehicles.vin, vin);
  const ofOwner = and(visibleTo(actor), customer_id === undefined ? undefined : eq(vehicles.customer_id, customer_id));
  const filters = [ofVin, ofOwner].flatMap((where) => (where === undefined ? [] : [byIndex(where)]));
  return readPage(db, listing, filters, request);
};
