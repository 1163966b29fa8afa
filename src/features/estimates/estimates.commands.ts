import { eq, sql } from "drizzle-orm";
import { countedLines, pricingOf } from "../../db/pricing.ts";
import { ESTIMATE } from "../../db/records/estimate.ts";
import { contentOf } from "../../db/records/estimate-content.ts";
import { TICKET } from "../../db/records/ticket.ts";
import { estimates } from "../../db/schema/estimates.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { shop } from "../../db/schema/shop.ts";
import { ticketLines } from "../../db/schema/ticket-lines.ts";
import { onShopDay, requiresShopDay } from "../../db/shop-day.ts";
import { commit, created, newest } from "../../db/write/commit.ts";
import { idAfterLost } from "../../db/write/ids-after-restore.ts";
import { insertFrom } from "../../db/write/insert-from.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { type EstimateRow, estimateById, type OnDay } from "./estimates.queries.ts";
import type { NewEstimate } from "./estimates.schemas.ts";

const priced = sql.raw("r.priced");
const day = sql.raw("r.date");
const year = sql`cast(substr(${day}, 1, 4) as integer)`;
const cents = (name: string) => sql.raw(`r.priced ->> '${name}'`);

/** The day of the next estimate: today, but not before that of the last one, since numbers and days rise together. */
const dayOf = (date: string) => sql`(select max(${date}, ifnull((select date from ${estimates} order by id desc limit 1), '')))`;

/**
 * Presents what a ticket costs: freezes the lines that the customer has not declined, as the current estimate of the ticket.
 * Throws `not_found`, `nothing_to_estimate`, `ticket_closed`, `invoice_posted`, `document_too_large`.
 */
export const presentEstimate = ({ db, writer, now }: WriteContext, ticket: number, { message }: NewEstimate): Promise<OnDay<EstimateRow>> =>
  onShopDay(db, now, async (shopDay) => {
    const date = dayOf(shopDay.date);
    // Kept as a table, so that the price is reckoned once, though each column reads of it.
    const reckoned = sql`(with r as materialized (select ${date} as date, (select ${shop.estimate_valid_days} from ${shop}) as days,
      ${pricingOf(countedLines(ticket), date)} as priced from ${serviceTickets} where ${eq(serviceTickets.id, ticket)}) select * from r) r`;
    const found = await commit(db, writer, {
      target: { entity: TICKET, id: ticket },
      preconditions: [requiresShopDay(shopDay)],
      changes: [
        insertFrom(
          estimates,
          {
            id: idAfterLost(estimates),
            service_ticket_id: ticket,
            customer_id: sql`${serviceTickets.customer_id}`,
            year,
            sequence: sql`1 + (select ifnull(max(sequence), 0) from ${estimates} where year = ${year})`,
            at: now,
            date: day,
            valid_until: sql`date(${day}, '+' || r.days || ' days')`,
            message: message ?? null,
            lines_net: cents("lines_net"),
            discount_amount: cents("discount_amount"),
            net: cents("net"),
            tax: cents("tax"),
            total: cents("total"),
            content: contentOf(priced),
            authorized_net: sql`(select ifnull(sum(authorized_net), 0) from ${ticketLines} where ${ticketLines.service_ticket_id} = ${ticket})`,
          },
          sql`from ${reckoned}, ${serviceTickets} where ${eq(serviceTickets.id, ticket)}`,
        ),
      ],
      audit: [created(ESTIMATE)],
      answer: estimateById(newest(ESTIMATE)),
    });
    return { found, date: found.date };
  });
