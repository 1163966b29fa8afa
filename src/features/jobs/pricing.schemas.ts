import { z } from "@hono/zod-openapi";
import { Id, Money, oneOf, Quantity, text } from "../../db/fields.ts";
import { TicketDiscountInput } from "../../db/records/discount.ts";
import { TaxAmount } from "../../db/records/tax-amount.ts";
import { TicketDiscount } from "../../db/records/ticket.ts";
import { TICKET_STATUSES } from "../../db/schema/service-tickets.ts";
import { queryBoolean } from "../../http/fields.ts";
import { MAX_IN_RECORD } from "../../http/page.ts";
import { Job } from "./jobs.schemas.ts";
import { Line } from "./lines.schemas.ts";

const UNMET = ["line_not_approved", "parts_differ", "labor_without_mechanic", "shop_incomplete", "nothing_to_bill", "status"] as const;

const Unmet = z
  .object({
    code: oneOf(UNMET),
    line_id: Id.optional(),
    description: text(300).optional(),
    net: Money.optional(),
    authorized_net: Money.nullable().optional(),
    inventory_id: Id.optional(),
    name: text(300).optional(),
    drawn: Quantity.optional(),
    billed: Quantity.optional(),
    field: oneOf(["name", "address"]).optional(),
    status: oneOf(TICKET_STATUSES).optional(),
  })
  .openapi("Unmet");

export const Pricing = z
  .object({
    lines_net: Money.openapi({ description: "The nets of the lines that count: those that the customer has not declined." }),
    discount_amount: Money.openapi({ description: "What the discount of the ticket takes off." }),
    net: Money,
    taxes: z.array(TaxAmount).max(MAX_IN_RECORD),
    tax: Money,
    total: Money,
    subtotals: z
      .object({ labor: Money, part: Money, sublet: Money, fee: Money })
      .openapi({ description: "Nets by kind, each line without its share of the ticket's discount." }),
    approved: z
      .object({ net: Money, tax: Money, total: Money })
      .openapi({ description: "The same as if only what the customer has approved counted." }),
    discount: TicketDiscount.nullable(),
    jobs: z.array(Job).max(MAX_IN_RECORD),
    lines: z.array(Line).max(MAX_IN_RECORD).openapi({ description: "Lines without a job." }),
    unmet: z
      .array(Unmet)
      .max(MAX_IN_RECORD)
      .optional()
      .openapi({
        description:
          "For staff. What stands in the way of an invoice: a line that the customer has not approved, or more costly than approved; parts of " +
          "which not as much is billed as has left the stock; labour without a mechanic; what the shop has not said of itself; nothing to bill; " +
          "a ticket that is not completed.",
      }),
  })
  .openapi("Pricing");
export type Pricing = z.input<typeof Pricing>;

export const PricingQuery = z.strictObject({
  approved: queryBoolean.optional().openapi({ description: "Sums as if only lines counted that the customer has approved." }),
});

export const DiscountChange = TicketDiscountInput;
export type DiscountChange = z.output<typeof DiscountChange>;
