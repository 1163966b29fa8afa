import type { z } from "@hono/zod-openapi";
import { text } from "../../db/fields.ts";
import { PART } from "../../db/records/part.ts";
import { STOCK_MOVEMENT } from "../../db/records/stock-movement.ts";
import { atLeastOneOf, queryInteger } from "../../http/fields.ts";
import { listOf, listQuery, sortsOf } from "../../http/page.ts";

export const Part = PART.staffAnswer.openapi("Part");

const fields = PART.input.required({ quantity: true }).strict();
const reason = STOCK_MOVEMENT.input.shape.reason.unwrap().unwrap();

export const NewPart = fields.openapi("NewPart");
export type NewPart = z.output<typeof NewPart>;

export const PartChange = atLeastOneOf(
  fields.extend({ reason: reason.openapi({ description: "Why the quantity is corrected: needed with `quantity`, and only there." }) }),
).openapi("PartChange");
export type PartChange = z.output<typeof PartChange>;

export const Receipt = STOCK_MOVEMENT.input
  .pick({ quantity: true })
  .extend({ reason: reason.optional() })
  .strict()
  .openapi("Receipt", { description: "What came in." });
export type Receipt = z.output<typeof Receipt>;

export const Correction = fields
  .pick({ quantity: true })
  .extend({ reason })
  .openapi("Correction", { description: "The quantity that was counted, and why it is not the one on record." });
export type Correction = z.output<typeof Correction>;

export const PartQuery = listQuery(sortsOf(PART), {
  q: text(100).optional().openapi({ description: "Begins a word of the name, or the part number.", example: "brake" }),
  category: text(60).optional().openapi({ description: "Exactly this category.", example: "Brakes" }),
});
export type PartQuery = z.output<typeof PartQuery>;

export const LowStockQuery = listQuery(["id", "quantity"], {
  threshold: queryInteger(0, 1_000_000)
    .optional()
    .openapi({ description: "At most this quantity, whatever the reorder points are; sorted by quantity.", example: 5 }),
});

export const PartList = listOf("inventory", Part).openapi("PartList");

export const Movement = STOCK_MOVEMENT.answer.openapi("Movement", {
  description: "One change of a part's stock: `quantity` is what it adds, `balance` what there is after it.",
});

export const MovementQuery = listQuery(["id"], {});
export const MovementList = listOf("movements", Movement).openapi("MovementList");

const { name, part_number, category, price, cost, quantity, reorder_point } = PART.example;
export const newPartExample = { name, part_number, category, price, cost, quantity, reorder_point };
