import type { Fill, Sizes } from "./load-parts.ts";

/** Invoices are dated within the first 250 days of the year, so that the days after them are free for what is measured. */
const DAYS = 250;
/** Every fourth is still owed, and every twentieth was credited as a whole on the day after. */
const [OWED_EACH, CREDITED_EACH] = [4, 20];

const SELLER = "json_object('name', 'Mechanic Shop', 'address', '12 Main Street', 'currency', 'USD')";
const BUYER =
  "json((select json_object('id', id, 'name', name, 'email', email, 'phone', phone, 'address', address) from customers where id = t.customer_id))";
const VEHICLE =
  "json((select json_object('id', id, 'vin', vin, 'make', make, 'model', model, 'year', year, 'mileage_in', mileage) from vehicles where id = t.vehicle_id))";
const MECHANICS = `json((select json_group_array(json_object('id', m.id, 'name', m.name)) from assignments a
  join mechanics m on m.id = a.mechanic_id where a.service_ticket_id = t.id))`;

/** Of labour it is who has the job; parts are taxed. */
const LINE = `json_patch(json_object('id', l.id, 'job_id', l.job_id, 'kind', l.kind, 'description', l.description,
  'mechanic_id', iif(l.kind = 'labor', j.mechanic_id, null), 'mechanic', iif(l.kind = 'labor', (select name from mechanics where id = j.mechanic_id), null),
  'inventory_id', l.inventory_id, 'part_number', l.part_number, 'condition', l.condition, 'unit_cost', l.unit_cost,
  'cost', (l.quantity * l.unit_cost + 500) / 1000), json_object('quantity', l.quantity, 'unit_price', l.unit_price, 'taxable', json('true'),
  'gross', l.gross, 'discount_amount', 0, 'net', l.net, 'share', 0, 'words', l.words,
  'taxes', json((select json_group_array(id) from taxes where l.kind = 'part' and id <= 2))))`;
const LINES = `json((select json_group_array(${LINE} order by l.id) from ticket_lines l left join ticket_jobs j on j.id = l.job_id where l.service_ticket_id = t.id))`;
const netOf = (kind: string) => `(select ifnull(sum(net), 0) from ticket_lines where service_ticket_id = t.id and kind = '${kind}')`;
/** What a tax of so many parts in a million comes to, half up. */
const taxOf = (rate: string) => `((2 * part * ${rate} + 1000000) / 2000000)`;
const TAXES = `(select json_group_array(json_object('id', x.id, 'name', x.name, 'rate', x.rate, 'base', part, 'amount', ${taxOf("x.rate")},
  'applies_to', json(x.applies_to))) from taxes x where part > 0 and x.id <= 2)`;
const TAX = `(select ifnull(sum(${taxOf("x.rate")}), 0) from taxes x where x.id <= 2)`;

/** Of one of so many tickets, those that are completed or closed and sell something have an invoice. */
const billed = (
  each: number,
): string => `select t.id, t.customer_id, t.vehicle_id, t.completed_at, i as nth, ${netOf("labor")} as labor, ${netOf("part")} as part
  from n cross join service_tickets t on t.id = i * ${each} where t.status in ('completed', 'closed')
    and exists (select 1 from ticket_lines where service_ticket_id = t.id)`;

const invoicesOf = ({ tickets, ticketsPerInvoice: each }: Sizes): Fill => ({
  what: "invoices",
  rows: tickets / each,
  into: `invoices (kind, service_ticket_id, customer_id, vehicle_id, year, sequence, at, date, supplied_on, due_date, lines_net, discount_amount,
    net, tax, total, labor, part, sublet, fee, staff_user_id, content, credited, is_credited, paid)`,
  select: `select 'invoice', id, customer_id, vehicle_id, 2026, nth_of_all, day || 'T12:00:00.000Z', day, day, date(day, '+14 days'), labor + part, 0,
      labor + part, tax, labor + part + tax, labor, part, 0, 0, 3, content, iif(nth_of_all % ${CREDITED_EACH} = 0, labor + part + tax, 0),
      nth_of_all % ${CREDITED_EACH} = 0, iif(nth_of_all % ${OWED_EACH} = 1, 0, labor + part + tax)
    from (select t.*, ${TAX} as tax, date('2026-01-01', '+' || ((nth - 1) * ${DAYS} / ${tickets / each}) || ' days') as day,
      row_number() over (order by t.id) + (select ifnull(max(sequence), 0) from invoices where kind = 'invoice' and year = 2026) as nth_of_all,
      json_object('seller', ${SELLER}, 'buyer', ${BUYER}, 'vehicle', ${VEHICLE}, 'po_number', null, 'promised_at', null,
        'completed_at', t.completed_at, 'discount', null,
        'jobs', json((select json_group_array(json_object('id', id, 'title', title, 'position', position)) from ticket_jobs where service_ticket_id = t.id)),
        'lines', ${LINES}, 'taxes', json(${TAXES}), 'estimates', json_array(), 'authorizations', json_array(), 'mechanics', ${MECHANICS}) as content
      from (${billed(each)}) t)`,
});

