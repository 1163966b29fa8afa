import { type SQL, sql } from "drizzle-orm";
import { isUnlikely } from "../records/vehicle.ts";
import { vehicles } from "../schema/vehicles.ts";
import { type Precondition, requires } from "./commit.ts";

interface Reading {
  readonly mileage?: number | null | undefined;
  readonly confirm_mileage?: boolean | undefined;
}

/** The reading is likely for this vehicle, or confirmed; else the write fails with `mileage_unlikely`. */
export const requiresLikelyMileage = (isVehicle: SQL, { mileage, confirm_mileage }: Reading): Precondition[] => {
  if (typeof mileage !== "number" || confirm_mileage) return [];
  const unlikely = sql`from ${vehicles} where ${isVehicle} and (${isUnlikely(mileage)})`;
  const details = sql`(select json_object('recorded', ${vehicles.mileage}, 'sent', cast(${mileage} as integer)) ${unlikely})`;
  return [requires("mileage_unlikely", sql`not exists (select 1 ${unlikely})`, details)];
};
