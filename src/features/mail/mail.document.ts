import { type SQL, sql } from "drizzle-orm";
import type { Attachment } from "../../core/mail-ports.ts";
import type { FontStore } from "../../core/paper-ports.ts";
import { type JsonOf, jsonObject, jsonOne, parseRow } from "../../db/json.ts";
import type { Content } from "../../db/records/estimate-content.ts";
import type { CreditContent, InvoiceContent } from "../../db/records/invoice-content.ts";
import { RECEIPT } from "../../db/records/receipt.ts";
import { estimates } from "../../db/schema/estimates.ts";
import { type DocumentKind, invoices, payments } from "../../db/schema/invoices.ts";
import { isShopMailKind, type MailKind, mails, type ShopMailKind } from "../../db/schema/mails.ts";
import { shopTimeZone } from "../../db/shop-day.ts";
import { type Printable, renderEstimate, renderInvoice, renderReceipt } from "../../paper/render.ts";

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

const ofMail = sql`${invoices} where ${invoices.id} = ${mails.invoice_id}`;
const paid = jsonObject({
  receipt: jsonOne(RECEIPT, sql`${payments} where ${payments.id} = ${mails.payment_id}`),
  invoice: jsonOne(invoice, ofMail),
});

/** What goes with a mail of the shop, in this order. */
const DOCUMENTS: Readonly<Record<ShopMailKind, readonly string[]>> = {
  estimate: ["estimate"],
  invoice: ["document"],
  receipt: ["receipt", "invoice"],
  appointment_reminder: [],
};
export const documentsOf = (kind: MailKind): readonly string[] => (isShopMailKind(kind) ? DOCUMENTS[kind] : []);

/** In a query over `mails`: a document goes with it. */
export const hasDocument: SQL = sql`(${mails.estimate_id} is not null or ${mails.invoice_id} is not null)`;

/** In a query over `mails` with documents: how many they are. */
export const documentCount: SQL<number> = sql`json_array_length(${JSON.stringify(DOCUMENTS)}, '$.' || ${mails.kind})`;

/** The documents that go with a mail as they were frozen, as JSON, in a query over `mails`; null where none does. */
export const DOCUMENT: SQL<string | null> = sql`case
  when ${mails.payment_id} is not null then ${paid}
  when ${mails.estimate_id} is not null then (select ${estimate} from ${estimates} where ${estimates.id} = ${mails.estimate_id})
  when ${mails.invoice_id} is not null then (select ${invoice} from ${ofMail}) end`;

/** What a mail is sent with. */
interface WithDocument {
  readonly kind: MailKind;
  readonly document: string | null;
}

/** A document on paper, and what its file is called. */
interface Printed {
  readonly filename: string;
  readonly printable: Printable;
}

const printedInvoice = (row: JsonOf<typeof invoice>, fonts: FontStore): Printed => ({
  filename: `${row.kind === "invoice" ? "invoice" : "credit-note"}-${row.number}.pdf`,
  printable: renderInvoice(row, fonts),
});

/** The documents on paper, as `documentsOf` names them. Safe: `DOCUMENT` makes what belongs to the kind of the mail. */
const printedOf = ({ kind, document }: WithDocument, fonts: FontStore): readonly Printed[] => {
  if (document === null) return [];
  if (kind === "estimate") {
    const { content, ...row } = parseRow<JsonOf<typeof estimate>>(document);
    return [{ filename: `estimate-${row.number}.pdf`, printable: renderEstimate({ ...content, ...row }, fonts) }];
  }
  if (kind !== "receipt") return [printedInvoice(parseRow<JsonOf<typeof invoice>>(document), fonts)];
  const { receipt, invoice: row } = parseRow<JsonOf<typeof paid>>(document);
  const filename = `receipt-${receipt.invoice.number}-${receipt.id}.pdf`;
  return [{ filename, printable: renderReceipt(receipt, fonts) }, printedInvoice(row, fonts)];
};

const attachmentOf = async ({ filename, printable }: Printed): Promise<Attachment> => ({
  filename,
  type: "application/pdf",
  content: await printable.render(),
});

/** The files that go with a mail. Throws `unavailable` when a font cannot be read. */
export const attachmentsOf = async (mail: WithDocument, fonts: FontStore): Promise<readonly Attachment[]> => {
  const attachments: Attachment[] = [];
  for (const printed of printedOf(mail, fonts)) attachments.push(await attachmentOf(printed));
  return attachments;
};

/** One of them, by its place from 1 on, or undefined. Throws `unavailable`. */
export const attachmentAt = async (mail: WithDocument, place: number, fonts: FontStore): Promise<Attachment | undefined> => {
  const printed = printedOf(mail, fonts)[place - 1];
  return printed && attachmentOf(printed);
};
