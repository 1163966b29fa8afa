import { z } from "@hono/zod-openapi";
import { Quantity } from "../../db/fields.ts";
import { Discount, DiscountInput } from "../../db/records/discount.ts";
import { TICKET_LINE } from "../../db/records/ticket-line.ts";
import type { LineKind } from "../../db/schema/ticket-lines.ts";
import { atLeastOneOf, byId, PathId } from "../../http/fields.ts";

export const Line = TICKET_LINE.answer
  .extend({
    discount: Discount.nullable(),
    covered: z.boolean().openapi({
      description:
        "The customer's yes covers the line. Lines of a job that is decided together cover each other: their sum is compared with what was " +
        "approved for it, and none of them is covered while one is open.",
    }),
    drawn: Quantity.nullable().optional().openapi({ description: "For staff. How much of the part has left the stock for this line." }),
  })
  .openapi("TicketLine");

/** The kinds of lines that have a field; all have the others. */
export const KINDS_WITH: Readonly<Record<string, readonly LineKind[]>> = {
  inventory_id: ["part"],
  part_number: ["part"],
  condition: ["part"],
  fee_kind: ["fee"],
  provider: ["sublet"],
  mechanic_id: ["labor"],
  unit_cost: ["part", "sublet"],
};

const input = TICKET_LINE.staffInput;
const fields = input.extend({
  description: input.shape.description.optional().openapi({ description: "Without it, a part from stock has the name that it has there." }),
  quantity: input.shape.quantity.prefault(1).openapi({ description: "Hours, pieces or units; at most three decimals." }),
  unit_price: input.shape.unit_price.openapi({
    description: "Without it and `flat_amount`, labour has the shop's rate, and a part from stock the price that it has there.",
  }),
  flat_amount: input.shape.flat_amount.openapi({ description: "For the whole line, in place of `unit_price`." }),
  discount: DiscountInput.nullable().optional(),
});

interface Sent {
  readonly kind: LineKind;
  readonly [field: string]: unknown;
}

const isSent = (value: unknown): boolean => value !== undefined && value !== null;

/** What is wrong with a new line, each with its field. */
const misfits = (line: Sent): (readonly [field: string, message: string])[] => {
  const { kind } = line;
  const isStocked = kind === "part" && isSent(line.inventory_id);
  const isPriced = isSent(line.unit_price) || isSent(line.flat_amount);
  return [
    ...Object.entries(KINDS_WITH).flatMap(([field, kinds]) =>
      isSent(line[field]) && !kinds.includes(kind) ? [[field, `A line of kind '${kind}' does not have it.`] as const] : [],
    ),
    ...(kind === "part" && !isSent(line.condition) ? [["condition", "Say what the part is: a part has a condition."] as const] : []),
    ...(kind === "fee" && !isSent(line.fee_kind) ? [["fee_kind", "Say what the fee is for."] as const] : []),
    ...(isStocked && line.condition === "customer_supplied"
      ? [["inventory_id", "What the customer supplies does not come from stock."] as const]
      : []),
    ...(isSent(line.unit_price) && isSent(line.flat_amount) ? [["flat_amount", "Send either unit_price or flat_amount."] as const] : []),
    ...(isPriced || kind === "labor" || isStocked ? [] : [["unit_price", "Send unit_price or flat_amount."] as const]),
    ...(isSent(line.description) || isStocked ? [] : [["description", "Say what it is."] as const]),
  ];
};

const fits = (line: Sent, context: z.core.$RefinementCtx): void => {
  for (const [field, message] of misfits(line)) context.addIssue({ code: "custom", path: [field], message, input: line });
};

/** A change names one of the two prices, beside which the other may be null, or neither. */
const hasOnePrice = ({ unit_price, flat_amount }: { readonly unit_price?: unknown; readonly flat_amount?: unknown }): boolean =>
  (unit_price === undefined && flat_amount === undefined) || isSent(unit_price) !== isSent(flat_amount);

/** A line that comes with its job. */
export const NewJobLine = fields.omit({ job_id: true }).strict().superRefine(fits).openapi("NewJobLine");
export type NewJobLine = z.output<typeof NewJobLine>;

export const NewLine = fields.strict().superRefine(fits).openapi("NewTicketLine");
export type NewLine = z.output<typeof NewLine>;

export const LineChange = atLeastOneOf(
  fields.omit({ kind: true }).extend({ description: input.shape.description, quantity: input.shape.quantity }).strict(),
)
  .refine(hasOnePrice, { path: ["flat_amount"], message: "Send either unit_price or flat_amount; a line is never without both." })
  .openapi("TicketLineChange", {
    description:
      "The kind of a line does not change: remove it and add another one. `unit_price` replaces a flat amount, `flat_amount` a price; " +
      "`discount: null` ends the discount. Another kind of part, number, condition or description opens an approved line again.",
  });
export type LineChange = z.output<typeof LineChange>;

export const byLine = byId.extend({ line_id: PathId });
