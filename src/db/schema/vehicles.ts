import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { id, moments, searchTerms, version } from "../columns.ts";
import { customers } from "./customers.ts";

export const vehicles = sqliteTable(
  "vehicles",
  {
    id: id(),
    /** 17 characters; older cars, trailers and engines have a serial number, a plate or a description instead. */
    vin: text().unique(),
    serial_number: text(),
    make: text(),
    model: text(),
    year: integer(),
    color: text(),
    license_plate: text(),
    description: text(),
    /** The highest reading, of the record itself or of a ticket, unless a lower one was confirmed. */
    mileage: integer(),
    /** What the record itself was given, whatever tickets have read. */
    stated_mileage: integer(),
    customer_id: integer()
      .notNull()
      .references(() => customers.id, { onDelete: "restrict", onUpdate: "restrict" }),
    /** 1 while only the word of a customer's own account stands for whose it is. */
    claimed: integer().notNull().default(0),
    version: version(),
    ...moments(),
    search_terms: searchTerms(),
  },
  (t) => [
    index("vehicles_customer").on(t.customer_id),
    index("vehicles_created_at").on(t.created_at),
    check("vehicles_id_positive", sql`${t.id} > 0`),
    check("vehicles_identified", sql`coalesce(${t.vin}, ${t.serial_number}, ${t.license_plate}, ${t.description}) is not null`),
    check("vehicles_claimed_known", sql`${t.claimed} in (0, 1)`),
    check("vehicles_vin_format", sql`length(${t.vin}) = 17 and ${t.vin} not glob '*[^A-HJ-NPR-Z0-9]*'`),
  ],
);
