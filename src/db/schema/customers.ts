import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { flag, id, moment, moments, searchTerms, version } from "../columns.ts";

export const customers = sqliteTable(
  "customers",
  {
    id: id(),
    name: text().notNull(),
    /** Not unique: a couple may share one. The e-mail of a login is unique. */
    email: text(),
    phone: text().notNull(),
    address: text(),
    ticket_count: integer().notNull().default(0),
    vehicle_count: integer().notNull().default(0),
    /** 0 while only the login that signed up has written this record: then that login may see it before its e-mail is proven. */
    staff_wrote: integer().notNull().default(1),
    /** When the person asked to be forgotten: name, contacts and account are gone. */
    erased_at: moment(),
    /** Why no tax is charged, what proves it, and the last day on which it holds; null until somebody ends it. */
    tax_exempt_reason: text(),
    tax_exempt_certificate: text(),
    tax_exempt_until: text(),
    /** What the customer wants by e-mail. Receipts: null stands for what the shop does. */
    mail_documents: flag().notNull().default(true),
    mail_receipts: flag(),
    mail_reminders: flag().notNull().default(false),
    version: version(),
    ...moments(),
    search_terms: searchTerms(),
  },
  (t) => [
    index("customers_name").on(sql`${t.search_terms} ->> 'name'`, t.id),
    index("customers_email").on(t.email),
    index("customers_created_at").on(t.created_at),
    index("customers_ticket_count").on(t.ticket_count),
    check("customers_id_positive", sql`${t.id} > 0`),
  ],
);
