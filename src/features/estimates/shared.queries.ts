import { eq, type SQL, sql } from "drizzle-orm";
import type { LinkHolder } from "../../core/actor.ts";
import type { Db } from "../../db/client.ts";
import { type JsonOf, jsonArray, jsonObject, jsonOne, parseRow } from "../../db/json.ts";
import { AUTHORIZATION, type Decided } from "../../db/records/authorization.ts";
import { SHOP_HEAD } from "../../db/records/estimate-content.ts";
import { INVOICE } from "../../db/records/invoice.ts";
import type { CreditContent, InvoiceContent } from "../../db/records/invoice-content.ts";
import { findRow, NESTED, rowById } from "../../db/records/read.ts";
import { authorizations, estimates } from "../../db/schema/estimates.ts";
import { invoices } from "../../db/schema/invoices.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { shareLinks } from "../../db/schema/share-links.ts";
import { shop } from "../../db/schema/shop.ts";
import { checkShopDay, onShopDay } from "../../db/shop-day.ts";
import { type OnDay, stateByLine, wholeEstimate } from "./estimates.queries.ts";

/** How many bytes of what invoices, and what decisions, show are read at most: the newest of them. A row of D1 holds 2 MB. */
const INVOICE_BYTES = sql.raw("500000");
const DECISION_BYTES = sql.raw("300000");
const MOST = sql.raw(String(NESTED));

/** A text of the newest rows, or null for older ones with which they would be longer than that together. */
const asLongAs = <T>(text: SQL, bytes: SQL): SQL<T | null> =>
  sql<T | null>`json(iif(sum(length(cast(${text} as blob))) over (order by id desc) <= ${bytes}, ${text}, null))`;

const invoice = jsonObject({
  ...INVOICE.listedColumns,
  credits: sql<{ readonly id: number; readonly number: string } | null>`${invoices.content} -> '$.credits'`,
  currency: sql<string>`${invoices.content} ->> '$.seller.currency'`,
  content: sql<InvoiceContent | CreditContent | null>`json(${sql.raw("shown")})`,
});
export type SharedInvoiceRow = JsonOf<typeof invoice>;

const authorization = jsonObject({
  ...AUTHORIZATION.listedColumns,
  decided: sql<readonly Decided[] | null>`json(${sql.raw("said")})`,
});
export type SharedAuthorizationRow = JsonOf<typeof authorization>;

const ofTicket = sql`where service_ticket_id = ${serviceTickets.id}`;

const documents = jsonObject({
  shop: jsonOne(jsonObject({ ...SHOP_HEAD, locale: shop.locale, time_zone: shop.time_zone }), sql`${shop}`),
  invoices: jsonArray(
    invoice,
    sql`(select *, ${asLongAs(sql`content`, INVOICE_BYTES)} as shown from ${invoices} ${ofTicket} order by id desc limit ${MOST}) as ${invoices}`,
  ),
  authorizations: jsonArray(
    authorization,
    sql`(select *, ${asLongAs(sql`decisions`, DECISION_BYTES)} as said from ${authorizations} ${ofTicket} order by id desc limit ${MOST}) as ${authorizations}`,
  ),
});

const estimate = jsonObject({ ...wholeEstimate, states: stateByLine });
export type SharedEstimateRow = JsonOf<typeof estimate>;

const newestEstimate = (ticket: number): SQL<SharedEstimateRow | null> =>
  rowById(estimates, estimate, sql<number>`(select max(id) from ${estimates} where ${eq(estimates.service_ticket_id, ticket)})`);

/** What the holder of a link sees. */
export interface SharedRow extends JsonOf<typeof documents> {
  readonly expires_at: string;
  /** The newest estimate of the ticket, or null. */
  readonly estimate: SharedEstimateRow | null;
}

/**
 * The newest estimate of the link's ticket, the newest of its invoices and of what was decided. `now` is ISO 8601.
 * Throws `not_found` when the ticket is gone.
 */
export const findShared = (db: Db, { ticketId, linkId }: LinkHolder, now: string): Promise<OnDay<SharedRow>> =>
  onShopDay(db, now, async (day) => {
    // Apart from each other, since both together may be longer than a row can be.
    const [found, first] = await Promise.all([
      findRow(db, serviceTickets, documents, eq(serviceTickets.id, ticketId)),
      db.get<{ json: string | null; expires_at: string }>(
        sql`select ${newestEstimate(ticketId)} as json, (select ${shareLinks.expires_at} from ${shareLinks} where ${eq(shareLinks.id, linkId)}) as expires_at`,
      ),
    ]);
    checkShopDay(day, found.shop.time_zone);
    const shown = first.json === null ? null : parseRow<SharedEstimateRow>(first.json);
    return { found: { ...found, estimate: shown, expires_at: first.expires_at }, date: day.date };
  });
