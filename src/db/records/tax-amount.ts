import { z } from "@hono/zod-openapi";
import { fromCents } from "../../core/money.ts";
import { fromPpm } from "../../core/percent.ts";
import { Money, Percent, text } from "../fields.ts";
import type { PricedTax } from "../pricing.ts";

/** What a tax comes to, as answers have it. */
export const TaxAmount = z
  .object({
    name: text(120),
    rate: Percent,
    base: Money.openapi({ description: "What the tax falls on." }),
    amount: Money,
  })
  .openapi("TaxAmount");

export const presentTaxAmount = ({ name, rate, base, amount }: PricedTax): z.input<typeof TaxAmount> => ({
  name,
  rate: fromPpm(rate),
  base: fromCents(base),
  amount: fromCents(amount),
});
