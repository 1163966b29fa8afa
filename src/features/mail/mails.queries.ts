import { and, eq, isNotNull, type SQL, sql } from "drizzle-orm";
import type { Db } from "../../db/client.ts";
import { type Filter, indexed, type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { MAIL } from "../../db/records/mail.ts";
import { findRow } from "../../db/records/read.ts";
import type { RowIn } from "../../db/records/record.ts";
import { estimates } from "../../db/schema/estimates.ts";
import { invoices } from "../../db/schema/invoices.ts";
import { mails } from "../../db/schema/mails.ts";
import type { MailQuery } from "./mails.schemas.ts";

export type MailRow = RowIn<typeof MAIL>;

/** Mail of the shop, and not of accounts. */
const isOfShop: SQL = isNotNull(mails.service_ticket_id);

/** One mail of the shop. Throws `not_found`. */
export const findMail = (db: Db, id: number): Promise<MailRow> => findRow(db, mails, MAIL.json, and(eq(mails.id, id), isOfShop));

const listing: Listing<MailRow> = { ...MAIL, listed: MAIL.json };

const { service_ticket_id, customer_id, estimate_id, invoice_id, kind, state } = mails;

/** The ticket of a document, by which its mails are found. */
const ticketOf = (table: typeof estimates | typeof invoices, of: number): SQL =>
  sql`(select ${table.service_ticket_id} from ${table} where ${table.id} = ${of})`;

/** The ticket that the mails are about, or undefined. */
const ticketIn = (query: MailQuery): number | SQL | undefined => {
  if (query.service_ticket_id !== undefined) return query.service_ticket_id;
  if (query.estimate_id !== undefined) return ticketOf(estimates, query.estimate_id);
  return query.invoice_id === undefined ? undefined : ticketOf(invoices, query.invoice_id);
};

/** By the index that finds the fewest: of a ticket, of a customer, or all. */
const filtersOf = (query: MailQuery): Filter[] => {
  const ticket = ticketIn(query);
  const ofCustomer = query.customer_id === undefined ? undefined : eq(customer_id, query.customer_id);
  const driving = ticket === undefined ? sql`${and(ofCustomer, isOfShop)}` : eq(service_ticket_id, ticket);
  const others = [
    ...(ticket !== undefined && ofCustomer ? [ofCustomer] : []),
    ...(query.estimate_id === undefined ? [] : [eq(estimate_id, query.estimate_id)]),
    ...(query.invoice_id === undefined ? [] : [eq(invoice_id, query.invoice_id)]),
    ...(query.kind === undefined ? [] : [eq(kind, query.kind)]),
    ...(query.state === undefined ? [] : [eq(state, query.state)]),
  ];
  return [indexed(mails, driving), ...others.map((where) => ({ where }))];
};

/** One page of the mails of the shop, the newest first. */
export const listMails = (db: Db, query: MailQuery, request: PageRequest): Promise<Page<MailRow>> =>
  readPage(db, listing, filtersOf(query), request);
