import { eq, sql } from "drizzle-orm";
import { type JsonOf, jsonObject, jsonOne } from "../json.ts";
import { invoices, payments } from "../schema/invoices.ts";
import type { InvoiceContent } from "./invoice-content.ts";

const invoice = jsonObject({
  number: sql<string>`${invoices.number}`,
  date: invoices.date,
  total: invoices.total,
  seller: sql<InvoiceContent["seller"]>`${invoices.content} -> '$.seller'`,
  buyer: sql<InvoiceContent["buyer"]>`${invoices.content} -> '$.buyer'`,
  print: sql<InvoiceContent["print"]>`${invoices.content} -> '$.print'`,
});

const { id, kind, amount, method, reference, received_on, created_at, paid_after } = payments;

/** What a receipt says, as JSON in a query over `payments`: only what never changes. Amounts are cents. */
export const RECEIPT = jsonObject({
  ...{ id, kind, amount, method, reference, received_on, created_at, paid_after },
  invoice: jsonOne(invoice, sql`${invoices} where ${eq(invoices.id, payments.invoice_id)}`),
});
export type Receipt = JsonOf<typeof RECEIPT>;
