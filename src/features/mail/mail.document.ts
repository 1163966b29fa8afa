import { type SQL, sql } from "drizzle-orm";
import type { Attachment } from "../../core/mail-ports.ts";
import type { FontStore } from "../../core/paper-ports.ts";
import { type JsonOf, jsonObject, parseRow } from "../../db/json.ts";
import type { Content } from "../../db/records/estimate-content.ts";
import type { CreditContent, InvoiceContent } from "../../db/records/invoice-content.ts";
import { estimates } from "../../db/schema/estimates.ts";
import { type DocumentKind, invoices } from "../../db/schema/invoices.ts";
import { type MailKind, mails } from "../../db/schema/mails.ts";
import { shopTimeZone } from "../../db/shop-day.ts";
import { type Printable, renderEstimate, renderInvoice } from "../../paper/render.ts";

const { number, at, date, valid_until, message, lines_net, discount_amount, net, tax, total } = estimates;
const estimate = jsonObject({
  ...{ number, at, date, valid_until, message, lines_net, discount_amount, net, tax, total },
  content: sql<Content>`json(${estimates.content})`,
});

const invoice = jsonObject({
  kind: sql<DocumentKind>`${invoices.kind}`,
  number: sql<string>`${invoices.number}`,
  at: invoices.at,
  date: invoices.date,
  supplied_on: invoices.supplied_on,
  due_date: invoices.due_date,
  reason: invoices.reason,
  text: invoices.text,
  lines_net: invoices.lines_net,
  discount_amount: invoices.discount_amount,
  net: invoices.net,
  tax: invoices.tax,
  total: invoices.total,
  content: sql<InvoiceContent | CreditContent>`json(${invoices.content})`,
  time_zone: shopTimeZone,
});

/** In a query over `mails`: a document goes with it. */
export const hasDocument: SQL = sql`(${mails.estimate_id} is not null or ${mails.invoice_id} is not null)`;

/** The document that goes with a mail as it was frozen, as JSON, in a query over `mails`; null where none does. */
export const DOCUMENT: SQL<string | null> = sql`case
  when ${mails.estimate_id} is not null then (select ${estimate} from ${estimates} where ${estimates.id} = ${mails.estimate_id})
  when ${mails.invoice_id} is not null then (select ${invoice} from ${invoices} where ${invoices.id} = ${mails.invoice_id}) end`;

/** What a mail is sent with. */
interface WithDocument {
  readonly kind: MailKind;
  readonly document: string | null;
}

/** The document on paper with the name of its file. Safe: `DOCUMENT` makes an estimate for this kind of mail only. */
const printableOf = (kind: MailKind, document: string, fonts: FontStore): readonly [name: string, printable: Printable] => {
  if (kind === "estimate") {
    const { content, ...row } = parseRow<JsonOf<typeof estimate>>(document);
    return [`estimate-${row.number}.pdf`, renderEstimate({ ...content, ...row }, fonts)];
  }
  const row = parseRow<JsonOf<typeof invoice>>(document);
  return [`${row.kind === "invoice" ? "invoice" : "credit-note"}-${row.number}.pdf`, renderInvoice(row, fonts)];
};

/** The file that goes with a mail, or none. Throws `unavailable` when a font cannot be read. */
export const attachmentsOf = async ({ kind, document }: WithDocument, fonts: FontStore): Promise<readonly Attachment[]> => {
  if (document === null) return [];
  const [filename, printable] = printableOf(kind, document, fonts);
  return [{ filename, type: "application/pdf", content: await printable.render() }];
};
