import { z } from "@hono/zod-openapi";
import { type Cents, fromCents } from "../../core/money.ts";
import { fromPpm, type Ppm } from "../../core/percent.ts";
import { Money, MoneyInput, Percent, PercentInput, text } from "../fields.ts";

/** What is taken off a line or a whole ticket: a percentage or an amount, one of the two. */

const ONE_OF_TWO = "Send either 'percent' or 'amount'.";

/** A discount in answers. */
export const Discount = z.object({ percent: Percent.optional(), amount: Money.optional() });

const fields = {
  percent: PercentInput.refine((ppm) => ppm > 0, { message: "Must be more than 0." }).optional(),
  amount: MoneyInput.refine((cents) => cents > 0, { message: "Must be more than 0." }).optional(),
};
const isOne = ({ percent, amount }: { readonly percent?: Ppm | undefined; readonly amount?: Cents | undefined }): boolean =>
  (percent === undefined) !== (amount === undefined);

/** A discount in requests. Strict: exactly one of the two, and more than nothing. */
export const DiscountInput = z.strictObject(fields).refine(isOne, { message: ONE_OF_TWO });

/** The discount of a ticket in requests, with its reason. */
export const TicketDiscountInput = z
  .strictObject({ ...fields, reason: text(200) })
  .refine(isOne, { message: ONE_OF_TWO })
  .openapi("TicketDiscountInput");

interface Columns {
  readonly discount_percent: Ppm | null;
  readonly discount_value: Cents | null;
}

/** The columns of a discount that is sent; those of none for null. */
export const discountColumns = (discount: z.output<typeof DiscountInput> | null): Columns => ({
  discount_percent: discount?.percent ?? null,
  discount_value: discount?.amount ?? null,
});

/** The discount in these columns as answers have it, or null. */
export const presentDiscount = ({ discount_percent, discount_value }: Columns): z.input<typeof Discount> | null => {
  if (discount_percent !== null) return { percent: fromPpm(discount_percent) };
  return discount_value === null ? null : { amount: fromCents(discount_value) };
};
