import { and, eq, inArray, isNotNull, type SQL, sql } from "drizzle-orm";
import type { Db, Statement } from "../client.ts";
import { revised } from "../columns.ts";
import { eachOf } from "../json.ts";
import { newTerms } from "../list/search.ts";
import { CUSTOMER } from "../records/customer.ts";
import { auditLog, auditSeals, auditWitnesses, refusals } from "../schema/audit.ts";
import { customers } from "../schema/customers.ts";
import { idempotencyKeys } from "../schema/idempotency.ts";
import { emailTokens, mailSuppressions, mails } from "../schema/mails.ts";
import { serviceTickets } from "../schema/service-tickets.ts";
import { shareLinks } from "../schema/share-links.ts";
import { users } from "../schema/users.ts";
import { vehicles } from "../schema/vehicles.ts";

/** What stands in place of a name and a phone that are gone. */
export const ERASED = { name: "Erased", phone: "000" };

/** The columns of a customer who pays taxes. */
export const NOT_EXEMPT = { tax_exempt_reason: null, tax_exempt_certificate: null, tax_exempt_until: null };

/** The columns of a customer to whom nothing is mailed. */
const NO_MAIL = { mail_documents: false, mail_receipts: false, mail_reminders: false };

/** A list of ids in SQL. */
const among = (ids: readonly number[]): SQL => sql`(select value from ${eachOf(ids)})`;

/** Statements that remove the account of a customer with its sessions, mails and tokens, end the links to their tickets, and blank the record, at `now` (ISO 8601). */
export const forgetPerson = (db: Db, id: number, merged: readonly number[], now: string): Statement[] => {
  const ids = among([id, ...merged]);
  const account = sql`(select ${users.id} from ${users} where ${users.customer_id} = ${id})`;
  const theirMails = sql`select ${mails.recipient} from ${mails} where ${mails.user_id} = ${account} or ${inArray(mails.customer_id, ids)}`;
  return [
    db.delete(mailSuppressions).where(
      sql`${mailSuppressions.email} in (select ${customers.email} from ${customers} where ${inArray(customers.id, ids)}
        union ${theirMails} union select ${users.email} from ${users} where ${users.customer_id} = ${id})`,
    ),
    db.delete(mails).where(sql`${mails.user_id} = ${account}`),
    db.delete(mails).where(inArray(mails.customer_id, ids)),
    db.delete(emailTokens).where(sql`${emailTokens.user_id} = ${account}`),
    db.delete(emailTokens).where(inArray(emailTokens.customer_id, ids)),
    db.delete(refusals).where(sql`${refusals.user_id} = ${account}`),
    db
      .update(shareLinks)
      .set({ revoked_at: sql`coalesce(${shareLinks.revoked_at}, ${now})`, sent_to: null })
      .where(
        sql`${shareLinks.service_ticket_id} in (select ${serviceTickets.id} from ${serviceTickets} where ${serviceTickets.customer_id} = ${id})`,
      ),
    db.delete(users).where(eq(users.customer_id, id)),
    db
      .update(customers)
      .set({
        ...ERASED,
        email: null,
        address: null,
        ...NOT_EXEMPT,
        ...NO_MAIL,
        erased_at: now,
        ...revised(customers, now),
        ...newTerms(CUSTOMER, { name: "", phone: "" }),
      })
      .where(eq(customers.id, id)),
  ];
};

/**
 * Statements that take the images and addresses of these customers out of the audit log, with the salts that protected them,
 * and their data out of answers that are kept for repeated requests. The entries that say so must be there already.
 * @param since answers from before this time (ISO 8601) are not kept any more
 */
export const forgetTraces = (db: Db, ids: readonly number[], since: string): Statement[] => {
  const theirs = and(isNotNull(auditLog.customer_id), inArray(auditLog.customer_id, among(ids)));
  const entries = db.select({ id: auditLog.id }).from(auditLog).where(theirs);
  const isRecent = sql`${auditLog.at} >= ${since}`;
  const about = (entity: string, those: SQL): SQL =>
    sql`select ${auditLog.request_id} from ${auditLog} where ${auditLog.entity} = ${entity} and ${auditLog.entity_id} in (${those}) and ${isRecent}`;
  const requests = sql`(select ${auditLog.request_id} from ${auditLog} where ${theirs} and ${isRecent}
    union ${about("service_ticket", sql`select ${serviceTickets.id} from ${serviceTickets} where ${serviceTickets.customer_id} in ${among(ids)}`)}
    union ${about("vehicle", sql`select ${vehicles.id} from ${vehicles} where ${vehicles.customer_id} in ${among(ids)}`)})`;
  return [
    // An empty answer is none: the request is refused when it comes again, and not carried out anew.
    db
      .update(idempotencyKeys)
      .set({ answer: "", address: null })
      .where(sql`${idempotencyKeys.open} is null and ${idempotencyKeys.request_id} in ${requests}`),
    db.update(auditSeals).set({ salt: null }).where(sql`${auditSeals.salt} is not null and ${auditSeals.id} in ${entries}`),
    db.update(auditWitnesses).set({ salt: null }).where(inArray(auditWitnesses.id, entries)),
    db
      .update(auditLog)
      .set({ before: null, after: null, address: null })
      .where(sql`${theirs} and coalesce(${auditLog.before}, ${auditLog.after}, ${auditLog.address}) is not null`),
  ];
};
