import { z } from "@hono/zod-openapi";
import { text } from "../../db/fields.ts";
import { PART } from "../../db/records/part.ts";
import { STOCK_MOVEMENT } from "../../db/records/stock-movement.ts";
import { atLeastOneOf, queryBoolean, queryInteger } from "../../http/fields.ts";
import { listOf, listQuery, sortsOf } from "../../http/page.ts";

export const Part = PART.staffAnswer.openapi("Part");

const fields = PART.staffInput
  .required({ quantity: true })
  .extend({
    allow_duplicate: z.boolean().optional().openapi({ description: "Take the part number though another part has it." }),
  })
  .strict();
const reason = STOCK_MOVEMENT.input.shape.reason.unwrap().unwrap();

export const NewPart = fields.openapi("NewPart");
export type NewPart = z.output<typeof NewPart>;

export const PartChange = atLeastOneOf(
  fields.extend({
    retired: z.boolean().openapi({
      description: "Whether the part is out of the range: it is not listed as low on stock, and goes on no ticket.",
    }),
    reason: reason.openapi({ description: "Why the quantity is corrected. Required with `quantity`, not allowed without it." }),
  }),
).openapi("PartChange");
export type PartChange = z.output<typeof PartChange>;

export const Receipt = STOCK_MOVEMENT.input
  .pick({ quantity: true })
  .extend({ reason: reason.optional() })
  .strict()
  .openapi("Receipt", { description: "The quantity that was received." });
export type Receipt = z.output<typeof Receipt>;

export const Correction = fields
  .pick({ quantity: true })
  .extend({ reason })
  .openapi("Correction", { description: "The quantity that was counted, and why it differs from the recorded one." });
export type Correction = z.output<typeof Correction>;

export const PartQuery = listQuery(sortsOf(PART), {
  q: text(100).optional().openapi({
    description: "Each word must begin a word of the name, the part number or the category, in any order. Marks do not matter.",
    example: "brake",
  }),
  category: text(60).optional().openapi({ description: "Only parts of this category; case and accents do not matter.", example: "Brakes" }),
  retired: queryBoolean.optional().openapi({ description: "Only parts that are retired, or only those that are not. Default: both." }),
});
export type PartQuery = z.output<typeof PartQuery>;

export const LowStockQuery = listQuery(["id", "quantity"], {
  threshold: queryInteger(0, 1_000_000).optional().openapi({
    description: "List parts with at most this quantity instead, whatever their reorder points. Sorted by quantity.",
    example: 5,
  }),
});

export const PartList = listOf("inventory", Part).openapi("PartList");

export const Movement = STOCK_MOVEMENT.staffAnswer.openapi("Movement", {
  description: "One change of a part's stock: `quantity` is the change, `balance` the stock after it.",
});

export const MovementQuery = listQuery(["id"], {});
export const MovementList = listOf("movements", Movement).openapi("MovementList");

const { name, part_number, category, price, cost, quantity, reorder_point } = PART.example;
export const newPartExample = { name, part_number, category, price, cost, quantity, reorder_point };
