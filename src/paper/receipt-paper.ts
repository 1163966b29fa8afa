import type { Receipt } from "../db/records/receipt.ts";
import { type Forms, formsOf } from "./forms.ts";
import type { Paper, Table } from "./paper.ts";
import { amountsTable, headOf, linesOf, wordsOf } from "./parts.ts";
import { printingOf } from "./printing.ts";

/** The words that differ by the way that the money went. */
const PAID = { name: "Receipt", who: "Received from", day: "Received on", paid: "Paid so far, with this payment", total: "Received" };
const GIVEN_BACK = { name: "Refund", who: "Paid to", day: "Given back on", paid: "Paid, less what was given back", total: "Given back" };

const moneyTable = ({ received_on, method, reference, amount }: Receipt, day: string, forms: Forms): Table => ({
  kind: "table",
  hasHead: true,
  columns: [
    { title: day, width: 0.2, align: "left" },
    { title: "Method", width: 0.2, align: "left" },
    { title: "Reference", width: 0.42, align: "left" },
    { title: "Amount", width: 0.18, align: "right" },
  ],
  rows: [{ cells: [forms.day(received_on), wordsOf(method), reference ?? "", forms.amount(amount)] }],
});

/** The receipt of a payment or a refund on paper, in the currency and the forms of its invoice. What is paid later is no part of it. */
export const receiptPaper = (receipt: Receipt): Paper => {
  const { id, kind, amount, paid_after, created_at, invoice } = receipt;
  const { seller, buyer, total } = invoice;
  const { locale, paper } = printingOf(invoice.print);
  const forms = formsOf(locale, seller.currency, "UTC");
  const words = kind === "refund" ? GIVEN_BACK : PAID;
  const head = headOf(seller);
  return {
    title: `${words.name} ${id} for invoice ${invoice.number}`,
    at: created_at,
    size: paper,
    blocks: [
      { kind: "heading", level: 2, text: head.name },
      { kind: "words", isSmall: true, text: head.rest },
      { kind: "heading", level: 1, text: `${words.name} for invoice ${invoice.number}` },
      {
        kind: "sides",
        left: { title: words.who, text: linesOf(buyer.name, buyer.address, buyer.phone, buyer.email) },
        right: { title: null, text: linesOf(`${words.name} number ${id}`, `Invoice ${invoice.number} of ${forms.day(invoice.date)}`) },
      },
      moneyTable(receipt, words.day, forms),
      amountsTable([
        { cells: ["Total of the invoice", forms.amount(total)] },
        { cells: [words.paid, forms.amount(paid_after)] },
        { cells: [words.total, forms.money(amount)], isBold: true },
      ]),
    ],
  };
};
