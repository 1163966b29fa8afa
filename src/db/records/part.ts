import { sql } from "drizzle-orm";
import { Count, Id, MONEY, Timestamp, text, wholeNumber } from "../fields.ts";
import { parts } from "../schema/inventory.ts";
import { entityOf } from "./entity.ts";
import { recordOf } from "./record.ts";

const stock = { answer: Count, input: wholeNumber(0, 1_000_000) };

export const PART = entityOf(
  "part",
  recordOf(parts, {
    id: { use: "shown", audited: true, type: Id, example: 12 },
    name: { use: "shown", audited: true, input: true, type: text(120), example: "Brake pad, front" },
    part_number: { use: "shown", audited: true, input: true, type: text(60), example: "BP-2041" },
    category: { use: "shown", audited: true, input: true, type: text(60), example: "Brakes" },
    price: { use: "shown", audited: true, input: true, money: true, type: MONEY, example: 49.9 },
    cost: { use: "staff", audited: true, input: true, money: true, type: MONEY, example: 31.5 },
    quantity: { use: "shown", audited: true, input: true, type: stock, example: 8 },
    reorder_point: { use: "shown", audited: true, input: true, type: stock, example: 4 },
    version: { use: "hidden" },
    created_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
    updated_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
  }),
  {
    counter: "inventory",
    sorts: { id: parts.id, name: sql`lower(${parts.name})`, price: parts.price, quantity: parts.quantity },
  },
);
