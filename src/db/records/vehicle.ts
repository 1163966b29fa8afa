import { Id, Timestamp, text, VIN, wholeNumber } from "../fields.ts";
import { vehicles } from "../schema/vehicles.ts";
import { entityOf } from "./entity.ts";
import { recordOf } from "./record.ts";

/** The reading of an odometer. */
export const Mileage = wholeNumber(0, 10_000_000);

export const VEHICLE = entityOf(
  "vehicle",
  recordOf(vehicles, {
    id: { use: "shown", audited: true, type: Id, example: 12 },
    vin: { use: "shown", audited: true, input: true, type: VIN, example: "1M8GDM9AXKP042788" },
    make: { use: "shown", audited: true, input: true, type: text(60), example: "Toyota" },
    model: { use: "shown", audited: true, input: true, type: text(60), example: "Corolla" },
    year: { use: "shown", audited: true, input: true, type: wholeNumber(1886, 2100), example: 2019 },
    color: { use: "shown", audited: true, input: true, type: text(40), example: "blue" },
    license_plate: { use: "shown", audited: true, input: true, type: text(20), example: "ADA 42" },
    mileage: { use: "shown", audited: true, input: true, type: Mileage, example: 61_500 },
    customer_id: { use: "shown", audited: true, input: true, type: Id, example: 12 },
    version: { use: "hidden" },
    created_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
    updated_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
  }),
  { counter: "vehicles", sorts: { id: vehicles.id, created_at: vehicles.created_at } },
);

/** A vehicle in an answer, alone or inside its customer. */
export const Vehicle = VEHICLE.answer.openapi("Vehicle");
