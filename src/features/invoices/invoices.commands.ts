import { eq, type SQL, sql } from "drizzle-orm";
import { countedLines, pricingOf } from "../../db/pricing.ts";
import { INVOICE } from "../../db/records/invoice.ts";
import { invoiceContentOf } from "../../db/records/invoice-content.ts";
import { TICKET } from "../../db/records/ticket.ts";
import { type DocumentKind, invoices } from "../../db/schema/invoices.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { shop } from "../../db/schema/shop.ts";
import { LINE_KINDS } from "../../db/schema/ticket-lines.ts";
import { onShopDay, requiresShopDay, shopDayOf } from "../../db/shop-day.ts";
import { commit, created, newest, type Precondition, requires } from "../../db/write/commit.ts";
import { lastNumberOf } from "../../db/write/document-numbers.ts";
import { idAfterLost } from "../../db/write/ids-after-restore.ts";
import { insertFrom } from "../../db/write/insert-from.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { type InvoiceRow, invoiceById, type OnDay } from "./invoices.queries.ts";
import type { NewInvoice } from "./invoices.schemas.ts";
import { withNumbers } from "./with-numbers.ts";

const day = sql.raw("r.date");
const cents = (name: string) => sql.raw(`r.priced ->> '${name}'`);

/** The day of the next document of a series: today, but not before that of the last one, since numbers and days rise together. */
export const documentDay = (kind: DocumentKind, date: string): SQL =>
  sql`(select max(${date}, ifnull((select date from ${invoices} where kind = ${kind} order by year desc, sequence desc limit 1), '')))`;

/** The year of a day, and the next number of a series in it. */
export const numbered = (kind: DocumentKind, date: SQL) => {
  const year = sql`cast(substr(${date}, 1, 4) as integer)`;
  return { kind, year, sequence: sql`1 + ${lastNumberOf(kind, year)}` };
};

/** The nets of lines by kind after their shares of the ticket's discount, all read in one pass. */
const NETS = sql.raw(
  `(select json_object(${LINE_KINDS.map((kind) => `'${kind}', ifnull(sum((value ->> 'net') - (value ->> 'share')) filter (where value ->> 'kind' = '${kind}'), 0)`).join(", ")})
    from json_each(r.priced, '$.shares'))`,
);
const netOf = (kind: string): SQL => sql.raw(`r.nets ->> '${kind}'`);

/**
 * Posts the invoice of a ticket: freezes what it sells under the next number, and the ticket with it. Throws `not_found`,
 * `already_invoiced`, `not_postable` with all that is unmet, `amount_too_large`, `document_too_large`, `invalid_period` for a due date before its day, and what `withNumbers` throws.
 */
export const postInvoice = (context: WriteContext, ticket: number, body: NewInvoice): Promise<OnDay<InvoiceRow>> =>
  withNumbers(context, (requiresKnown) => post(context, ticket, body, requiresKnown));

const post = ({ db, writer, now }: WriteContext, ticket: number, body: NewInvoice, requiresKnown: Precondition) =>
  onShopDay(db, now, async (shopDay) => {
    const date = documentDay("invoice", shopDay.date);
    // Kept as a table, so that the price is reckoned once, though each column reads of it.
    const reckoned = sql`(with r as materialized (select ${date} as date, (select ${shop.payment_terms_days} from ${shop}) as days,
      ${pricingOf(countedLines(ticket), date)} as priced from ${serviceTickets} where ${eq(serviceTickets.id, ticket)}),
      n as materialized (select r.*, ${NETS} as nets from r) select * from n) r`;
    const [labor, part, sublet, fee] = LINE_KINDS;
    const isTicket = eq(serviceTickets.id, ticket);
    const found = await commit(db, writer, {
      target: { entity: TICKET, id: ticket },
      preconditions: [
        requiresKnown,
        requiresShopDay(shopDay),
        ...(body.due_date ? [requires("invalid_period", sql`${body.due_date} >= ${date}`)] : []),
      ],
      changes: [
        insertFrom(
          invoices,
          {
            id: idAfterLost(invoices),
            ...numbered("invoice", day),
            service_ticket_id: ticket,
            customer_id: sql`${serviceTickets.customer_id}`,
            vehicle_id: sql`${serviceTickets.vehicle_id}`,
            at: now,
            date: day,
            supplied_on: sql`coalesce(${shopDayOf(sql`${serviceTickets.completed_at}`, shopDay, now)}, ${day})`,
            due_date: body.due_date ?? sql`date(${day}, '+' || r.days || ' days')`,
            lines_net: cents("lines_net"),
            discount_amount: cents("discount_amount"),
            net: cents("net"),
            tax: cents("tax"),
            total: cents("total"),
            labor: netOf(labor),
            part: netOf(part),
            sublet: netOf(sublet),
            fee: netOf(fee),
            text: body.text ?? null,
            staff_user_id: writer.userId,
            content: invoiceContentOf(sql.raw("r.priced")),
          },
          sql`from ${reckoned}, ${serviceTickets} where ${isTicket}`,
        ),
      ],
      audit: [created(INVOICE), { entity: TICKET, verb: "invoiced", where: isTicket }],
      answer: invoiceById(newest(INVOICE)),
    });
    return { found, date: shopDay.date };
  });
