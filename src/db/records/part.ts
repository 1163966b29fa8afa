import { UNITS } from "../../core/quantity.ts";
import { codeWords, wordsOf } from "../../core/search-words.ts";
import { Id, MONEY, oneOf, quantity, Timestamp, text } from "../fields.ts";
import { byWords } from "../list/search.ts";
import { parts } from "../schema/inventory.ts";
import { entityOf } from "./entity.ts";
import { recordOf } from "./record.ts";

const stock = quantity(0);

export const PART = entityOf(
  "part",
  recordOf(parts, {
    id: { use: "shown", audited: true, type: Id, example: 12 },
    name: { use: "shown", audited: true, input: true, searched: wordsOf, type: text(120), example: "Brake pad, front" },
    part_number: { use: "shown", audited: true, input: true, searched: codeWords, type: text(60), example: "BP-2041" },
    part_number_key: { use: "hidden" },
    unit: { use: "shown", audited: true, input: true, type: oneOf(UNITS), example: "each" },
    category: { use: "shown", audited: true, input: true, searched: wordsOf, type: text(60), example: "Brakes" },
    price: { use: "shown", audited: true, input: true, money: true, type: MONEY, example: 49.9 },
    cost: { use: "staff", audited: true, input: true, money: true, type: MONEY, example: 31.5 },
    quantity: { use: "shown", audited: true, input: true, quantity: true, type: stock, example: 8 },
    reorder_point: { use: "shown", audited: true, input: true, quantity: true, type: stock, example: 4 },
    retired_at: { use: "shown", audited: true, type: Timestamp, example: null },
    search_terms: { use: "hidden" },
    version: { use: "hidden" },
    created_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
    updated_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
  }),
  {
    counter: "inventory",
    sorts: { id: parts.id, name: byWords("name"), price: parts.price, quantity: parts.quantity },
  },
);
