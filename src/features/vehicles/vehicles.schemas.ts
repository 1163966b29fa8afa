import type { z } from "@hono/zod-openapi";
import { VinInput } from "../../db/fields.ts";
import { VEHICLE, Vehicle } from "../../db/records/vehicle.ts";
import { atLeastOneOf, PathId } from "../../http/fields.ts";
import { listOf, listQuery, sortsOf } from "../../http/page.ts";

const { make, model, year } = VEHICLE.input.shape;

/** Only a ticket makes a vehicle without make, model and year; here they are given, and not taken away again. */
const fields = VEHICLE.input
  .pick({ vin: true, color: true, license_plate: true, mileage: true, customer_id: true })
  .extend({ make: make.unwrap().unwrap(), model: model.unwrap().unwrap(), year: year.unwrap().unwrap() })
  .strict();

export const NewVehicle = fields
  .extend({
    customer_id: fields.shape.customer_id.optional().openapi({ description: "The owner. Required for staff; customers may leave it out." }),
  })
  .openapi("NewVehicle");
export type NewVehicle = z.output<typeof NewVehicle>;

export const VehicleChange = atLeastOneOf(fields).openapi("VehicleChange");
export type VehicleChange = z.output<typeof VehicleChange>;

export const VehicleQuery = listQuery(sortsOf(VEHICLE), {
  customer_id: PathId.optional().openapi({
    description: "Only vehicles of this owner. Customers always see their own vehicles only.",
    example: 12,
  }),
  vin: VinInput.optional().openapi({ description: "Only the vehicle with this VIN.", example: "1M8GDM9AXKP042788" }),
});
export type VehicleQuery = z.output<typeof VehicleQuery>;

export const VehicleList = listOf("vehicles", Vehicle).openapi("VehicleList");
