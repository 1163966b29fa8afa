import { eq, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { type Actor, isStaff } from "../../core/actor.ts";
import { jsonArray, jsonObject, parseRow } from "../../db/json.ts";
import { AUTHORIZATION, decided, presentDecided } from "../../db/records/authorization.ts";
import { customerColumns, presentCustomer } from "../../db/records/customer.ts";
import { ENTITIES } from "../../db/records/entities.ts";
import { ESTIMATE } from "../../db/records/estimate.ts";
import { type Content, presentContent } from "../../db/records/estimate-content.ts";
import { INVOICE } from "../../db/records/invoice.ts";
import type { CreditContent, InvoiceContent } from "../../db/records/invoice-content.ts";
import { presentParts } from "../../db/records/invoice-parts.ts";
import { PAYMENT } from "../../db/records/payment.ts";
import { present } from "../../db/records/record.ts";
import { SESSION } from "../../db/records/session.ts";
import { SHARE_LINK } from "../../db/records/share-link.ts";
import { TICKET } from "../../db/records/ticket.ts";
import { TICKET_PART } from "../../db/records/ticket-part.ts";
import { USER } from "../../db/records/user.ts";
import { VEHICLE } from "../../db/records/vehicle.ts";
import { auditLog } from "../../db/schema/audit.ts";
import { customers } from "../../db/schema/customers.ts";
import { authorizations, estimates } from "../../db/schema/estimates.ts";
import { parts } from "../../db/schema/inventory.ts";
import { invoices, payments } from "../../db/schema/invoices.ts";
import { mails } from "../../db/schema/mails.ts";
import { serviceTickets, ticketParts } from "../../db/schema/service-tickets.ts";
import { sessions } from "../../db/schema/sessions.ts";
import { shareLinks } from "../../db/schema/share-links.ts";
import { users } from "../../db/schema/users.ts";
import { vehicles } from "../../db/schema/vehicles.ts";

/** The kinds of data about a person, in the order in which the export has them. */
export const SECTIONS = [
  "customer",
  "account",
  "sessions",
  "vehicles",
  "service_tickets",
  "estimates",
  "authorizations",
  "share_links",
  "invoices",
  "payments",
  "mails",
  "audit_log",
] as const;
export type Section = (typeof SECTIONS)[number];

/** Data about a person, as the actor may see it. */
export type Item = Record<string, unknown>;

interface Kind {
  readonly table: SQLiteTable & { readonly id: SQLiteColumn };
  readonly row: SQL;
  readonly ofPerson: (id: number) => SQL | undefined;
  readonly item: (row: never, actor: Actor) => Item;
}

/** Safe: `item` is given the rows that `row` of the same kind makes. */
const kind = <R>(made: Omit<Kind, "row" | "item"> & { readonly row: SQL<R>; readonly item: (row: R, actor: Actor) => Item }): Kind =>
  made as unknown as Kind;

const accountOf = (id: number): SQL => sql`(select ${users.id} from ${users} where ${users.customer_id} = ${id})`;

const line = jsonObject({ ...TICKET_PART.columns, name: parts.name });
const lines = jsonArray(
  line,
  sql`${ticketParts} join ${parts} on ${parts.id} = ${ticketParts.inventory_id} where ${ticketParts.service_ticket_id} = ${serviceTickets.id}`,
);

/** How items of each kind are found and shown. */
export const KINDS: Readonly<Record<Section, Kind>> = {
  customer: kind({
    table: customers,
    row: jsonObject(customerColumns),
    ofPerson: (id) => eq(customers.id, id),
    item: (row, actor) => presentCustomer(row, actor, true),
  }),
  account: kind({
    table: users,
    row: USER.json,
    ofPerson: (id) => eq(users.customer_id, id),
    item: (row, actor) => present(USER, row, actor, true),
  }),
  sessions: kind({
    table: sessions,
    row: SESSION.json,
    ofPerson: (id) => sql`${sessions.user_id} = ${accountOf(id)}`,
    item: (row, actor) => present(SESSION, row, actor, true),
  }),
  vehicles: kind({
    table: vehicles,
    row: VEHICLE.json,
    ofPerson: (id) => eq(vehicles.customer_id, id),
    item: (row, actor) => present(VEHICLE, row, actor),
  }),
  service_tickets: kind({
    table: serviceTickets,
    row: jsonObject({ ...TICKET.columns, parts: lines }),
    ofPerson: (id) => eq(serviceTickets.customer_id, id),
    item: ({ parts: used, ...row }, actor) => ({
      ...present(TICKET, row, actor),
      parts: used.map(({ name, ...each }) => ({ name, ...present(TICKET_PART, each, actor) })),
    }),
  }),
  estimates: kind({
    table: estimates,
    row: jsonObject({ ...ESTIMATE.columns, content: sql<Content>`json(${estimates.content})` }),
    ofPerson: (id) => eq(estimates.customer_id, id),
    item: ({ content, ...row }, actor) => ({ ...present(ESTIMATE, row, actor), ...presentContent(content) }),
  }),
  authorizations: kind({
    table: authorizations,
    row: jsonObject({ ...AUTHORIZATION.columns, decided }),
    ofPerson: (id) =>
      sql`${authorizations.estimate_id} in (select ${estimates.id} from ${estimates} where ${estimates.customer_id} = ${id})`,
    item: ({ decided: said, ...row }, actor) => ({ ...present(AUTHORIZATION, row, actor), decisions: said.map(presentDecided) }),
  }),
  share_links: kind({
    table: shareLinks,
    row: SHARE_LINK.json,
    ofPerson: (id) =>
      sql`${shareLinks.service_ticket_id} in (select ${serviceTickets.id} from ${serviceTickets} where ${serviceTickets.customer_id} = ${id})`,
    item: (row, actor) => present(SHARE_LINK, row, actor),
  }),
  invoices: kind({
    table: invoices,
    row: jsonObject({ ...INVOICE.columns, content: sql<InvoiceContent | CreditContent>`json(${invoices.content})` }),
    ofPerson: (id) => eq(invoices.customer_id, id),
    item: ({ content, ...row }, actor) => ({
      ...present(INVOICE, row, actor),
      ...{ seller: content.seller, buyer: content.buyer, vehicle: content.vehicle, po_number: content.po_number },
      ...presentParts(content, actor),
    }),
  }),
  payments: kind({
    table: payments,
    row: PAYMENT.json,
    ofPerson: (id) => sql`${payments.invoice_id} in (select ${invoices.id} from ${invoices} where ${invoices.customer_id} = ${id})`,
    item: (row, actor) => present(PAYMENT, row, actor),
  }),
  mails: kind({
    table: mails,
    row: jsonObject({
      id: mails.id,
      kind: mails.kind,
      recipient: mails.recipient,
      service_ticket_id: mails.service_ticket_id,
      message: mails.message,
      state: mails.state,
      created_at: mails.created_at,
      sent_at: mails.sent_at,
    }),
    ofPerson: (id) => sql`(${mails.customer_id} = ${id} or ${mails.user_id} = ${accountOf(id)})`,
    item: (row) => row,
  }),
  audit_log: kind({
    table: auditLog,
    row: jsonObject({
      id: auditLog.id,
      at: auditLog.at,
      role: auditLog.role,
      action: auditLog.action,
      before: auditLog.before,
      after: auditLog.after,
      // Addresses of others, who wrote about the person, are not theirs.
      address: sql<string | null>`iif(${auditLog.role} in ('customer', 'link', 'anonymous'), ${auditLog.address}, null)`,
    }),
    ofPerson: (id) => eq(auditLog.customer_id, id),
    item: ({ before, after, ...row }, actor) => {
      const hidden = isStaff(actor) ? NOTHING_HIDDEN : (STAFF_FIELDS.get(row.action.split(".")[0] ?? "") ?? NOTHING_HIDDEN);
      return { ...row, before: image(before, hidden), after: image(after, hidden) };
    },
  }),
};

/** The columns that only staff sees, by the name of their record. */
const STAFF_FIELDS = new Map<string, ReadonlySet<string>>(
  ENTITIES.map(({ name, uses }) => [name, new Set([...uses].flatMap(([column, { use }]) => (use === "staff" ? [column] : [])))]),
);
const NOTHING_HIDDEN: ReadonlySet<string> = new Set();

/** An image of the audit log, without what the reader does not see of the record itself. */
const image = (text: string | null, hidden: ReadonlySet<string>): Item | null =>
  text === null ? null : Object.fromEntries(Object.entries(parseRow<Item>(text)).filter(([name]) => !hidden.has(name)));
