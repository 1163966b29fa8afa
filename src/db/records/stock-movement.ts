import { Count, Id, Identifier, oneOf, Timestamp, text, wholeNumber } from "../fields.ts";
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
    type: { answer: wholeNumber(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER), input: wholeNumber(1, 1_000_000) },
    example: -2,
  },
  balance: { use: "shown", type: Count, example: 6 },
  service_ticket_id: { use: "shown", type: Id, example: 7 },
  reason: { use: "shown", input: true, type: text(300), example: null },
  user_id: { use: "shown", type: Id, example: 3 },
  role: { use: "shown", type: Identifier, example: "mechanic" },
});
