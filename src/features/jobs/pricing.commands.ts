import { eq, type SQL, sql } from "drizzle-orm";
import type { Statement } from "../../db/client.ts";
import { render } from "../../db/dialect.ts";
import { discountColumns } from "../../db/records/discount.ts";
import { parts } from "../../db/schema/inventory.ts";
import { serviceTickets, ticketParts } from "../../db/schema/service-tickets.ts";
import { shop } from "../../db/schema/shop.ts";
import { ticketLines } from "../../db/schema/ticket-lines.ts";
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

/** What should have left the stock of each part: what the lines plan that the customer's yes covers, or where none is needed all. */
const planned = (ticket: number): SQL => sql`(select inventory_id, sum(quantity) as quantity, min(id) as line_id from line_coverage
  where service_ticket_id = ${ticket} and inventory_id is not null
    and (covered or (decision <> 'declined' and (select ${shop.authorization} from ${shop}) = 'none'))
  group by inventory_id) planned`;

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
