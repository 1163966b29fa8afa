import { Id, Identifier, oneOf, Quantity, quantity, SignedQuantity, Timestamp, text } from "../fields.ts";
import { MOVEMENT_KINDS, stockMovements } from "../schema/inventory.ts";
import { recordOf } from "./record.ts";

/** A row of the stock ledger. It is not audited, since the ledger is itself a log that cannot be changed. */
export const STOCK_MOVEMENT = recordOf(stockMovements, {
  id: { use: "shown", type: Id, example: 31 },
  at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
  inventory_id: { use: "shown", type: Id, example: 12 },
  kind: { use: "shown", type: oneOf(MOVEMENT_KINDS), example: "taken" },
  quantity: {
    use: "shown",
    input: true,
    quantity: true,
    type: { answer: SignedQuantity, input: quantity(0.001).input },
    example: -2,
  },
  balance: { use: "shown", quantity: true, type: Quantity, example: 6 },
  service_ticket_id: { use: "shown", type: Id, example: 7 },
  reason: { use: "shown", input: true, type: text(300), example: null },
  user_id: { use: "shown", type: Id, example: 3 },
  role: { use: "shown", type: Identifier, example: "mechanic" },
});
