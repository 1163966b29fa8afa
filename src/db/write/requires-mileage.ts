import { type SQL, sql } from "drizzle-orm";
import { isUnlikely } from "../records/vehicle.ts";
import { vehicles } from "../schema/vehicles.ts";
import { type Precondition, requires } from "./commit.ts";

interface Reading {
  /** Null and undefined are no reading; an expression is read before the write. */
  readonly mileage?: number | SQL | null | undefined;
  readonly confirm_mileage?: boolean | undefined;
}

/**
 * The reading is likely for this vehicle, or confirmed; else the write fails with `mileage_unlikely`.
 * @param isKnown true where the reading is no new one, which nobody has to confirm again
 */
export const requiresLikelyMileage = (isVehicle: SQL, { mileage, confirm_mileage }: Reading, isKnown: SQL = sql`false`): Precondition[] => {
  if (mileage === undefined || mileage === null || confirm_mileage) return [];
  const sent = sql`cast(${mileage} as integer)`;
  const unlikely = sql`from ${vehicles} where ${isVehicle} and (${isUnlikely(sent)})`;
  const details = sql`(select json_object('recorded', ${vehicles.mileage}, 'sent', ${sent}) ${unlikely})`;
  return [requires("mileage_unlikely", sql`${isKnown} or not exists (select 1 ${unlikely})`, details)];
};