/** What a note takes back of a line, which is all of it. */
const CREDITED_LINE = `json_object('id', value ->> 'id', 'job_id', value ->> 'job_id', 'kind', value ->> 'kind', 'description', value ->> 'description',
  'mechanic_id', value ->> 'mechanic_id', 'net', value ->> 'net', 'credited_net', value ->> 'net', 'quantity', value ->> 'quantity',
  'credited_quantity', value ->> 'quantity', 'discount', 0, 'credited_discount', 0, 'cost', value ->> 'cost', 'credited_cost', value ->> 'cost',
  'taxes', value -> '$.taxes')`;
const CREDITED_TAX = `json_object('id', value ->> 'id', 'name', value ->> 'name', 'rate', value ->> 'rate', 'base', value ->> 'base',
  'amount', value ->> 'amount', 'credited_base', value ->> 'base', 'credited_amount', value ->> 'amount')`;
const kept = (...names: readonly string[]) => names.map((name) => `'${name}', c.content -> '$.${name}'`).join(", ");

const notes: (sizes: Sizes) => Fill = ({ tickets, ticketsPerInvoice }) => ({
  what: "credit notes",
  rows: tickets / ticketsPerInvoice / CREDITED_EACH,
  into: `invoices (kind, service_ticket_id, customer_id, vehicle_id, credits_id, year, sequence, at, date, supplied_on, lines_net, discount_amount, net,
    tax, total, labor, part, sublet, fee, reason, staff_user_id, content, credited, is_credited)`,
  select: `select 'credit_note', c.service_ticket_id, c.customer_id, c.vehicle_id, c.id, 2026, i, date(c.date, '+1 day') || 'T12:00:00.000Z',
      date(c.date, '+1 day'), c.supplied_on, c.net, 0, c.net, c.tax, c.total, c.labor, c.part, 0, 0, 'Not what was ordered', 1,
      json_object('credits', json_object('id', c.id, 'number', c.number, 'date', c.date), ${kept("seller", "buyer", "vehicle", "mechanics")},
        'po_number', null, 'promised_at', null, 'completed_at', c.content ->> '$.completed_at',
        'lines', json((select json_group_array(${CREDITED_LINE} order by key) from json_each(c.content, '$.lines'))),
        'taxes', json((select json_group_array(${CREDITED_TAX} order by key) from json_each(c.content, '$.taxes')))), c.total, 1
    from n cross join invoices c on c.kind = 'invoice' and c.year = 2026 and c.sequence = i * ${CREDITED_EACH}`,
});

/** Rows made of documents whose ids are in the range of a statement; there are fewer documents than tickets that may have one, and their notes. */
const ofDocuments = (sizes: Sizes, what: string, into: string, select: string): Fill => ({
  what,
  rows: Math.ceil((sizes.tickets / sizes.ticketsPerInvoice) * (1 + 1 / CREDITED_EACH)),
  into,
  select,
});

