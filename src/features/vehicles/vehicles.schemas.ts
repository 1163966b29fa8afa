import type { z } from "@hono/zod-openapi";
import { Vin } from "../../db/fields.ts";
import { atLeastOneOf, PathId } from "../../http/fields.ts";
import { Vehicle } from "../../http/nested.ts";
import { listOf, listQuery } from "../../http/page.ts";
import { vehicleInput } from "../../http/rows.ts";

const { make, model, year } = vehicleInput.shape;

/** Only a ticket makes a vehicle without make, model and year; here they are given, and not taken away again. */
const fields = vehicleInput
  .pick({ vin: true, color: true, license_plate: true, mileage: true, customer_id: true })
  .extend({ make: make.unwrap().unwrap(), model: model.unwrap().unwrap(), year: year.unwrap().unwrap() })
  .strict();

export const NewVehicle = fields
  .extend({ customer_id: fields.shape.customer_id.optional().openapi({ description: "The owner; a customer may leave itself out." }) })
  .openapi("NewVehicle");
export type NewVehicle = z.output<typeof NewVehicle>;

export const VehicleChange = atLeastOneOf(fields).openapi("VehicleChange");
export type VehicleChange = z.output<typeof VehicleChange>;

export const VEHICLE_SORTS = ["id", "created_at"] as const;

export const VehicleQuery = listQuery(VEHICLE_SORTS, {
  customer_id: PathId.optional().openapi({ description: "The owner; a customer sees its own vehicles only.", example: 12 }),
  vin: Vin.optional().openapi({ description: "The vehicle with this VIN.", example: "1M8GDM9AXKP042788" }),
});
export type VehicleQuery = z.output<typeof VehicleQuery>;

export const VehicleList = listOf("vehicles", Vehicle).openapi("VehicleList");

export const vehicleExample = {
  id: 12,
  vin: "1M8GDM9AXKP042788",
  make: "Toyota",
  model: "Corolla",
  year: 2019,
  color: "blue",
  license_plate: "ADA 42",
  mileage: 61_500,
  customer_id: 12,
  created_at: "2026-11-20T09:30:00.000Z",
  updated_at: "2026-11-20T09:30:00.000Z",
};
