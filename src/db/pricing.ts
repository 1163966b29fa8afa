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
  /** The kinds of lines that it falls on. */
  readonly applies_to: readonly string[];
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

const { discount_percent, discount_value } = serviceTickets;

/** What falls on lines of each kind that are taxed, in the CTE `summed`; and of those the ones that a tax `x` falls on. */
const basesByKind = sql.raw(
  LINE_KINDS.map((kind) => `ifnull(sum(net - share) filter (where taxable and kind = '${kind}'), 0) as "${kind}"`).join(", "),
);
const baseOfTax = sql.raw(LINE_KINDS.map((kind) => `iif(instr(x.applies_to, '${kind}') > 0, summed."${kind}", 0)`).join(" + "));

/**
 * An expression for what lines come to, as JSON of `Pricing`, in a query over `service_tickets` whose row has their discount and
 * customer. Lines of more than 9,999,999.99 together have no discount, since its shares would be beyond the numbers of SQLite;
 * they are neither presented nor billed.
 * @param lines a SELECT of `id`, `kind`, `taxable` and `net` (cents); shares go by net, ties to the lower id
 * @param date the day (YYYY-MM-DD, in the shop's time zone) whose taxes apply
 */
export const pricingOf = (lines: SQL, date: SQL | string): SQL<Pricing> => sql<Pricing>`(
  with discounted as (
    select l.id, l.kind, l.taxable, l.net, w.lines_net, iif(w.lines_net > ${MAX_CENTS}, 0,
      min(w.lines_net, coalesce((w.lines_net * ${discount_percent} + 500000) / 1000000, ${discount_value}, 0))) as discount
    from (select sum(net) as lines_net from (${lines})) w, (${lines}) l),
  floored as (
    select *, ifnull(discount * net / lines_net, 0) as floor, ifnull(discount * net % lines_net, 0) as remainder from discounted),
  ranked as (
    select json_group_array(json_object('id', id, 'kind', kind, 'taxable', taxable, 'net', net, 'floor', floor) order by remainder desc, id) as lines,
      discount - sum(floor) as left_over, lines_net, discount from floored),
  shared as (
    select value ->> 'id' as id, value ->> 'kind' as kind, value ->> 'taxable' as taxable, value ->> 'net' as net, lines_net, discount,
      (value ->> 'floor') + (key < left_over) as share from ranked, json_each(ranked.lines)),
  summed as (
    select ifnull(max(lines_net), 0) as lines_net, ifnull(max(discount), 0) as discount,
      json_group_array(json_object('id', id, 'kind', kind, 'net', net, 'share', share)) as shares, ${basesByKind},
      exists (select 1 from ${customers} where ${customers.id} = ${serviceTickets.customer_id} and ${customers.tax_exempt_reason} is not null
        and ifnull(${customers.tax_exempt_until}, '9999') >= ${date}) as is_exempt
    from shared),
  taxed as materialized (
    select lines_net, discount, shares, (
      select json_object('tax', ifnull(sum(amount), 0),
        'taxes', json_group_array(json_object('id', id, 'name', name, 'rate', rate, 'base', base, 'amount', amount, 'applies_to',
          json(applies_to))))
      from (select *, (base * rate + 500000) / 1000000 as amount from (
        select x.id, x.name, x.rate, x.applies_to, ${baseOfTax} as base from ${taxes} x
        where x.valid_from <= ${date} and ifnull(x.valid_until, '9999') >= ${date} and not summed.is_exempt)
        where base > 0 order by id)) as taxes
    from summed)
  select json_object('lines_net', lines_net, 'discount_amount', discount, 'net', lines_net - discount, 'tax', taxes ->> 'tax',
    'total', lines_net - discount + (taxes ->> 'tax'), 'shares', json(shares), 'taxes', taxes -> 'taxes') from taxed)`;
