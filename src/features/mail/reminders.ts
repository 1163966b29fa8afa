import { type SQL, sql } from "drizzle-orm";
import { type Db, sendBatch } from "../../db/client.ts";
import { customers } from "../../db/schema/customers.ts";
import { mails } from "../../db/schema/mails.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { shop } from "../../db/schema/shop.ts";
import { hasMailableEmail } from "../../db/write/customer-mail.ts";
import { queueMails } from "../../db/write/outbox.ts";

/** How many reminders a run writes; what is left is for the next one. */
const AT_ONCE = 50;

const start = serviceTickets.scheduled_start;

/** Appointments that begin within the hours that the shop says, from `now` (ISO 8601) on. No row of a shop without reminders is read. */
const soon = (now: string): SQL => sql`${shop} cross join ${serviceTickets} on ${serviceTickets.status} = 'open' and ${start} is not null
  and ${start} > ${now} and ${start} <= strftime('%Y-%m-%dT%H:%M:%fZ', ${now}, '+' || ${shop.reminder_hours} || ' hours')
  where ${shop.reminder_hours} is not null`;

/** In SQL: does any appointment begin soon? */
export const anyAppointmentSoon = (now: string): SQL => sql`exists (select 1 from ${soon(now)})`;

/**
 * The customer was reminded of this very time last. A reminder that did not leave because the appointment had been moved does not
 * count: it may have been moved back.
 */
const isReminded: SQL = sql`${start} is (select m.starts_at from ${mails} m where m.service_ticket_id = ${serviceTickets.id}
  and m.kind = 'appointment_reminder' and m.failure is not 'outdated' order by m.id desc limit 1)`;

/**
 * Writes a reminder for each appointment that begins soon and whose customer has agreed to it: once, and again when it was moved.
 * One statement, so that runs which overlap write none twice. `now` is ISO 8601.
 */
export const remind = async (db: Db, now: string): Promise<void> => {
  const from = sql`from ${soon(now)} and exists (select 1 from ${customers} where ${customers.id} = ${serviceTickets.customer_id}
    and ${customers.mail_reminders} and ${hasMailableEmail}) and not ${isReminded} order by ${start}, ${serviceTickets.id} limit ${AT_ONCE}`;
  const row = {
    kind: "appointment_reminder",
    recipient: sql`(select ${customers.email} from ${customers} where ${customers.id} = ${serviceTickets.customer_id})`,
    customer_id: sql`${serviceTickets.customer_id}`,
    service_ticket_id: sql`${serviceTickets.id}`,
    starts_at: sql`${start}`,
  } as const;
  await sendBatch(db, [queueMails(row, now, from)], { repeatable: true });
};
