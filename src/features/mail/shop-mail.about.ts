import { sql } from "drizzle-orm";
import type { Cents } from "../../core/money.ts";
import type { JsonOf } from "../../db/json.ts";
import { jsonObject, jsonOne } from "../../db/json.ts";
import { customers } from "../../db/schema/customers.ts";
import { estimates } from "../../db/schema/estimates.ts";
import { type DocumentKind, invoices, payments } from "../../db/schema/invoices.ts";
import { mails } from "../../db/schema/mails.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { shop } from "../../db/schema/shop.ts";
import { isSuppressed } from "../../db/write/customer-mail.ts";

const shopFacts = jsonObject({
  name: shop.name,
  phone: shop.phone,
  email: shop.email,
  time_zone: shop.time_zone,
  locale: shop.locale,
  currency: shop.currency,
});

const estimate = jsonObject({
  number: estimates.number,
  valid_until: estimates.valid_until,
  total: estimates.total,
  currency: sql<string>`${estimates.content} ->> '$.shop.currency'`,
  customer: sql<string>`${estimates.content} ->> '$.customer.name'`,
});

const invoice = jsonObject({
  kind: sql<DocumentKind>`${invoices.kind}`,
  number: invoices.number,
  due_date: invoices.due_date,
  total: invoices.total,
  balance: sql<Cents>`${invoices.balance}`,
  currency: sql<string>`${invoices.content} ->> '$.seller.currency'`,
  customer: sql<string>`${invoices.content} ->> '$.buyer.name'`,
  credits: sql<string | null>`${invoices.content} ->> '$.credits.number'`,
});

const payment = jsonObject({
  amount: payments.amount,
  method: payments.method,
  reference: payments.reference,
  received_on: payments.received_on,
});

const appointment = jsonObject({ ends_at: serviceTickets.scheduled_end, customer: customers.name });

/** What a mail of the shop tells of, in a query over `mails`. Each part is null where the mail has nothing to do with it. */
export const ABOUT = jsonObject({
  starts_at: mails.starts_at,
  message: mails.message,
  shop: jsonOne(shopFacts, sql`${shop}`),
  estimate: jsonOne(estimate, sql`${estimates} where ${estimates.id} = ${mails.estimate_id}`),
  invoice: jsonOne(invoice, sql`${invoices} where ${invoices.id} = ${mails.invoice_id}`),
  payment: jsonOne(payment, sql`${payments} where ${payments.id} = ${mails.payment_id}`),
  appointment: jsonOne(
    appointment,
    sql`${serviceTickets} join ${customers} on ${customers.id} = ${serviceTickets.customer_id}
      where ${serviceTickets.id} = ${mails.service_ticket_id} and ${mails.starts_at} is not null`,
  ),
});
type Stored = JsonOf<typeof ABOUT>;

/** The same as it is read: parts may be missing. */
export interface AboutShopMail extends Pick<Stored, "starts_at" | "message" | "shop"> {
  readonly estimate: Stored["estimate"] | null;
  readonly invoice: Stored["invoice"] | null;
  readonly payment: Stored["payment"] | null;
  readonly appointment: Stored["appointment"] | null;
}

const customerIs = (condition: ReturnType<typeof sql>) =>
  sql`exists (select 1 from ${customers} where ${customers.id} = ${mails.customer_id} and ${condition})`;

/**
 * Why a mail must not leave now, in a query over `mails`, or null: a code of `MAIL_FAILURES`. What a mail says is looked at again when
 * it leaves, since it may have waited for hours. `now` is ISO 8601.
 */
export const obstacleTo = (now: string) => sql<string | null>`case
  when ${isSuppressed(mails.recipient.getSQL())} then 'recipient_suppressed'
  when ${mails.service_ticket_id} is null then null
  when ${mails.kind} = 'estimate' and exists (select 1 from estimates newer
    where newer.service_ticket_id = ${mails.service_ticket_id} and newer.id > ${mails.estimate_id}) then 'outdated'
  when ${mails.kind} = 'receipt' and exists (select 1 from payments r where r.reverses_id = ${mails.payment_id}) then 'outdated'
  when ${mails.kind} = 'appointment_reminder' and not exists (select 1 from ${serviceTickets} where ${serviceTickets.id} = ${mails.service_ticket_id}
    and ${serviceTickets.status} = 'open' and ${serviceTickets.scheduled_start} = ${mails.starts_at} and ${mails.starts_at} > ${now}) then 'outdated'
  when ${mails.kind} in ('estimate', 'invoice') and ${customerIs(sql`not ${customers.mail_documents}`)} then 'not_wanted'
  when ${mails.kind} = 'receipt' and ${customerIs(sql`${customers.mail_receipts} = 0`)} then 'not_wanted'
  when ${mails.kind} = 'appointment_reminder' and ${customerIs(sql`not ${customers.mail_reminders}`)} then 'not_wanted'
  end`;
