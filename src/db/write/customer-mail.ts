import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Statement } from "../client.ts";
import { PAYMENT } from "../records/payment.ts";
import { customers } from "../schema/customers.ts";
import { invoices } from "../schema/invoices.ts";
import { mailSuppressions } from "../schema/mails.ts";
import { shop } from "../schema/shop.ts";
import { users } from "../schema/users.ts";
import { newest } from "./commit.ts";
import { queueMail } from "./outbox.ts";

/** In a query over `customers`: an account has the e-mail, and nobody has shown that it is theirs. */
export const hasUnprovenEmail: SQL = sql`exists (select 1 from ${users} where ${and(
  eq(users.customer_id, customers.id),
  eq(users.email, customers.email),
  isNull(users.email_verified_at),
)})`;

/** Is nothing sent to this address any more? */
export const isSuppressed = (email: SQL): SQL => sql`exists (select 1 from ${mailSuppressions} where ${mailSuppressions.email} = ${email})`;

/** In a query over `customers`: they can be written to without anybody naming an address. */
export const hasMailableEmail: SQL = sql`${customers.email} is not null and not ${hasUnprovenEmail} and not ${isSuppressed(sql`${customers.email}`)}`;

/** In a query over `customers` and `shop`: receipts are mailed to them. */
const wantsReceipts: SQL = sql`coalesce(${customers.mail_receipts}, ${shop.mail_receipts} and ${customers.mail_documents})`;

/**
 * Mails a receipt for the payment that the batch has just recorded on an invoice, if the customer wants it, or else the shop, and
 * there is an address. `now` is ISO 8601.
 */
export const mailReceipt = (invoice: number, now: string): Statement =>
  queueMail(
    {
      kind: "receipt",
      recipient: sql`${customers.email}`,
      customer_id: sql`${customers.id}`,
      service_ticket_id: sql`${invoices.service_ticket_id}`,
      invoice_id: invoice,
      payment_id: newest(PAYMENT),
    },
    now,
    sql`from ${invoices} join ${customers} on ${customers.id} = ${invoices.customer_id} cross join ${shop}
      where ${invoices.id} = ${invoice} and ${wantsReceipts} and ${hasMailableEmail}`,
  );
