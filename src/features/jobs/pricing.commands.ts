import { eq, type SQL, sql } from "drizzle-orm";
import type { Statement } from "../../db/client.ts";
import { render } from "../../db/dialect.ts";
import { discountColumns } from "../../db/records/discount.ts";
import { parts } from "../../db/schema/inventory.ts";
import { serviceTickets, ticketParts } from "../../db/schema/service-tickets.ts";
import { shop } from "../../db/schema/shop.ts";
import { ticketJobs, ticketLines } from "../../db/schema/ticket-lines.ts";
import { requires } from "../../db/write/commit.ts";
import { insertFrom } from "../../db/write/insert-from.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { changeSold } from "./change-sold.ts";
import type { PricingRow } from "./pricing.queries.ts";
import type { DiscountChange } from "./pricing.schemas.ts";

/** Sets or, with null, ends the discount of a ticket. Throws `not_found`, `ticket_closed`. */
export const setDiscount = (context: WriteContext, ticket: number, discount: DiscountChange | null): Promise<PricingRow> =>
  changeSold(context, ticket, {
    verb: "discount_changed",
    changes: [
      context.db
        .update(serviceTickets)
        .set({ ...discountColumns(discount), discount_reason: discount?.reason ?? null })
        .where(eq(serviceTickets.id, ticket)),
    ],
  });

/** Of each job that is decided together whether the customer's yes covers it, as the view `line_coverage` tells it of each line. */
const together = (ticket: number): SQL => sql`select j.id as job_id, (select min(o.decision <> 'open')
    and sum(iif(o.decision = 'approved', o.net - o.authorized_net, 0)) <= 0 from ${ticketLines} o where o.job_id = j.id) as covered
  from ${ticketJobs} j where j.service_ticket_id = ${ticket} and j.by_line = 0`;

/** What should have left the stock of each part: what the lines plan that the customer's yes covers, or where none is needed all. */
const planned = (ticket: number): SQL => sql`(with together as materialized (${together(ticket)})
  select l.inventory_id, sum(l.quantity) as quantity, min(l.id) as line_id
  from ${ticketLines} l left join together on together.job_id = l.job_id
  where l.service_ticket_id = ${ticket} and l.inventory_id is not null and l.decision <> 'declined'
    and ((l.decision = 'approved' and ifnull(together.covered, l.net <= l.authorized_net)) or (select ${shop.authorization} from ${shop}) = 'none')
  group by l.inventory_id) planned`;

const onTicket = (ticket: number): SQL =>
  sql`${ticketParts.service_ticket_id} = ${ticket} and ${ticketParts.inventory_id} = planned.inventory_id`;

/** Raises the parts that the ticket has; triggers take the stock. */
const drawMore = (ticket: number): Statement => ({
  toSQL: () =>
    render("update ticket_parts set quantity = planned.quantity from ", [
      sql`${planned(ticket)} where ${onTicket(ticket)} and ${ticketParts.quantity} < planned.quantity`,
    ]),
});

/** Adds the parts that the ticket does not have, at the price and cost of their first line. */
const drawNew = (ticket: number): Statement =>
  insertFrom(
    ticketParts,
    {
      service_ticket_id: ticket,
      inventory_id: sql`planned.inventory_id`,
      quantity: sql`planned.quantity`,
      unit_price: sql`coalesce(${ticketLines.unit_price}, ${parts.price})`,
      unit_cost: sql`coalesce(${ticketLines.unit_cost}, ${parts.cost})`,
    },
    sql`from ${planned(ticket)} join ${ticketLines} on ${ticketLines.id} = planned.line_id join ${parts} on ${parts.id} = planned.inventory_id
      where not exists (select 1 from ${ticketParts} where ${onTicket(ticket)})`,
  );

/**
 * Takes from stock what covered lines still lack: all of it, or nothing.
 * Throws `not_found`, `ticket_closed`, `nothing_to_draw`, `insufficient_stock`, `part_retired`, `whole_units_only`, `too_many_added`.
 */
export const drawParts = (context: WriteContext, ticket: number): Promise<PricingRow> => {
  const lacking = sql`select 1 from ${planned(ticket)}
    where planned.quantity > coalesce((select ${ticketParts.quantity} from ${ticketParts} where ${onTicket(ticket)}), 0)`;
  return changeSold(context, ticket, {
    verb: "parts_drawn",
    preconditions: [requires("nothing_to_draw", sql`exists (${lacking})`)],
    changes: [drawMore(ticket), drawNew(ticket)],
  });
};
