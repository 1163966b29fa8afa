import { z } from "@hono/zod-openapi";
import { CalendarDate, Count, Id, longText, Money, oneOf, Percent, Quantity, Timestamp, text, wholeNumber } from "../../db/fields.ts";
import { ESTIMATE } from "../../db/records/estimate.ts";
import { TaxAmount } from "../../db/records/tax-amount.ts";
import { CONDITIONS, FEE_KINDS, LINE_KINDS } from "../../db/schema/ticket-lines.ts";
import { PathId, queryBoolean } from "../../http/fields.ts";
import { inOrder, listOf, listQuery, MAX_IN_RECORD, sortsOf } from "../../http/page.ts";

export const ESTIMATE_STATUSES = ["current", "superseded", "expired"] as const;
export type EstimateStatus = (typeof ESTIMATE_STATUSES)[number];

const shownText = longText(5_000).nullable();

const Discount = z.object({ percent: Percent.optional(), amount: Money.optional(), reason: text(200).optional() });

export const EstimateLine = z
  .object({
    id: Id,
    job_id: Id.nullable(),
    kind: oneOf(LINE_KINDS),
    description: text(300),
    inventory_id: Id.nullable(),
    part_number: text(60).nullable(),
    condition: oneOf(CONDITIONS).nullable(),
    fee_kind: oneOf(FEE_KINDS).nullable(),
    provider: text(120).nullable(),
    quantity: Quantity,
    unit_price: Money.nullable(),
    flat_amount: Money.nullable(),
    discount: Discount.nullable(),
    taxable: z.boolean(),
    gross: Money,
    discount_amount: Money,
    net: Money.openapi({ description: "After the line's discount, before its share of the ticket's." }),
    discount_share: Money.openapi({ description: "The line's share of the ticket's discount." }),
  })
  .openapi("EstimateLine");

export const EstimateJob = z
  .object({
    id: Id,
    title: text(200),
    by_line: z.boolean().openapi({ description: "Its lines are decided one by one; else all of them together." }),
    concern: shownText,
    note: shownText,
    lines: z.array(EstimateLine).max(MAX_IN_RECORD),
  })
  .openapi("EstimateJob");

const Tally = z.object({ lines: Count, net: Money });

/** An estimate in a list. */
export const EstimateSummary = ESTIMATE.listedAnswer
  .extend({
    status: oneOf(ESTIMATE_STATUSES).openapi({
      description: "`superseded` by a newer one of the ticket, else `expired` after its last day. Only a `current` one can be decided on.",
    }),
    customer: z.object({ id: Id, name: text(120) }),
    vehicle: z
      .object({
        id: Id,
        vin: text(40).nullable(),
        serial_number: text(40).nullable(),
        make: text(60).nullable(),
        model: text(60).nullable(),
        year: wholeNumber(1886, 2100).nullable(),
        color: text(40).nullable(),
        license_plate: text(20).nullable(),
        description: text(200).nullable(),
        mileage: wholeNumber(0, 10_000_000).nullable(),
      })
      .nullable(),
    discount: Discount.nullable(),
    taxes: z.array(TaxAmount).max(MAX_IN_RECORD),
    decisions: z.object({ approved: Tally, declined: Tally, open: Tally }).openapi({
      description: "How its lines stand now. A line that was changed since is open, and so is one that costs more than was approved.",
    }),
  })
  .openapi("EstimateSummary");

export const Estimate = EstimateSummary.extend({
  shop: z.object({
    name: text(200),
    legal_name: shownText,
    address: shownText,
    phone: shownText,
    email: shownText,
    registration_number: shownText,
    tax_number: shownText,
    epa_number: shownText,
    currency: text(3),
    text: shownText,
  }),
  jobs: z.array(EstimateJob).max(MAX_IN_RECORD),
  lines: z.array(EstimateLine).max(MAX_IN_RECORD).openapi({ description: "Lines without a job." }),
}).openapi("Estimate");

export const EstimateList = listOf("estimates", EstimateSummary).openapi("EstimateList");

export const EstimateQuery = inOrder(
  listQuery(sortsOf(ESTIMATE), {
    service_ticket_id: PathId.optional(),
    customer_id: PathId.optional(),
    status: oneOf(ESTIMATE_STATUSES).optional(),
    superseded: queryBoolean.optional().openapi({ description: "Whether a newer one of the ticket has taken its place." }),
    from: CalendarDate.optional().openapi({ description: "First date. With dates, estimates are sorted by them." }),
    to: CalendarDate.optional().openapi({ description: "Last date." }),
  }),
);
export type EstimateQuery = z.output<typeof EstimateQuery>;

export const NewEstimate = z
  .strictObject({ message: longText(2_000).nullish().openapi({ description: "To the customer." }) })
  .openapi("NewEstimate");
export type NewEstimate = z.output<typeof NewEstimate>;

/** A line that a customer has declined. */
export const DeclinedLine = z
  .object({
    line_id: Id,
    service_ticket_id: Id,
    estimate_id: Id,
    description: text(300),
    net: Money.openapi({ description: "As it was shown." }),
    at: Timestamp,
    person_name: text(120),
  })
  .openapi("DeclinedLine");

export const DeclinedList = listOf("declined", DeclinedLine).openapi("DeclinedList");
