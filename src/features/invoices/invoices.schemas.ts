import { z } from "@hono/zod-openapi";
import { toPpm } from "../../core/percent.ts";
import { CalendarDate, Id, longText, Money, MoneyInput, oneOf, Percent, Quantity, Timestamp, text, wholeNumber } from "../../db/fields.ts";
import { DocumentNumber, INVOICE } from "../../db/records/invoice.ts";
import { INVOICE_LINE } from "../../db/records/invoice-line.ts";
import { INVOICE_TAX } from "../../db/records/invoice-tax.ts";
import { TaxAmount } from "../../db/records/tax-amount.ts";
import { CAPACITIES, CHANNELS, REPLACED_PARTS } from "../../db/schema/estimates.ts";
import { DOCUMENT_KINDS, INVOICE_STATUSES } from "../../db/schema/invoices.ts";
import { CONDITIONS, FEE_KINDS, LINE_KINDS } from "../../db/schema/ticket-lines.ts";
import { PathId, queryBoolean } from "../../http/fields.ts";
import { inOrder, listOf, listQuery, MAX_IN_RECORD, sortsOf } from "../../http/page.ts";

const shownText = longText(5_000).nullable();
const Named = z.object({ id: Id, name: text(120) });
const Document = z.object({ id: Id, number: DocumentNumber });
const Discount = z.object({ percent: Percent.optional(), amount: Money.optional(), reason: text(200).optional() });

const Line = z
  .object({
    id: Id,
    job_id: Id.nullable(),
    kind: oneOf(LINE_KINDS),
    description: text(300),
    mechanic: text(120).nullable().optional().openapi({ description: "Who did the labour." }),
    mechanic_id: Id.nullable().optional().openapi({ description: "For staff." }),
    inventory_id: Id.nullable().optional(),
    part_number: text(60).nullable().optional(),
    condition: oneOf(CONDITIONS).nullable().optional(),
    fee_kind: oneOf(FEE_KINDS).nullable().optional(),
    provider: text(120).nullable().optional(),
    quantity: Quantity,
    unit_price: Money.nullable().optional(),
    flat_amount: Money.nullable().optional(),
    unit_cost: Money.nullable().optional().openapi({ description: "For staff." }),
    discount: Discount.nullable().optional(),
    taxable: z.boolean().optional(),
    gross: Money.optional(),
    discount_amount: Money.optional(),
    discount_share: Money.optional().openapi({ description: "The line's share of the ticket's discount." }),
    net: Money.openapi({ description: "After the line's discount and its share of the ticket's." }),
    taxes: z.array(text(120)).max(MAX_IN_RECORD).openapi({ description: "The names of the taxes that fall on it." }),
  })
  .openapi("InvoiceDocumentLine", { description: "A line of an invoice, or what a credit note takes back of it." });

const Job = z
  .object({
    id: Id,
    title: text(200),
    concern: shownText,
    correction: shownText,
    note: shownText,
    lines: z.array(Line).max(MAX_IN_RECORD),
  })
  .openapi("InvoiceJob");

const Subtotals = z
  .object({ labor: Money, part: Money, sublet: Money, fee: Money })
  .openapi({ description: "Nets by kind, after all discounts." });

/** A document in a list. */
export const InvoiceSummary = INVOICE.listedAnswer
  .extend({
    overdue: z.boolean().openapi({ description: "There is a balance, and the due date is past in the shop's time zone." }),
    credits: Document.extend({
      in_full: z.boolean().openapi({ description: "With this note nothing of the invoice is left." }),
    })
      .nullable()
      .openapi({ description: "The invoice that a credit note corrects." }),
    customer: Named,
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
        mileage_in: wholeNumber(0, 10_000_000).nullable(),
        mileage_out: wholeNumber(0, 10_000_000).nullable(),
      })
      .nullable(),
    currency: text(3),
    po_number: text(60).nullable(),
    promised_at: Timestamp.nullable(),
    completed_at: Timestamp.nullable(),
    subtotals: Subtotals,
  })
  .openapi("InvoiceSummary");

