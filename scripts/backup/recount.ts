import { FIGURES } from "./recount-figures.ts";

/** Everything that must hold of the whole database at any time, each as a query for its violations. */
const VIOLATIONS: Readonly<Record<string, string>> = {
  "a mechanic is booked twice at a time": `select a.id from assignments a join assignments b on a.mechanic_id = b.mechanic_id and a.id < b.id
    and a.starts_at < b.ends_at and b.starts_at < a.ends_at`,
  "two schedules of a mechanic's tickets overlap while both are worked on": `select a.id from assignments a
    join assignments b on a.mechanic_id = b.mechanic_id and a.id < b.id
    join service_tickets s on s.id = a.service_ticket_id and s.status in ('open', 'in_progress')
    join service_tickets t on t.id = b.service_ticket_id and t.status in ('open', 'in_progress')
    where s.scheduled_start < t.scheduled_end and t.scheduled_start < s.scheduled_end`,
  "a closed ticket has no words, or another one has":
    "select id from service_tickets where (status = 'closed') <> (closed_words is not null)",
  "a vehicle has a mileage that neither its record was given nor a ticket has read": `select id from vehicles v
    where mileage <> coalesce(stated_mileage, -1) and mileage not in (select mileage from service_tickets where vehicle_id = v.id and mileage is not null)`,
  "what was merged is still there": `select id from merged_records where entity = 'customer' and id in (select id from customers)
    union all select id from merged_records where entity = 'vehicle' and id in (select id from vehicles)`,
  "a booking differs from its ticket's schedule and the end of its work": `select a.id from assignments a
    join (select *, status in ('closed', 'cancelled') or (completed_at is not null and completed_at <= scheduled_start) as is_over
      from service_tickets) t on t.id = a.service_ticket_id
    where a.starts_at is not iif(t.is_over, null, t.scheduled_start)
      or a.ends_at is not iif(t.is_over, null, iif(t.completed_at < t.scheduled_end, t.completed_at, t.scheduled_end))`,
  "stock differs from its ledger": `select id from parts p where quantity <> (select coalesce(sum(quantity), 0) from stock_movements where inventory_id = p.id)`,
  "stock is not what came in less what is on tickets": `select id from parts p where quantity <>
    (select coalesce(sum(quantity), 0) from stock_movements where inventory_id = p.id and kind in ('received', 'corrected'))
    - (select coalesce(sum(quantity), 0) from ticket_parts where inventory_id = p.id and held = 1)`,
  "a cancelled ticket holds parts, or another does not": `select l.id from ticket_parts l join service_tickets t on t.id = l.service_ticket_id
    where (t.status = 'cancelled') = l.held`,
  "a mechanic is on a ticket twice":
    "select service_ticket_id from assignments group by service_ticket_id, mechanic_id having count(*) > 1",
  "a part has two lines on a ticket":
    "select service_ticket_id from ticket_parts group by service_ticket_id, inventory_id having count(*) > 1",
  "a line or an assignment has no ticket": `select service_ticket_id from ticket_parts where service_ticket_id not in (select id from service_tickets)
    union select service_ticket_id from assignments where service_ticket_id not in (select id from service_tickets)`,
  "a ticket's total is not that of its lines": `select id from service_tickets t where parts_total <>
    (select coalesce(sum((quantity * unit_price + 500) / 1000), 0) from ticket_parts where service_ticket_id = t.id)`,
  "a customer's counts are wrong": `select id from customers c where ticket_count <> (select count(*) from service_tickets where customer_id = c.id)
    or vehicle_count <> (select count(*) from vehicles where customer_id = c.id)`,
  "a mechanic's counts are wrong": `select id from mechanics m where ticket_count <> (select count(*) from assignments where mechanic_id = m.id)
    or completed_count <> (select count(*) from assignments a join service_tickets t on t.id = a.service_ticket_id
      where a.mechanic_id = m.id and t.status in ('completed', 'closed'))`,
  "what left the stock beyond the lines of a ticket is no line, or a line is more": `select b.service_ticket_id from parts_beyond_lines b
    where iif((b.quantity * b.unit_price + 500) / 1000 > 999999999, 0, max(b.quantity, 0)) <> (select coalesce(sum(quantity), 0) from ticket_lines l
      where l.service_ticket_id = b.service_ticket_id and l.inventory_id = b.inventory_id and l.automatic = 1)
    union all select l.id from ticket_lines l where l.automatic = 1 and not exists (select 1 from ticket_parts p
      where p.service_ticket_id = l.service_ticket_id and p.inventory_id = l.inventory_id)`,
  "a line or a job has no ticket, or a line the job of another one": `select id from ticket_lines where service_ticket_id not in (select id from service_tickets)
    union all select id from ticket_jobs where service_ticket_id not in (select id from service_tickets)
    union all select l.id from ticket_lines l join ticket_jobs j on j.id = l.job_id where j.service_ticket_id <> l.service_ticket_id`,
  "the lines of a ticket are counted wrong": `select id from service_tickets t where lines_gross <> (select coalesce(sum(gross), 0) from ticket_lines
    where service_ticket_id = t.id and automatic = 0) or lines_count <> (select count(*) from ticket_lines where service_ticket_id = t.id and automatic = 0)`,
  "a line is approved or declined by something else than the last decision on its words": `select id from ticket_lines l
    where decision <> 'open' and not exists (select 1 from authorization_decisions d where d.id = (select max(id) from authorization_decisions
      where line_id = l.id) and d.decision = l.decision and d.words = l.words and l.authorized_net is iif(d.decision = 'approved', d.net, null))`,
  "a decision is not as its authorisation says, or was never carried out": `select a.id from authorizations a
    where json_array_length(a.decisions) <> (select count(*) from authorization_decisions d where d.authorization_id = a.id)`,
  "an estimate is not what its lines and taxes come to": `select id from estimates
    where lines_net <> (select sum(value ->> 'net') from json_each(content, '$.lines'))
      or discount_amount <> (select sum(value ->> 'share') from json_each(content, '$.lines'))
      or tax <> (select coalesce(sum(value ->> 'amount'), 0) from json_each(content, '$.taxes'))`,
  "the numbers of estimates have a gap": "select year from estimates group by year having count(*) <> max(sequence) or min(sequence) <> 1",
  "an estimate is not of its ticket's customer":
    "select e.id from estimates e join service_tickets t on t.id = e.service_ticket_id where t.customer_id <> e.customer_id",
  "a session has no account, or a refresh token no session": `select id from sessions where user_id not in (select id from users)
    union all select hash from refresh_tokens where session_id not in (select id from sessions)`,
  "a write is still open, or a draft was left":
    "select id from idempotency_keys where open is not null union all select rowid from audit_draft",
};

