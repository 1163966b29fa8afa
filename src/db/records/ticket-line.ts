import { z } from "@hono/zod-openapi";
import { Id, MONEY, oneOf, quantity, text } from "../fields.ts";
import { CONDITIONS, DECISIONS, FEE_KINDS, LINE_KINDS, ticketLines } from "../schema/ticket-lines.ts";
import { recordOf } from "./record.ts";

const described = (description: string) => ({ answer: MONEY.answer.openapi({ description }), input: MONEY.input });

/** A line of what a ticket sells. It has no audit image of its own: the image of the ticket includes its lines. */
export const TICKET_LINE = recordOf(ticketLines, {
  id: { use: "shown", audited: true, type: Id, example: 3001 },
  service_ticket_id: { use: "hidden" },
  job_id: { use: "shown", audited: true, input: true, type: Id, example: 77 },
  kind: { use: "shown", audited: true, input: true, type: oneOf(LINE_KINDS), example: "part" },
  description: { use: "shown", audited: true, input: true, type: text(300), example: "Brake pads, ceramic" },
  inventory_id: { use: "shown", audited: true, input: true, type: Id, example: 19 },
  part_number: { use: "shown", audited: true, input: true, type: text(60), example: "BP-2041" },
  condition: { use: "shown", audited: true, input: true, type: oneOf(CONDITIONS), example: "new" },
  fee_kind: { use: "shown", audited: true, input: true, type: oneOf(FEE_KINDS), example: null },
  provider: {
    use: "shown",
    audited: true,
    input: true,
    type: text(120).openapi({ description: "Who does the work of a sublet." }),
    example: null,
  },
  mechanic_id: { use: "shown", audited: true, input: true, type: Id, example: null },
  quantity: { use: "shown", audited: true, input: true, quantity: true, type: quantity(0.001), example: 1 },
  unit_price: { use: "shown", audited: true, input: true, money: true, type: MONEY, example: 89.99 },
  flat_amount: { use: "shown", audited: true, input: true, money: true, type: MONEY, example: null },
  unit_cost: { use: "staff", audited: true, input: true, money: true, type: MONEY, example: 52.3 },
  discount_percent: { use: "hidden", audited: true, percent: true },
  discount_value: { use: "hidden", audited: true, money: true },
  taxable: { use: "shown", audited: true, input: true, type: z.boolean(), example: true },
  gross: { use: "shown", money: true, type: described("Quantity times price, or the flat amount."), example: 89.99 },
  discount_amount: { use: "shown", money: true, type: MONEY, example: 0 },
  net: { use: "shown", money: true, type: described("Gross without the line's discount."), example: 89.99 },
  words: { use: "hidden" },
  decision: { use: "shown", audited: true, type: oneOf(DECISIONS), example: "open" },
  authorized_net: {
    use: "shown",
    audited: true,
    money: true,
    type: described("What the customer has said yes to; null unless the line is approved."),
    example: null,
  },
  automatic: {
    use: "shown",
    audited: true,
    type: z.boolean().openapi({ description: "The line stands for parts that left the stock beyond what other lines plan." }),
    example: false,
  },
});
