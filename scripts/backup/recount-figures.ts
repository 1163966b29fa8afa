import { NEVER_DUE } from "../../src/db/schema/figures.ts";
import { PAYMENT_METHODS } from "../../src/db/schema/invoices.ts";

/** The lines of documents, with whether they add or take off, as figures count them. */
const LINES = `select i.date, iif(i.kind = 'invoice', 1, -1) as sign, i.kind = 'invoice' as is_invoice, l.value ->> 'kind' as kind,
    l.value ->> 'mechanic_id' as mechanic_id, l.value ->> 'quantity' as quantity, l.value ->> 'cost' as cost,
    (l.value ->> 'net') - iif(i.kind = 'invoice', l.value ->> 'share', 0) as net,
    iif(i.kind = 'invoice', (l.value ->> 'discount_amount') + (l.value ->> 'share'), l.value ->> 'discount') as discount
  from invoices i, json_each(i.content, '$.lines') l`;

const netOf = (kind: string): string => `sum(iif(kind = '${kind}', sign * net, 0))`;
const costOf = (kind: string): string => `sum(iif(kind = '${kind}' and cost is not null, sign * cost, 0))`;
const withoutCost = (kind: string): string => `sum(iif(kind = '${kind}' and cost is null, sign * net, 0))`;

/** What a document adds to a number of invoices. */
const COUNTS = "iif(kind = 'invoice', 1, -is_credited)";

const SALES = `select d.date, d.invoices, d.cars, l.labor, l.part, l.sublet, l.fee, l.discounts, l.part_cost, l.sublet_cost, l.part_without_cost,
    l.sublet_without_cost, l.lines_without_cost, l.hours, d.tax
  from (select date, sum(${COUNTS}) as invoices, count(distinct iif(kind = 'invoice', vehicle_id, null)) as cars,
      sum(iif(kind = 'invoice', tax, -tax)) as tax from invoices group by date) d
    join (select date, ${netOf("labor")} as labor, ${netOf("part")} as part, ${netOf("sublet")} as sublet, ${netOf("fee")} as fee,
      sum(sign * discount) as discounts, ${costOf("part")} as part_cost, ${costOf("sublet")} as sublet_cost,
      ${withoutCost("part")} as part_without_cost, ${withoutCost("sublet")} as sublet_without_cost,
      sum(is_invoice and kind in ('part', 'sublet') and cost is null) as lines_without_cost, sum(iif(kind = 'labor', sign * quantity, 0)) as hours
      from (${LINES}) group by date) l on l.date = d.date`;

const MECHANICS = `select date, mechanic_id, sum(hours), sum(labor), sum(tickets), sum(promised), sum(on_time) from (
    select date, mechanic_id, sign * quantity as hours, sign * net as labor, 0 as tickets, 0 as promised, 0 as on_time
      from (${LINES}) where mechanic_id is not null
    union all select date, m.value ->> 'id', 0, 0, ${COUNTS}, iif(content ->> '$.promised_at' is null, 0, ${COUNTS}),
      iif(content ->> '$.completed_at' <= content ->> '$.promised_at', ${COUNTS}, 0)
      from (select i.*, i.content as told from invoices i) invoices, json_each(invoices.told, '$.mechanics') m)
  group by date, mechanic_id`;

const TAXES = `select date, t.value ->> 'name', t.value ->> 'rate', sum(iif(invoices.kind = 'invoice', 1, -1) * (t.value ->> 'base')),
    sum(iif(invoices.kind = 'invoice', 1, -1) * (t.value ->> 'amount'))
  from invoices, json_each(invoices.content, '$.taxes') t where t.value ->> 'base' > 0 group by 1, 2, 3`;

/** Rows of a table that are not among those that it is recounted to, and the other way round. */
const differing = (table: string, recounted: string, kept = `select * from ${table}`): string =>
  `select * from (select * from (${kept}) except select * from (${recounted}))
    union all select * from (select * from (${recounted}) except select * from (${kept}))`;

