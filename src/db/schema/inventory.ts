import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { cents, id, moment, moments, version } from "../columns.ts";

/** Parts in stock. `quantity` always equals `balance` in the part's last row of the stock ledger. */
export const parts = sqliteTable(
  "parts",
  {
    id: id(),
    name: text().notNull(),
    part_number: text(),
    category: text(),
    price: cents().notNull(),
    cost: cents(),
    quantity: integer().notNull().default(0),
    reorder_point: integer().notNull().default(0),
    version: version(),
    ...moments(),
  },
  (t) => [
    index("parts_name").on(sql`lower(${t.name})`, t.id),
    index("parts_price").on(t.price),
    index("parts_quantity").on(t.quantity),
    index("parts_category").on(t.category),
    index("parts_low_stock").on(t.id).where(sql`${t.quantity} <= ${t.reorder_point}`),
    check("parts_id_positive", sql`${t.id} > 0`),
    check("parts_quantity_not_negative", sql`${t.quantity} >= 0`),
    check("parts_price_range", sql`${t.price} between 0 and 999999999`),
    check("parts_cost_range", sql`${t.cost} between 0 and 999999999`),
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
    quantity: integer().notNull(),
    balance: integer().notNull(),
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
