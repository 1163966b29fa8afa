import { z } from "@hono/zod-openapi";
import { Quantity } from "../../db/fields.ts";
import { Discount, DiscountInput } from "../../db/records/discount.ts";
import { fieldsOfKind, isGiven } from "../../db/records/line-fields.ts";
import { TICKET_LINE } from "../../db/records/ticket-line.ts";
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

/** A change names one of the two prices, beside which the other may be null, or neither. */
const hasOnePrice = ({ unit_price, flat_amount }: { readonly unit_price?: unknown; readonly flat_amount?: unknown }): boolean =>
  (unit_price === undefined && flat_amount === undefined) || isGiven(unit_price) !== isGiven(flat_amount);

/** A line that comes with its job. */
export const NewJobLine = fields.omit({ job_id: true }).strict().superRefine(fieldsOfKind).openapi("NewJobLine");
export type NewJobLine = z.output<typeof NewJobLine>;

export const NewLine = fields.strict().superRefine(fieldsOfKind).openapi("NewTicketLine");
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