/** What triggers count of documents day by day, each as a query for its violations. */
export const FIGURES: Readonly<Record<string, string>> = {
  "what was sold on a day is not what its documents come to": differing("daily_sales", SALES),
  "what a mechanic sold on a day is not what its documents come to": differing(
    "daily_mechanics",
    MECHANICS,
    "select date, mechanic_id, hours, labor, tickets, promised, on_time from daily_mechanics",
  ),
  "the taxes of a day are not those of its documents": differing("daily_taxes", TAXES),
  "the till of a day is not what was paid on it": differing(
    "daily_payments",
    `select received_on, ${PAYMENT_METHODS.map((method) => `sum(iif(method = '${method}', effect, 0))`)},
      ${PAYMENT_METHODS.map((method) => `sum(method = '${method}')`)} from payments group by 1`,
  ),
  "the estimates of a day are counted wrong": differing(
    "daily_estimates",
    `select date, count(*), sum(lines_net), sum(authorized_net > 0), sum(authorized_net) from estimates
      where id in (select max(id) from estimates group by service_ticket_id) group by date`,
    "select * from daily_estimates where presented <> 0 or presented_net <> 0 or approved <> 0 or approved_net <> 0",
  ),
  "what is due on a day is not what its invoices still come to": differing(
    "daily_due",
    "select due_date, count(*), sum(balance) from invoices where balance > 0 group by due_date",
  ),
  "what a customer owes is not what their invoices still come to": differing(
    "customer_balances",
    `select customer_id, sum(balance > 0), sum(balance), sum(refundable), ifnull(min(iif(balance > 0, due_date, null)), '${NEVER_DUE}')
      from invoices where balance > 0 or refundable > 0 group by customer_id`,
  ),
  "a line of a document is not as it was posted": `select i.id from invoices i where
    (select json_array(count(*), sum(net), sum(quantity), sum(discount), sum(cost)) from invoice_lines where invoice_id = i.id) is not
    (select json_array(count(*), sum(net), sum(quantity), sum(discount), sum(cost)) from (select
      (value ->> 'net') - iif(i.kind = 'invoice', value ->> 'share', 0) as net, value ->> 'quantity' as quantity, value ->> 'cost' as cost,
      iif(i.kind = 'invoice', (value ->> 'discount_amount') + (value ->> 'share'), value ->> 'discount') as discount
      from json_each(i.content, '$.lines')) where i.kind = 'invoice' or net + quantity + discount + ifnull(cost, 0) > 0)`,
  "the taxes of a document are not those that were posted": `select i.id from invoices i where
    (select json_array(count(*), sum(base), sum(amount)) from invoice_taxes where invoice_id = i.id) is not
    (select json_array(count(*), sum(value ->> 'base'), sum(value ->> 'amount')) from json_each(i.content, '$.taxes') where value ->> 'base' > 0)`,
  "what is paid or credited of an invoice is not what its ledger comes to": `select id from invoices i where kind = 'invoice'
    and (paid <> (select coalesce(sum(effect), 0) from payments where invoice_id = i.id)
      or credited <> (select coalesce(sum(total), 0) from invoices where credits_id = i.id)
      or is_credited <> exists (select 1 from invoices where credits_id = i.id and is_credited = 1))`,
  "a ticket is not billed by its invoice, or by one that is credited": `select t.id from service_tickets t where t.invoice_id is not
    (select id from invoices where service_ticket_id = t.id and kind = 'invoice' and is_credited = 0)`,
  "the numbers of invoices or of credit notes have a gap": `select year from (select kind, year, count(*) as n, max(sequence) as last from invoices
      group by kind, year) s
    where last <> n + (select coalesce(sum(l.last - l.first + 1), 0) from lost_numbers l where l.kind = s.kind and l.year = s.year and l.last < s.last)`,
  "what is unbilled of a ticket is not what its lines come to": `select t.id from service_tickets t
    left join unbilled_work u on u.service_ticket_id = t.id where t.unbilled_net is not u.net`,
};