const mapped = (from: Readonly<Record<string, string>>, make: (name: string, value: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(from).map(([name, value]) => [name, make(name, value)]));

/** Each counter with what it counts. */
const COUNTED: Readonly<Record<string, string>> = {
  customers: "customers",
  mechanics: "mechanics",
  vehicles: "vehicles",
  service_tickets: "service_tickets",
  assignments: "assignments",
  inventory: "parts",
  users: "users",
  audit_log: "audit_log",
  taxes: "taxes",
  service_packages: "service_packages",
  estimates: "estimates",
  invoices: "invoices",
  invoice_lines: "invoice_lines",
  invoice_taxes: "invoice_taxes",
  payments: "payments",
  leaderboard: "mechanics where status <> 'pending'",
  unbilled: "service_tickets where unbilled_net > 0",
};

/** Each counter that is a sum, with the column and what it is summed over. */
const SUMMED: Readonly<Record<string, string>> = { unbilled_net: "service_tickets where unbilled_net > 0", refundable: "invoices" };

/** The value of each counter as a query. */
export const COUNTERS: Readonly<Record<string, string>> = {
  ...mapped(COUNTED, (_, what) => `(select count(*) from ${what})`),
  ...mapped(SUMMED, (name, what) => `(select coalesce(sum(${name}), 0) from ${what})`),
};

const queries = (): [string, string][] => [
  ...Object.entries(VIOLATIONS),
  ...Object.entries(FIGURES),
  ...Object.entries(COUNTERS).map(([name, value]): [string, string] => [
    `the counter of ${name} is wrong`,
    `select name from counters where name = '${name}' and value <> ${value}`,
  ]),
];

/** The names of all rules that the database breaks, with how many rows break them. */
export const brokenRules = async (db: D1Database): Promise<Record<string, number>> => {
  const broken: Record<string, number> = {};
  for (const [rule, query] of queries()) {
    const { results } = await db.prepare(query).all();
    if (results.length > 0) broken[rule] = results.length;
  }
  return broken;
};
