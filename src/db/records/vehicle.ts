import { z } from "@hono/zod-openapi";
import { type SQL, sql } from "drizzle-orm";
import { codeWords, vinWords, wordsOf } from "../../core/search-words.ts";
import { Id, isVin, SerialNumber, Timestamp, text, VIN, wholeNumber } from "../fields.ts";
import { vehicles } from "../schema/vehicles.ts";
import { entityOf } from "./entity.ts";
import { recordOf } from "./record.ts";

/** A mileage as the odometer shows it. */
export const Mileage = wholeNumber(0, 10_000_000);
export const ConfirmMileage = z.boolean().optional().openapi({
  description: "Take a mileage that is below the recorded one, or ten times as high or more.",
});

/** A vehicle whose recorded mileage makes this one unlikely: it falls, or is ten times as high or more. */
export const isUnlikely = (mileage: SQL): SQL =>
  sql`${vehicles.mileage} > ${mileage} or (${vehicles.mileage} > 0 and ${vehicles.mileage} * 10 <= ${mileage})`;

/** A vehicle whose mileage a reading replaces, since it is higher. */
export const isBelow = (mileage: SQL | number): SQL => sql`coalesce(${vehicles.mileage}, -1) < ${mileage}`;

export const VEHICLE = entityOf(
  "vehicle",
  recordOf(vehicles, {
    id: { use: "shown", audited: true, type: Id, example: 12 },
    vin: { use: "shown", audited: true, input: true, searched: vinWords, type: VIN, example: "1M8GDM9AXKP042788" },
    serial_number: { use: "shown", audited: true, input: true, searched: codeWords, type: SerialNumber, example: null },
    make: { use: "shown", audited: true, input: true, searched: wordsOf, type: text(60), example: "Toyota" },
    model: { use: "shown", audited: true, input: true, searched: wordsOf, type: text(60), example: "Corolla" },
    year: { use: "shown", audited: true, input: true, type: wholeNumber(1886, 2100), example: 2019 },
    color: { use: "shown", audited: true, input: true, type: text(40), example: "blue" },
    license_plate: { use: "shown", audited: true, input: true, searched: codeWords, type: text(20), example: "ADA 42" },
    description: { use: "shown", audited: true, input: true, searched: wordsOf, type: text(200), example: null },
    mileage: { use: "shown", audited: true, input: true, type: Mileage, example: 61_500 },
    stated_mileage: { use: "hidden", audited: true },
    customer_id: { use: "shown", audited: true, input: true, type: Id, example: 12 },
    claimed: { use: "hidden", audited: true },
    search_terms: { use: "hidden" },
    version: { use: "hidden" },
    created_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
    updated_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
  }),
  { counter: "vehicles", newestFirst: true, sorts: { id: vehicles.id, created_at: vehicles.created_at } },
);

/** The same fields with a number that is no VIN as the serial number. */
export const withSerialNumber = <T extends { readonly vin?: string | null | undefined }>(fields: T): T => {
  const { vin } = fields;
  return typeof vin === "string" && !isVin(vin) ? { ...fields, vin: null, serial_number: vin } : fields;
};

/** The vehicle with this VIN, while only an account of a customer says whose it is, and the shop has not worked on it. */
export const isMereClaim = (vin: string): SQL =>
  sql`${vehicles.vin} = ${vin} and ${vehicles.claimed} = 1
    and not exists (select 1 from service_tickets where vehicle_id = ${vehicles.id})`;

/** A vehicle in an answer, by itself or inside its customer. */
export const Vehicle = VEHICLE.answer.openapi("Vehicle");
