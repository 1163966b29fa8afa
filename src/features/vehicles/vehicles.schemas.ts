import type { z } from "@hono/zod-openapi";
import { isVin, text, VinInput } from "../../db/fields.ts";
import { ConfirmMileage, VEHICLE, Vehicle } from "../../db/records/vehicle.ts";
import { atLeastOneOf, PathId } from "../../http/fields.ts";
import { listOf, listQuery, sortsOf } from "../../http/page.ts";

const { make, model, year } = VEHICLE.input.shape;

/** Make, model and year cannot be removed. Only a vehicle without a VIN, or one that a ticket creates, may lack them. */
const fields = VEHICLE.input
  .extend({ make: make.unwrap().unwrap(), model: model.unwrap().unwrap(), year: year.unwrap().unwrap() })
  .strict();

const hasNumber = ({ vin, serial_number, license_plate, description }: Readonly<Record<string, unknown>>): boolean =>
  [vin, serial_number, license_plate, description].some((value) => typeof value === "string");
const isModern = ({ vin }: { readonly vin?: string | null | undefined }): boolean => typeof vin === "string" && isVin(vin);

export const NewVehicle = fields
  .extend({
    make: fields.shape.make.optional(),
    model: fields.shape.model.optional(),
    year: fields.shape.year.optional(),
    customer_id: fields.shape.customer_id.optional().openapi({ description: "The owner. Required for staff; customers may leave it out." }),
  })
  .refine(hasNumber, {
    path: ["vin"],
    params: { code: "required" },
    message: "Send a VIN, a serial number, a licence plate or a description.",
  })
  .superRefine((body, { addIssue }) => {
    const missing = (["make", "model", "year"] as const).filter((name) => isModern(body) && body[name] === undefined);
    for (const name of missing)
      addIssue({
        code: "custom",
        path: [name],
        params: { code: "required" },
        message: "A vehicle with a VIN has a make, a model and a year.",
      });
  })
  .openapi("NewVehicle", {
    description: "A vehicle with a VIN needs make, model and year; any other a serial number, plate or description.",
  });
export type NewVehicle = z.output<typeof NewVehicle>;

export const VehicleChange = atLeastOneOf(fields.extend({ confirm_mileage: ConfirmMileage }).strict()).openapi("VehicleChange");
export type VehicleChange = z.output<typeof VehicleChange>;

export const VehicleQuery = listQuery(sortsOf(VEHICLE), {
  q: text(100).optional().openapi({
    description:
      "Each word must begin a word of the plate, the VIN, its last 8 characters, the serial number, make, model or description, in any order.",
    example: "toyota ada42",
  }),
  customer_id: PathId.optional().openapi({
    description: "Only vehicles of this owner. Customers always see their own vehicles only.",
    example: 12,
  }),
  vin: VinInput.optional().openapi({ description: "Only the vehicle with this VIN.", example: "1M8GDM9AXKP042788" }),
});
export type VehicleQuery = z.output<typeof VehicleQuery>;

export const VehicleList = listOf("vehicles", Vehicle).openapi("VehicleList");
