import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { MEASURES, type Thousandths, UNITS } from "../../core/quantity.ts";
import { cents, id, moment, moments, searchTerms, thousandths, version } from "../columns.ts";
import { words } from "./words.ts";

/** Parts in stock. `quantity` always equals `balance` in the part's last row of the stock ledger. */
export const parts = sqliteTable(
  "parts",
  {
    id: id(),
    name: text().notNull(),
    part_number: text(),
    /** The folded part number, unique; null where the same number was asked for twice. */
    part_number_key: text().unique(),
    unit: text({ enum: UNITS }).notNull().default("each"),
    category: text(),
    price: cents().notNull(),
    cost: cents(),
    quantity: thousandths()
      .notNull()
      .default(0 as Thousandths),
    /** Null: nobody watches the stock of the part. */
    reorder_point: thousandths(),
    /** When the part went out of the range: it is neither sold nor ordered any more. */
    retired_at: moment(),
    version: version(),
    ...moments(),
    search_terms: searchTerms(),
  },
  (t) => [
    index("parts_name").on(sql`${t.search_terms} ->> 'name'`, t.id),
    index("parts_price").on(t.price),
    index("parts_quantity").on(t.quantity),
    index("parts_category").on(sql`${t.search_terms} ->> 'category'`),
    index("parts_low_stock").on(t.id).where(sql`${t.quantity} <= ${t.reorder_point} and ${t.retired_at} is null`),
    // In these words, so that SQLite takes it for no other question than whether a part is in use.
    index("parts_in_use").on(t.id).where(sql`ifnull(${t.retired_at}, '') = ''`),
    index("parts_retired").on(t.id).where(sql`${t.retired_at} is not null`),
    check("parts_id_positive", sql`${t.id} > 0`),
    check("parts_quantity_not_negative", sql`${t.quantity} >= 0`),
    check("parts_price_range", sql`${t.price} between 0 and 999999999`),
    check("parts_cost_range", sql`${t.cost} between 0 and 999999999`),
    check("parts_unit_known", sql`${t.unit} in (${words(UNITS)})`),
    check(
      "parts_whole_units",
      // In this order: SQLite looks words up in a table of its own, which D1 counts as a row.
      sql`(${t.quantity} % 1000 = 0 and ifnull(${t.reorder_point} % 1000, 0) = 0) or ${t.unit} in (${words(MEASURES)})`,
    ),
    check("parts_reorder_point_not_negative", sql`${t.reorder_point} >= 0`),
  ],
);

export const MOVEMENT_KINDS = ["taken", "returned", "received", "corrected"] as const;

/** The stock ledger: one row per change of stock, append-only. It has no foreign keys, since its rows outlive parts and tickets. */
export const stockMovements = sqliteTable(
  "stock_movements",
  {
    // Rows are never deleted, so ids are never reused, even without AUTOINCREMENT.
    id: integer().primaryKey(),
    at: moment().notNull(),
    inventory_id: integer().notNull(),
    kind: text({ enum: MOVEMENT_KINDS }).notNull(),
    quantity: thousandths().notNull(),
    balance: thousandths().notNull(),
    service_ticket_id: integer(),
    reason: text(),
    user_id: integer(),
    role: text(),
  },
  (t) => [
    index("stock_movements_part").on(t.inventory_id, t.id),
    check("stock_movements_id_positive", sql`${t.id} > 0`),
    check("stock_movements_kind_known", sql`${t.kind} in ('taken', 'returned', 'received', 'corrected')`),
  ],
);
