import type { z } from "@hono/zod-openapi";
import { text } from "../../db/fields.ts";
import { atLeastOneOf, queryInteger } from "../../http/fields.ts";
import { listOf, listQuery } from "../../http/page.ts";
import { movementInput, movementRow, partInput, partRow } from "../../http/rows.ts";

export const Part = partRow
  .pick({
    id: true,
    name: true,
    part_number: true,
    category: true,
    price: true,
    cost: true,
    quantity: true,
    reorder_point: true,
    created_at: true,
    updated_at: true,
  })
  .openapi("Part");

const fields = partInput
  .pick({ name: true, part_number: true, category: true, price: true, cost: true, quantity: true, reorder_point: true })
  .strict();
const { reason } = movementInput.shape;

export const NewPart = fields.openapi("NewPart");
export type NewPart = z.output<typeof NewPart>;

export const PartChange = atLeastOneOf(
  fields.extend({ reason: reason.openapi({ description: "Why the quantity is corrected: needed with `quantity`, and only there." }) }),
).openapi("PartChange");
export type PartChange = z.output<typeof PartChange>;

export const Receipt = movementInput
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

export const PartQuery = listQuery(["id", "name", "price", "quantity"], {
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

export const Movement = movementRow
  .pick({
    id: true,
    at: true,
    inventory_id: true,
    kind: true,
    quantity: true,
    balance: true,
    service_ticket_id: true,
    reason: true,
    user_id: true,
    role: true,
  })
  .openapi("Movement", { description: "One change of a part's stock: `quantity` is what it adds, `balance` what there is after it." });

export const MovementQuery = listQuery(["id"], {});
export const MovementList = listOf("movements", Movement).openapi("MovementList");

export const partExample = {
  id: 12,
  name: "Brake pad, front",
  part_number: "BP-2041",
  category: "Brakes",
  price: 49.9,
  cost: 31.5,
  quantity: 8,
  reorder_point: 4,
  created_at: "2026-11-20T09:30:00.000Z",
  updated_at: "2026-11-20T09:30:00.000Z",
};

export const newPartExample = {
  name: "Brake pad, front",
  part_number: "BP-2041",
  category: "Brakes",
  price: 49.9,
  cost: 31.5,
  quantity: 8,
  reorder_point: 4,
};

export const movementExample = {
  id: 31,
  at: "2026-11-20T09:30:00.000Z",
  inventory_id: 12,
  kind: "taken",
  quantity: -2,
  balance: 6,
  service_ticket_id: 7,
  reason: null,
  user_id: 3,
  role: "mechanic",
};
