import { z } from "@hono/zod-openapi";
import { CalendarDate, Id, oneOf, percent, Timestamp, text } from "../fields.ts";
import { taxes } from "../schema/shop.ts";
import { LINE_KINDS } from "../schema/ticket-lines.ts";
import { entityOf } from "./entity.ts";
import { recordOf } from "./record.ts";

const isEachOnce = (kinds: readonly string[]): boolean => new Set(kinds).size === kinds.length;

const Kinds = z
  .array(oneOf(LINE_KINDS))
  .min(1)
  .max(LINE_KINDS.length)
  .refine(isEachOnce, { message: "Name each kind once." })
  .openapi({ description: "The kinds of lines that it falls on, each once." });

export const TAX = entityOf(
  "tax",
  recordOf(taxes, {
    id: { use: "shown", audited: true, type: Id, example: 3 },
    name: { use: "shown", audited: true, input: true, type: text(60), example: "Sales tax" },
    rate: { use: "shown", audited: true, input: true, percent: true, type: percent(0.0001), example: 9.25 },
    applies_to: { use: "shown", audited: true, input: true, type: Kinds, example: ["part"] },
    valid_from: { use: "shown", audited: true, input: true, type: CalendarDate, example: "2026-01-01" },
    valid_until: {
      use: "shown",
      audited: true,
      input: true,
      type: CalendarDate.openapi({ description: "The last day, or null while no end is known." }),
      example: null,
    },
    version: { use: "hidden" },
    created_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
    updated_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
  }),
  { counter: "taxes", sorts: { id: taxes.id, valid_from: taxes.valid_from } },
);