/** Invoices of one of so many tickets, as far as it is done, with what was credited and paid of them. */
export const invoicesAndMore = (sizes: Sizes): readonly Fill[] => [
  invoicesOf(sizes),
  notes(sizes),
  ofDocuments(
    sizes,
    "lines of invoices",
    "invoice_lines (invoice_id, line_id, document_kind, date, kind, description, mechanic_id, quantity, net, discount, cost)",
    `select d.id, value ->> 'id', d.kind, d.date, value ->> 'kind', value ->> 'description', value ->> 'mechanic_id', value ->> 'quantity',
      value ->> 'net', 0, value ->> 'cost' from n cross join invoices d on d.id = i, json_each(d.content, '$.lines')`,
  ),
  ofDocuments(
    sizes,
    "taxes of invoices",
    "invoice_taxes (invoice_id, position, document_kind, date, name, rate, base, amount)",
    `select d.id, key, d.kind, d.date, value ->> 'name', value ->> 'rate', value ->> 'base', value ->> 'amount'
      from n cross join invoices d on d.id = i, json_each(d.content, '$.taxes')`,
  ),
  ofDocuments(
    sizes,
    "payments",
    "payments (invoice_id, kind, amount, method, reference, received_on, staff_user_id, created_at, effect, paid_after)",
    `select d.id, 'payment', d.paid, iif(i % 3 = 0, 'cash', 'card'), iif(i % 3 = 0, null, 'LOAD-' || i), d.date, 3, d.at, d.paid, d.paid
      from n cross join invoices d on d.id = i where d.paid > 0`,
  ),
];

const sign = (column: string) => `sum(iif(d.kind = 'invoice', d.${column}, -d.${column}))`;
const ofLines = (what: string) => `sum(iif(document_kind = 'invoice', 1, -1) * (${what}))`;

/** What triggers would have counted of documents on the way. */
export const INVOICE_COUNTS: readonly string[] = [
  `update service_tickets set invoice_id = d.id from invoices d
    where d.kind = 'invoice' and d.is_credited = 0 and d.service_ticket_id = service_tickets.id`,
  `insert into daily_sales (date, invoices, cars, labor, part, sublet, fee, discounts, tax)
    select d.date, sum(iif(d.kind = 'invoice', 1, -d.is_credited)), count(distinct iif(d.kind = 'invoice', d.vehicle_id, null)), ${sign("labor")},
      ${sign("part")}, 0, 0, 0, ${sign("tax")} from invoices d group by d.date`,
  `update daily_sales set part_cost = l.part_cost, part_without_cost = l.without, lines_without_cost = l.lines, hours = l.hours
    from (select date, ${ofLines("iif(kind = 'part', ifnull(cost, 0), 0)")} as part_cost, ${ofLines("iif(kind = 'part' and cost is null, net, 0)")} as without,
      sum(document_kind = 'invoice' and kind = 'part' and cost is null) as lines, ${ofLines("iif(kind = 'labor', quantity, 0)")} as hours
      from invoice_lines group by date) l where l.date = daily_sales.date`,
  `insert into daily_mechanics (date, mechanic_id, tickets) select d.date, m.value ->> 'id', sum(iif(d.kind = 'invoice', 1, -1))
    from invoices d, json_each(d.content, '$.mechanics') m group by 1, 2`,
  `insert into daily_mechanics (date, mechanic_id, hours, labor) select date, mechanic_id, ${ofLines("quantity")}, ${ofLines("net")}
    from invoice_lines where mechanic_id is not null group by 1, 2
    on conflict (mechanic_id, date) do update set hours = excluded.hours, labor = excluded.labor`,
  `insert into daily_taxes (date, name, rate, base, amount)
    select date, name, rate, ${ofLines("base")}, ${ofLines("amount")} from invoice_taxes group by 1, 2, 3`,
  `insert into daily_payments (date, cash_amount, card_amount, cash_entries, card_entries) select received_on,
    sum(iif(method = 'cash', effect, 0)), sum(iif(method = 'card', effect, 0)), sum(method = 'cash'), sum(method = 'card') from payments group by 1`,
  "insert into daily_due (due_date, invoices, balance) select due_date, count(*), sum(balance) from invoices where balance > 0 group by 1",
  `insert into customer_balances (customer_id, invoices, balance, refundable, oldest_due) select customer_id, sum(balance > 0), sum(balance),
    sum(refundable), ifnull(min(iif(balance > 0, due_date, null)), '9999-12-31') from invoices where balance > 0 or refundable > 0 group by 1`,
  ...["invoices", "invoice_lines", "invoice_taxes", "payments"].map(
    (table) => `update counters set value = (select count(*) from ${table}) where name = '${table}'`,
  ),
  "update counters set value = (select sum(refundable) from invoices) where name = 'refundable'",
];
