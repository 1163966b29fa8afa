import type { CreditContent, InvoiceContent } from "../db/records/invoice-content.ts";
import { type Forms, formsOf } from "./forms.ts";
import type { Block, Paper } from "./paper.ts";
import { afterDiscount, creditedTable, headOf, linesOf, linesTable, type Sums, sumsTable, vehicleOf, wordsOf } from "./parts.ts";
import { printingOf } from "./printing.ts";

/** An invoice or a credit note as it was frozen: its columns that never change, and its content. */
export interface FrozenInvoice extends Sums {
  readonly number: string;
  readonly at: string;
  readonly date: string;
  readonly supplied_on: string;
  readonly due_date: string | null;
  readonly reason: string | null;
  readonly text: string | null;
  readonly content: InvoiceContent | CreditContent;
  /** IANA; the zone of a shop with invoices does not change. */
  readonly time_zone: string;
}

const isInvoice = (content: InvoiceContent | CreditContent): content is InvoiceContent => "jobs" in content;

const buyerOf = ({ buyer }: FrozenInvoice["content"]): string =>
  linesOf(
    buyer.name,
    buyer.address,
    buyer.phone,
    buyer.email,
    buyer.tax_exempt_reason && `Exempt from tax: ${wordsOf(buyer.tax_exempt_reason)}`,
    buyer.tax_exempt_certificate && `Certificate ${buyer.tax_exempt_certificate}`,
  );

const factsOf = (invoice: FrozenInvoice, forms: Forms): string => {
  const { content } = invoice;
  return linesOf(
    `Date ${forms.day(invoice.date)}`,
    `Supplied on ${forms.day(invoice.supplied_on)}`,
    invoice.due_date !== null && `Due ${forms.day(invoice.due_date)}`,
    content.po_number && `PO number ${content.po_number}`,
    !isInvoice(content) && `Corrects invoice ${content.credits.number} of ${forms.day(content.credits.date)}`,
    isInvoice(content) && content.estimates.length > 0 && `Estimates ${content.estimates.map(({ number }) => number).join(", ")}`,
  );
};

const vehicleBlocks = ({ vehicle }: FrozenInvoice["content"], forms: Forms): Block[] => {
  if (vehicle === null) return [];
  const { mileage_in, mileage_out } = vehicle;
  const text = vehicleOf(
    vehicle,
    mileage_in !== null && `Mileage in ${forms.count(mileage_in)}`,
    mileage_out !== null && `Mileage out ${forms.count(mileage_out)}`,
  );
  return [
    { kind: "heading", level: 2, text: "Vehicle" },
    { kind: "words", text },
  ];
};

/** Who agreed, how and when, and to how much. */
const authorizationBlocks = ({ authorizations }: InvoiceContent, forms: Forms): Block[] =>
  authorizations.length === 0
    ? []
    : [
        { kind: "heading", level: 2, text: "Authorizations" },
        {
          kind: "table",
          hasHead: true,
          columns: [
            { title: "When", width: 0.24, align: "left" },
            { title: "Who", width: 0.32, align: "left" },
            { title: "How", width: 0.28, align: "left" },
            { title: "Amount", width: 0.16, align: "right" },
          ],
          rows: authorizations.map(({ at, person_name, capacity, channel, contact, additional_net }) => ({
            cells: [
              forms.moment(at),
              `${person_name}, ${wordsOf(capacity)}`,
              linesOf(wordsOf(channel), contact),
              forms.amount(additional_net),
            ],
          })),
        },
      ];

const bodyOf = (invoice: FrozenInvoice, forms: Forms): Block[] => {
  const { content } = invoice;
  const { taxes } = content;
  if (!isInvoice(content)) {
    const taken = content.lines.filter(({ net, quantity }) => net > 0 || quantity > 0);
    return [creditedTable(taken, forms), sumsTable(invoice, { lines: taken, taxes, reason: null, total: "Total credited" }, forms)];
  }
  const { jobs, lines, discount } = content;
  return [
    linesTable(jobs, lines, forms),
    sumsTable(invoice, { lines: afterDiscount(lines), taxes, reason: discount?.reason ?? null, total: "Total" }, forms),
    ...authorizationBlocks(content, forms),
  ];
};

/** An invoice or a credit note on paper. What was paid is no part of it, since that changes. */
export const invoicePaper = (invoice: FrozenInvoice): Paper => {
  const { content } = invoice;
  const { locale, paper } = printingOf(content.print);
  const forms = formsOf(locale, content.seller.currency, invoice.time_zone);
  const head = headOf(content.seller);
  const title = `${isInvoice(content) ? "Invoice" : "Credit note"} ${invoice.number}`;
  return {
    title,
    at: invoice.at,
    size: paper,
    blocks: [
      { kind: "heading", level: 2, text: head.name },
      { kind: "words", isSmall: true, text: head.rest },
      { kind: "heading", level: 1, text: title },
      {
        kind: "sides",
        left: { title: isInvoice(content) ? "Bill to" : "Credit to", text: buyerOf(content) },
        right: { title: null, text: factsOf(invoice, forms) },
      },
      ...vehicleBlocks(content, forms),
      ...bodyOf(invoice, forms),
      { kind: "words", text: linesOf(invoice.reason && `Reason: ${invoice.reason}`, invoice.text) },
      { kind: "words", isSmall: true, text: content.seller.text ?? "" },
    ],
  };
};
