import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { cents, flag, id, moments, ppm, searchTerms, thousandths, version } from "../columns.ts";
import { parts } from "./inventory.ts";
import { CONDITIONS, FEE_KINDS, LINE_KINDS } from "./ticket-lines.ts";
import { isOneOf } from "./words.ts";

/** Jobs that a shop sells again and again. */
export const servicePackages = sqliteTable(
  "service_packages",
  {
    id: id(),
    name: text().notNull(),
    category: text(),
    /** The customer reads it as the note of the job. */
    note: text(),
    version: version(),
    ...moments(),
    search_terms: searchTerms(),
  },
  (t) => [
    index("service_packages_name").on(sql`${t.search_terms} ->> 'name'`, t.id),
    index("service_packages_category").on(sql`${t.search_terms} ->> 'category'`),
    check("service_packages_id_positive", sql`${t.id} > 0`),
  ],
);

/** The lines of a package. What has no price is sold at that of the stock, or at the shop's rate. */
export const servicePackageLines = sqliteTable(
  "service_package_lines",
  {
    id: integer().primaryKey(),
    service_package_id: integer()
      .notNull()
      .references(() => servicePackages.id, { onDelete: "cascade", onUpdate: "restrict" }),
    position: integer().notNull(),
    kind: text({ enum: LINE_KINDS }).notNull(),
    /** Null: the name of the part in stock. */
    description: text(),
    inventory_id: integer().references(() => parts.id, { onDelete: "restrict", onUpdate: "restrict" }),
    part_number: text(),
    condition: text({ enum: CONDITIONS }),
    fee_kind: text({ enum: FEE_KINDS }),
    provider: text(),
    quantity: thousandths().notNull(),
    unit_price: cents(),
    flat_amount: cents(),
    unit_cost: cents(),
    discount_percent: ppm(),
    discount_value: cents(),
    taxable: flag().notNull().default(true),
  },
  (t) => [
    index("service_package_lines_package").on(t.service_package_id, t.position),
    index("service_package_lines_part").on(t.inventory_id).where(sql`${t.inventory_id} is not null`),
    check("service_package_lines_id_positive", sql`${t.id} > 0`),
    check("service_package_lines_kind_known", isOneOf(t.kind, LINE_KINDS)),
    check("service_package_lines_quantity_range", sql`${t.quantity} between 1 and 1000000000`),
    check("service_package_lines_one_price", sql`${t.unit_price} is null or ${t.flat_amount} is null`),
    check("service_package_lines_one_discount", sql`${t.discount_percent} is null or ${t.discount_value} is null`),
    check("service_package_lines_condition_known", isOneOf(t.condition, CONDITIONS)),
    check("service_package_lines_fee_known", isOneOf(t.fee_kind, FEE_KINDS)),
  ],
);
