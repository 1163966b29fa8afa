import { type SQL, sql } from "drizzle-orm";
import { type Cents, MAX_CENTS } from "../core/money.ts";
import type { Ppm } from "../core/percent.ts";
import { customers } from "./schema/customers.ts";
import { serviceTickets } from "./schema/service-tickets.ts";
import { taxes } from "./schema/shop.ts";
import { LINE_KINDS, ticketLines } from "./schema/ticket-lines.ts";

/**
 * The only arithmetic of money: what lines come to, for what is shown live and for what is frozen. In whole cents and half up,
 * each step once: nets of lines, the discount of the ticket, its shares by largest remainder, each tax on its base.
 */

/** A line with its share of the ticket's discount, in cents. */
export interface PricedLine {
  readonly id: number;
  readonly kind: string;
  readonly net: Cents;
  readonly share: Cents;
}

/** A tax with what it falls on, in cents. */
export interface PricedTax {
  readonly id: number;
  readonly name: string;
  readonly rate: Ppm;
  readonly base: Cents;
  readonly amount: Cents;
}

/** What lines come to, in cents: `net` is after the ticket's discount, `total` with taxes. */
export interface Pricing {
  readonly lines_net: Cents;
  readonly discount_amount: Cents;
  readonly net: Cents;
  readonly tax: Cents;
  readonly total: Cents;
  readonly shares: readonly PricedLine[];
  readonly taxes: readonly PricedTax[];
}

/** The lines of a ticket that count: those that the customer has not declined. */
export const countedLines = (ticket: SQL | number): SQL =>
  sql`select id, kind, taxable, net from ${ticketLines} where service_ticket_id = ${ticket} and decision <> 'declined'`;

/** Those among them that the customer has approved. */
export const approvedLines = (ticket: SQL | number): SQL =>
  sql`select id, kind, taxable, net from ${ticketLines} where service_ticket_id = ${ticket} and decision = 'approved'`;

/**
 * A subquery for what lines come to, as JSON of `Pricing`. Lines of more than 9,999,999.99 together have no discount, since
 * its shares would be beyond the numbers of SQLite; they are neither presented nor billed.
 * @param lines a SELECT of `id`, `kind`, `taxable` and `net` (cents); shares go by net, ties to the lower id
 * @param ticket the ticket whose discount and customer they have
 * @param date the day (YYYY-MM-DD, in the shop's time zone) whose taxes apply
 */
export const pricingOf = (lines: SQL, ticket: SQL | number, date: SQL | string): SQL<Pricing> => sql<Pricing>`(
  with discounted as (
    select l.id, l.kind, l.taxable, l.net, w.lines_net,
      iif(w.lines_net > ${MAX_CENTS}, 0, min(w.lines_net, coalesce((w.lines_net * t.discount_percent + 500000) / 1000000, t.discount_value, 0))) as discount
    from (select sum(net) as lines_net from (${lines})) w, ${serviceTickets} t, (${lines}) l where t.id = ${ticket}),
  floored as (
    select *, ifnull(discount * net / lines_net, 0) as floor, ifnull(discount * net % lines_net, 0) as remainder from discounted),
  ranked as (
    select json_group_array(json_object('id', id, 'kind', kind, 'taxable', taxable, 'net', net, 'floor', floor) order by remainder desc, id) as lines,
      discount - sum(floor) as left_over, lines_net, discount from floored),
  shared as (
    select value ->> 'id' as id, value ->> 'kind' as kind, value ->> 'taxable' as taxable, value ->> 'net' as net, lines_net, discount,
      (value ->> 'floor') + (key < left_over) as share from ranked, json_each(ranked.lines)),
  summed as materialized (
    select ifnull(max(lines_net), 0) as lines_net, ifnull(max(discount), 0) as discount,
      json_group_array(json_object('id', id, 'kind', kind, 'net', net, 'share', share)) as shares,
      ${sql.join(
        LINE_KINDS.map((kind) => sql.raw(`ifnull(sum(net - share) filter (where taxable and kind = '${kind}'), 0) as "${kind}"`)),
        sql`, `,
      )}
    from shared),
  bases as (
    select x.id, x.name, x.rate, ${sql.join(
      LINE_KINDS.map((kind) => sql.raw(`iif(instr(x.applies_to, '${kind}') > 0, summed."${kind}", 0)`)),
      sql` + `,
    )} as base
    from ${taxes} x, summed where x.valid_from <= ${date} and ifnull(x.valid_until, '9999') >= ${date}
      and not exists (select 1 from ${serviceTickets} t, ${customers} c where t.id = ${ticket} and c.id = t.customer_id
        and c.tax_exempt_reason is not null and ifnull(c.tax_exempt_until, '9999') >= ${date})),
  taxed as (
    select ifnull(sum(amount), 0) as tax,
      json_group_array(json_object('id', id, 'name', name, 'rate', rate, 'base', base, 'amount', amount)) as taxes
    from (select *, (base * rate + 500000) / 1000000 as amount from bases where base > 0 order by id))
  select json_object('lines_net', lines_net, 'discount_amount', discount, 'net', lines_net - discount, 'tax', tax,
    'total', lines_net - discount + tax, 'shares', json(shares), 'taxes', json(taxes)) from summed, taxed)`;