export const Invoice = InvoiceSummary.extend({
  credited_by: z.array(Document.extend({ total: Money })).max(MAX_IN_RECORD),
  estimate_ids: z.array(Id).max(MAX_IN_RECORD),
  seller: z.object({
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
  buyer: Named.extend({
    email: shownText,
    phone: shownText,
    address: shownText,
    tax_exempt_reason: shownText,
    tax_exempt_certificate: shownText,
  }),
  discount: Discount.nullable(),
  jobs: z.array(Job).max(MAX_IN_RECORD),
  lines: z.array(Line).max(MAX_IN_RECORD).openapi({ description: "Lines without a job; of a credit note all that it takes back." }),
  taxes: z.array(TaxAmount).max(MAX_IN_RECORD),
  authorizations: z
    .array(
      z.object({
        id: Id,
        estimate_id: Id,
        at: Timestamp,
        channel: oneOf(CHANNELS),
        person_name: text(120),
        capacity: oneOf(CAPACITIES),
        contact: text(200).nullable(),
        additional_net: Money,
      }),
    )
    .max(MAX_IN_RECORD),
  replaced_parts: oneOf(REPLACED_PARTS).nullable().openapi({ description: "As the customer said last." }),
}).openapi("Invoice");

export const InvoiceList = listOf("invoices", InvoiceSummary).openapi("InvoiceList");

const Day = CalendarDate.optional();

export const InvoiceQuery = inOrder(
  listQuery([...sortsOf(INVOICE), "due_date"], {
    kind: oneOf(DOCUMENT_KINDS).optional(),
    status: oneOf(INVOICE_STATUSES).optional(),
    customer_id: PathId.optional(),
    service_ticket_id: PathId.optional(),
    from: Day.openapi({ description: "First date." }),
    to: Day.openapi({ description: "Last date." }),
    mechanic_id: PathId.optional().openapi({ description: "Who worked on the ticket, or did labour that is billed." }),
    owed: queryBoolean.optional().openapi({ description: "`true`: there is a balance." }),
    overdue: queryBoolean.optional(),
    due_from: Day.openapi({ description: "With a balance, and due on this day or later." }),
    due_to: Day.openapi({ description: "With a balance, and due on this day or before." }),
    refundable: queryBoolean.optional().openapi({ description: "`true`: the shop owes something back." }),
  }),
);
export type InvoiceQuery = z.output<typeof InvoiceQuery>;

export const NewInvoice = z
  .strictObject({
    due_date: CalendarDate.nullish().openapi({ description: "By default as many days later as the shop's payment terms say." }),
    text: longText(2_000).nullish().openapi({ description: "To the customer, beside the shop's own text." }),
  })
  .openapi("NewInvoice");
export type NewInvoice = z.output<typeof NewInvoice>;

export const NewCreditNote = z
  .strictObject({
    reason: text(300),
    lines: z
      .array(
        z.strictObject({
          line_id: Id.openapi({ description: "The id of a line of the invoice." }),
          net: MoneyInput.refine((net) => net > 0, { message: "Must be more than 0." }),
        }),
      )
      .min(1)
      .max(300)
      .refine((lines) => new Set(lines.map(({ line_id }) => line_id)).size === lines.length, { message: "List each line once." })
      .nullish()
      .openapi({ description: "What to take back, without taxes. By default all that is left." }),
  })
  .openapi("NewCreditNote");
export type NewCreditNote = z.output<typeof NewCreditNote>;

export const SoldLine = INVOICE_LINE.staffAnswer.openapi("InvoiceLine");
export const SoldLineList = listOf("invoice_lines", SoldLine).openapi("InvoiceLineList");
export const COSTS = ["known", "unknown"] as const;
export const SoldLineQuery = inOrder(
  listQuery(sortsOf(INVOICE_LINE), {
    from: Day.openapi({ description: "First date." }),
    to: Day.openapi({ description: "Last date." }),
    kind: oneOf(LINE_KINDS).optional(),
    document_kind: oneOf(DOCUMENT_KINDS).optional(),
    mechanic_id: PathId.optional(),
    cost: oneOf(COSTS).optional().openapi({ description: "Whether it was known what a part or sublet cost the shop." }),
  }),
);
export type SoldLineQuery = z.output<typeof SoldLineQuery>;

export const InvoiceTax = INVOICE_TAX.staffAnswer.extend({ number: DocumentNumber }).openapi("InvoiceTax");
export const InvoiceTaxList = listOf("invoice_taxes", InvoiceTax).openapi("InvoiceTaxList");
export const InvoiceTaxQuery = inOrder(
  listQuery(sortsOf(INVOICE_TAX), {
    from: Day.openapi({ description: "First date." }),
    to: Day.openapi({ description: "Last date." }),
    name: text(120).optional(),
    rate: z
      .string()
      .regex(/^\d{1,3}(\.\d{1,4})?$/, "A percentage with at most four decimals.")
      .transform((rate) => toPpm(Number(rate)))
      .optional()
      .openapi({ type: "number", format: "double", example: 9.25 }),
  }),
);
export type InvoiceTaxQuery = z.output<typeof InvoiceTaxQuery>;
