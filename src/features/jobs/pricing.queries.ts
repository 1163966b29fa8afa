import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Actor } from "../../core/actor.ts";
import type { Thousandths } from "../../core/quantity.ts";
import type { Db } from "../../db/client.ts";
import { type JsonOf, jsonArray, jsonObject } from "../../db/json.ts";
import { approvedLines, countedLines, type Pricing, pricingOf } from "../../db/pricing.ts";
import { findRow, rowById } from "../../db/records/read.ts";
import { TICKET_DISCOUNT, ticketsVisibleTo } from "../../db/records/ticket.ts";
import { TICKET_JOB } from "../../db/records/ticket-job.ts";
import { TICKET_LINE } from "../../db/records/ticket-line.ts";
import { serviceTickets, ticketParts } from "../../db/schema/service-tickets.ts";
import { type AuthorizationMode, shop } from "../../db/schema/shop.ts";
import { ticketJobs, ticketLines } from "../../db/schema/ticket-lines.ts";
import { checkShopDay, onShopDay } from "../../db/shop-day.ts";

const { id } = serviceTickets;

const line = jsonObject({
  ...TICKET_LINE.columns,
  discount_percent: ticketLines.discount_percent,
  discount_value: ticketLines.discount_value,
});
export type LineRow = JsonOf<typeof line>;

const job = jsonObject(TICKET_JOB.columns);
export type JobRow = JsonOf<typeof job>;

/** What a ticket sells, and what of it has left the stock. */
const sold = {
  jobs: jsonArray(
    job,
    sql`(select * from ${ticketJobs} where ${ticketJobs.service_ticket_id} = ${id} order by position, id) as ${ticketJobs}`,
  ),
  lines: jsonArray(line, sql`(select * from ${ticketLines} where ${ticketLines.service_ticket_id} = ${id} order by id) as ${ticketLines}`),
  parts: jsonArray(
    jsonObject({
      inventory_id: ticketParts.inventory_id,
      drawn: sql<Thousandths>`${ticketParts.quantity} * ${ticketParts.held}`,
    }),
    sql`${ticketParts} where ${ticketParts.service_ticket_id} = ${id}`,
  ),
};
const soldJson = jsonObject(sold);
export type SoldRow = JsonOf<typeof soldJson>;

interface ShopFacts {
  readonly name: string;
  readonly address: string | null;
  readonly authorization: AuthorizationMode;
  readonly time_zone: string;
}

const facts = sql<ShopFacts>`json((select json_object('name', ${shop.name}, 'address', ${shop.address}, 'authorization', ${shop.authorization},
  'time_zone', ${shop.time_zone}) from ${shop}))`;

const hasLine = (where: SQL) => sql`exists (select 1 from ${ticketLines} where ${ticketLines.service_ticket_id} = ${id} and ${where})`;
/** Some lines are approved and others are open, so that what is approved is neither nothing nor all that counts. */
const isMixed = sql`(${hasLine(sql`${ticketLines.decision} <> 'open' and ${ticketLines.decision} = 'approved'`)}
  and ${hasLine(sql`${ticketLines.decision} = 'open'`)})`;

/** The sums of what is approved, where they are neither nothing nor the sums of all that counts. */
const approvedApart = (ticket: number, date: string): SQL<Pricing | null> =>
  sql<Pricing | null>`iif(${isMixed}, json(${pricingOf(approvedLines(ticket), date)}), null)`;

const pricing = (ticket: number, date: string, onlyApproved = false) =>
  jsonObject({
    version: serviceTickets.version,
    status: serviceTickets.status,
    ...TICKET_DISCOUNT,
    ...sold,
    shop: facts,
    sums: sql<Pricing>`json(${pricingOf(onlyApproved ? approvedLines(ticket) : countedLines(ticket), date)})`,
    approved: onlyApproved ? sql<Pricing | null>`null` : approvedApart(ticket, date),
  });
export type PricingRow = JsonOf<ReturnType<typeof pricing>>;

/** A subquery for what a ticket sells and comes to on a day (YYYY-MM-DD in the shop's time zone); commands read their answer with it. */
export const pricingById = (ticket: number, date: string): SQL<PricingRow> => rowById(serviceTickets, pricing(ticket, date), ticket);

const visible = (actor: Actor, ticket: number): SQL | undefined => and(eq(serviceTickets.id, ticket), ticketsVisibleTo(actor));

/**
 * What a ticket sells and comes to today. Throws `not_found` if it does not exist or belongs to another customer.
 * @param now ISO 8601
 * @param onlyApproved as if only lines counted that the customer has approved
 */
export const findPricing = (db: Db, actor: Actor, now: string, ticket: number, onlyApproved: boolean): Promise<PricingRow> =>
  onShopDay(db, now, async (day) => {
    const row = await findRow(db, serviceTickets, pricing(ticket, day.date, onlyApproved), visible(actor, ticket));
    checkShopDay(day, row.shop.time_zone);
    return row;
  });

/** The jobs and lines of a ticket. Throws `not_found` if it does not exist or belongs to another customer. */
export const findSold = (db: Db, actor: Actor, ticket: number): Promise<SoldRow> =>
  findRow(db, serviceTickets, soldJson, visible(actor, ticket));
