import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { id, moments, version } from "../columns.ts";
import { customers } from "./customers.ts";

export const vehicles = sqliteTable(
  "vehicles",
  {
    id: id(),
    vin: text().notNull().unique(),
    make: text(),
    model: text(),
    year: integer(),
    color: text(),
    license_plate: text(),
    mileage: integer(),
    customer_id: integer()
      .notNull()
      .references(() => customers.id, { onDelete: "restrict", onUpdate: "restrict" }),
    version: version(),
    ...moments(),
  },
  (t) => [
    index("vehicles_customer").on(t.customer_id),
    index("vehicles_created_at").on(t.created_at),
    check("vehicles_id_positive", sql`${t.id} > 0`),
    check("vehicles_vin_format", sql`length(${t.vin}) = 17 and ${t.vin} not glob '*[^A-HJ-NPR-Z0-9]*'`),
  ],
);
