import { z } from "@hono/zod-openapi";
import { LINK_RIGHTS } from "../../core/actor.ts";
import { Id, longText, Money, oneOf, Quantity, Timestamp, text } from "../../db/fields.ts";
import { AUTHORIZATION } from "../../db/records/authorization.ts";
import { DocumentNumber, INVOICE } from "../../db/records/invoice.ts";
import { NESTED } from "../../db/records/read.ts";
import { SHOP } from "../../db/records/shop.ts";
import { TaxAmount } from "../../db/records/tax-amount.ts";
import { LINE_KINDS } from "../../db/schema/ticket-lines.ts";
import { MAX_IN_RECORD } from "../../http/page.ts";
import { Authorization } from "./authorizations.schemas.ts";
import { Estimate, EstimateJob, EstimateLine } from "./estimates.schemas.ts";

const shownText = longText(5_000).nullable();

const Line = EstimateLine.extend({
  decision: oneOf(["open", "approved", "declined"]).openapi({ description: "How it stands now." }),
}).openapi("SharedLine");

const SharedEstimate = Estimate.omit({ shop: true })
  .extend({
    text: shownText,
    jobs: z.array(EstimateJob.extend({ lines: z.array(Line).max(MAX_IN_RECORD) })).max(MAX_IN_RECORD),
    lines: z.array(Line).max(MAX_IN_RECORD).openapi({ description: "Lines without a job." }),
  })
  .openapi("SharedEstimate");

const BilledLine = z
  .object({ id: Id, job_id: Id.nullable(), kind: oneOf(LINE_KINDS), description: text(300), quantity: Quantity, net: Money })
  .openapi("SharedInvoiceLine");

const TOO_LONG = "Null for older documents that would make the answer too long.";

const SharedInvoice = INVOICE.listedAnswer
  .extend({
    overdue: z.boolean(),
    credits: z.object({ id: Id, number: DocumentNumber }).nullable(),
    currency: text(3),
    jobs: z
      .array(z.object({ id: Id, title: text(200), lines: z.array(BilledLine).max(MAX_IN_RECORD) }))
      .max(MAX_IN_RECORD)
      .nullable()
      .openapi({ description: TOO_LONG }),
    lines: z.array(BilledLine).max(MAX_IN_RECORD).nullable().openapi({ description: TOO_LONG }),
    taxes: z.array(TaxAmount).max(MAX_IN_RECORD).nullable().openapi({ description: TOO_LONG }),
  })
  .openapi("SharedInvoice");

const Said = AUTHORIZATION.listedAnswer
  .omit({ contact: true, note: true, address: true })
  .extend({ decisions: Authorization.shape.decisions.nullable().openapi({ description: TOO_LONG }) })
  .openapi("SharedAuthorization");

/** What the holder of a link sees of the ticket: no costs, no notes of the shop, and no addresses or numbers of the customer. */
export const Shared = z
  .object({
    may: oneOf(LINK_RIGHTS),
    expires_at: Timestamp.openapi({ description: "When the link ends." }),
    shop: Estimate.shape.shop
      .omit({ text: true })
      .extend(SHOP.answer.pick({ locale: true, time_zone: true }).shape)
      .openapi({ description: "Its head, and how it writes amounts and times." }),
    estimate: SharedEstimate.nullable().openapi({ description: "The newest one." }),
    invoices: z
      .array(SharedInvoice)
      .max(NESTED)
      .openapi({ description: `The newest ${NESTED}, credit notes among them.` }),
    authorizations: z
      .array(Said)
      .max(NESTED)
      .openapi({ description: `What was decided, the newest ${NESTED}.` }),
  })
  .openapi("Shared");
