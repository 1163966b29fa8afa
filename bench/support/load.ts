import { INVOICE_COUNTS, invoicesAndMore } from "./load-invoices.ts";
import { moneyOf } from "./load-money.ts";
import { AT, type Fill, indexOf, moment, type Sizes, sizesOf } from "./load-parts.ts";

const FIRST = "Ada Bea Carl Dora Emil Finn Gina Hugo Ida Jan Kai Lena Max Nora Otto Paul Rosa Sam Tina Uwe Vera Willi Yara Zoe Anna".split(
  " ",
);
const LAST =
  "Abel Baker Cole Dahl Ebert Frank Gray Hahn Iversen Jones Keller Lang Moore Nagel Ortiz Parker Quinn Reed Stone Turner Ulrich Vogel West Young Zimmer Anders Brandt Cruz Diaz Evans Ford Garcia Hill Irwin James King Lopez Mason Nash Owens".split(
    " ",
  );

/** The time of the requests: who asks has just logged in. */
const LOGIN = "2026-11-20T09:30:00.000Z";
const pick = (words: readonly string[], index: string): string => `json_extract('${JSON.stringify(words)}', '$[' || (${index}) || ']')`;
const NAME = `${pick(FIRST, "i % 25")} || ' ' || ${pick(LAST, "i / 25 % 40")}`;

/** Half are closed; each status comes in runs of 11, so that it meets every number of mechanics and lines. */
const STATUS = pick([...Array(5).fill("closed"), "completed", "in_progress", "open", "open", "cancelled"].map(String), "i / 11 % 10");
/** Customer 1 has every 40th ticket, the others ten each, but for those whose id is a multiple of 40, who have none. */
const customerOf = ({ customers }: Sizes): string => `iif(i % 40 = 0, 1, 1 + (i - 1) % ${customers})`;
/** Every fifth customer has a second vehicle; older tickets are for the first. */
const vehicleOf = ({ customers }: Sizes): string =>
  `iif(i % 40 <> 0 and c % 5 = 0 and (i - 1) / ${customers} >= 5, ${customers} + c / 5, c)`;

/** The lines of ticket i are `i % 3`; line k has this part. */
const partOf = (k: number): string => `(1 + (i + ${7 * k}) % 500)`;
const priceOf = (part: string): string => `(1000 + 10 * ${part})`;
const COUNT = "(1 + i % 3)";
const QUANTITY = `1000 * ${COUNT}`;
const TOTAL = `${COUNT} * (iif(i % 3 > 0, ${priceOf(partOf(0))}, 0) + iif(i % 3 = 2, ${priceOf(partOf(1))}, 0))`;

/** The words that the app would have written for people with such names and phones. */
const WORDS = `json_object('name', lower(${NAME}), 'phone', '1555' || i)`;

/** A ticket's slot is one hour that it shares with 164 others, each with its own mechanic; every fifth has a second one. */
const SLOT = [moment("(i - 1) / 165 * 3600"), moment("(i - 1) / 165 * 3600 + 3600")];
const BOOKED = SLOT.map((end) => `iif(status in ('closed', 'cancelled', 'completed'), null, ${end})`).join(", ");
const STATUSES = `(select i, ${STATUS} as status from n)`;

const ticketsOf = (sizes: Sizes): Fill => ({
  what: "tickets",
  rows: sizes.tickets,
  into: `service_tickets (id, customer_id, vehicle_id, service_desc, service_date, status, scheduled_start, scheduled_end, mileage,
    parts_total, completed_at, closed_at, closed_words, created_at, updated_at, search_terms)`,
  select: `select i, c, ${vehicleOf(sizes)}, 'Service ' || i, date('2026-01-01', '+' || ((i - 1) * 300 / ${sizes.tickets}) || ' days'),
    status, ${SLOT.join(", ")}, i % 200000, ${TOTAL}, iif(status in ('completed', 'closed'), ${SLOT[0]}, null),
    iif(status = 'closed', ${moment("i")}, null), iif(status = 'closed', '{}', null), ${moment("i")}, ${moment("i")},
    json_object('service_desc', 'service ' || i) from (select *, ${customerOf(sizes)} as c from ${STATUSES})`,
});

const assigned = (mechanic: string, where: string): string =>
  `select i, ${mechanic}, ${BOOKED}, ${moment("i")} from ${STATUSES} where ${where}`;

const linesOf = (k: number): string =>
  `select i, ${partOf(k)}, ${QUANTITY}, ${priceOf(partOf(k))}, 500, status <> 'cancelled' from ${STATUSES} where i % 3 > ${k}`;

const accountsOf = (role: string, rows: number, record = ""): Fill => ({
  what: "accounts",
  rows,
  into: `users (${record} email, role, status, password_hash, created_at, updated_at)`,
  select: `select ${record && "i,"} '${role}' || i || '@example.com', '${role}', 'active', 'a hash', '${AT}', '${AT}' from n`,
});

const loggedOf = (entity: string, rows: number): Fill => ({
  what: "the audit log",
  rows,
  into: "audit_log (at, user_id, role, action, entity, entity_id, after, request_id, address)",
  select: `select ${moment("i")}, 3 + i % 200, 'mechanic', '${entity}.created', '${entity}', i, '{"id":' || i || '}', 'load-' || i, '192.0.2.10' from n`,
});

/** The tables in the order in which they can be filled. Accounts 1 and 2 are admins, 2 + m is mechanic m, 202 + c is customer c; so are their sessions. */
const fillsOf = (sizes: Sizes): readonly Fill[] => [
  {
    what: "customers",
    rows: sizes.customers,
    into: "customers (id, name, email, phone, address, created_at, updated_at, search_terms)",
    select: `select i, ${NAME}, 'customer' || i || '@example.com', '+1 555 ' || i, i || ' Garage Lane', ${moment("i")}, ${moment("i")}, ${WORDS} from n`,
  },
  indexOf("customers", sizes.customers, "email"),
  {
    what: "mechanics",
    rows: sizes.mechanics,
    into: "mechanics (id, name, email, phone, specialty, salary, status, created_at, updated_at, search_terms)",
    select: `select i, ${NAME}, 'mechanic' || i || '@example.com', '+1 555 ' || i, 'Brakes', 5000000, 'active', ${moment("i")}, ${moment("i")}, ${WORDS} from n`,
  },
  indexOf("mechanics", sizes.mechanics, "email"),
  accountsOf("admin", 2),
  accountsOf("mechanic", sizes.mechanics, "mechanic_id,"),
  accountsOf("customer", sizes.customers, "customer_id,"),
  {
    what: "sessions",
    rows: 2 + sizes.mechanics + sizes.customers,
    into: "sessions (user_id, created_at, last_used_at, expires_at)",
    select: `select i, '${LOGIN}', '${LOGIN}', '9999-12-31T23:59:59.999Z' from n`,
  },
  {
    what: "vehicles",
    rows: sizes.vehicles,
    into: "vehicles (id, vin, make, model, year, mileage, stated_mileage, customer_id, created_at, updated_at, search_terms)",
    select: `select i, printf('1M8GDM9A%09d', i), 'Example', 'Wagon', 2000 + i % 26, 1000, 1000,
      iif(i <= ${sizes.customers}, i, (i - ${sizes.customers}) * 5), ${moment("i")}, ${moment("i")},
      json_object('vin', lower(printf('1M8GDM9A%09d %08d', i, i)), 'make', 'example', 'model', 'wagon') from n`,
  },
  indexOf("vehicles", sizes.vehicles),
  {
    what: "parts",
    rows: sizes.parts,
    into: "parts (id, name, part_number, category, price, cost, reorder_point, created_at, updated_at, search_terms)",
    select: `select i, 'Part ' || i, 'P-' || i, 'Category ' || (i % 20), ${priceOf("i")}, 500, iif(i % 5 = 0, 1000000000, 10000), '${AT}', '${AT}',
      json_object('name', 'part ' || i, 'part_number', 'p ' || i || ' p' || i, 'category', 'category ' || (i % 20)) from n`,
  },
  indexOf("parts", sizes.parts),
  ticketsOf(sizes),
  indexOf("service_tickets", sizes.tickets),
  {
    what: "assignments",
    rows: sizes.tickets,
    into: "assignments (service_ticket_id, mechanic_id, starts_at, ends_at, created_at)",
    select: `${assigned("1 + i % 165", "true")} union all ${assigned("166 + i % 165 / 5", "i % 5 = 0")} order by 1`,
  },
  {
    what: "lines",
    rows: sizes.tickets,
    into: "ticket_parts (service_ticket_id, inventory_id, quantity, unit_price, unit_cost, held)",
    select: `${linesOf(0)} union all ${linesOf(1)} order by 1`,
  },
  {
    what: "what left the stock",
    rows: sizes.tickets,
    into: "ticket_lines (service_ticket_id, kind, description, inventory_id, part_number, condition, quantity, unit_price, unit_cost, automatic)",
    select: `select l.service_ticket_id, 'part', p.name, p.id, p.part_number, 'new', l.quantity, l.unit_price, l.unit_cost, 1
      from n cross join ticket_parts l on l.service_ticket_id = i cross join parts p on p.id = l.inventory_id`,
  },
  ...moneyOf(sizes),
  ...invoicesAndMore(sizes),
  {
    what: "stock",
    rows: sizes.parts,
    into: "stock_movements (at, inventory_id, kind, quantity, balance, reason, role)",
    select: `select '${AT}', i, 'received', 1000000000, 1000000000, 'opening stock', 'operator' from n`,
  },
  {
    what: "stock",
    rows: sizes.parts,
    into: "stock_movements (at, inventory_id, kind, quantity, balance, service_ticket_id, user_id, role)",
    select: `select '${AT}', inventory_id, 'taken', -quantity, 1000000000 - sum(quantity) over (partition by inventory_id order by service_ticket_id),
      service_ticket_id, 3, 'mechanic' from n cross join ticket_parts where inventory_id = i and held = 1`,
  },
  loggedOf("customer", sizes.customers),
  loggedOf("service_ticket", sizes.tickets),
  { what: "seals", rows: sizes.customers + sizes.tickets, into: "audit_seals (id, seal)", select: "select i, 'seal ' || i from n" },
  {
    what: "kept answers",
    rows: sizes.customers,
    into: "idempotency_keys (scope, key, fingerprint, request_id, user_id, role, at, answer)",
    select: `select 'request', 'load-' || i, '', 'load-' || i, 3, 'mechanic', '${AT}', '{}' from n`,
  },
];

/** What triggers would have counted on the way. */
const COUNTS = [
  `update customers set ticket_count = (select count(*) from service_tickets where customer_id = customers.id),
    vehicle_count = (select count(*) from vehicles where customer_id = customers.id)`,
  `update mechanics set ticket_count = (select count(*) from assignments where mechanic_id = mechanics.id),
    completed_count = (select count(*) from assignments a cross join service_tickets t on t.id = a.service_ticket_id
      where a.mechanic_id = mechanics.id and t.status in ('completed', 'closed'))`,
  `update vehicles set mileage = max(mileage, coalesce((select max(mileage) from service_tickets where vehicle_id = vehicles.id), 0))`,
  "update parts set quantity = (select balance from stock_movements where inventory_id = parts.id order by id desc limit 1)",
  `update service_tickets set lines_gross = l.gross, lines_count = l.lines
    from (select service_ticket_id, sum(gross) as gross, count(*) as lines from ticket_lines where automatic = 0 group by 1) l
    where l.service_ticket_id = service_tickets.id`,
  ...INVOICE_COUNTS,
  `update service_tickets set unbilled_net = (select net from unbilled_work where service_ticket_id = service_tickets.id)
    where status = 'completed' or status = 'closed'`,
  ...[
    "customers",
    "mechanics",
    "vehicles",
    "service_tickets",
    "assignments",
    "users",
    "audit_log",
    "taxes",
    "estimates",
    "service_packages",
  ].map((table) => `update counters set value = (select count(*) from ${table}) where name = '${table}'`),
  "update counters set value = (select count(*) from parts) where name = 'inventory'",
  "update counters set value = (select count(*) from mechanics where status <> 'pending') where name = 'leaderboard'",
  "update counters set value = (select count(*) from service_tickets where unbilled_net > 0) where name = 'unbilled'",
  "update counters set value = (select coalesce(sum(unbilled_net), 0) from service_tickets where unbilled_net > 0) where name = 'unbilled_net'",
];

/** One statement that makes rows from..to. The numbers are part of its text: bound, JavaScript's are reals to SQLite. */
const insertion = ({ into, select }: Fill, from: number, to: number): string =>
  `insert into ${into} with recursive n(i) as (select ${from} union all select i + 1 from n where i < ${to}) ${select}`;

/** Tickets per statement: what keeps each below a second or two. */
const CHUNK = 20_000;
const chunkOf = ({ what, rows }: Fill): number => (what === "stock" ? 25 : Math.min(rows, CHUNK));

/**
 * Fills an empty database that has all migrations with a shop of so many customers: triggers are dropped, rows are made
 * by SQL, counts are set as triggers would have, and the triggers are made again.
 */
export const loadShop = async (
  d1: D1Database,
  customers: number,
  tell: (what: string) => void = () => undefined,
  ticketsPerInvoice?: number,
): Promise<Sizes> => {
  const sizes = sizesOf(customers, ticketsPerInvoice);
  const run = (sql: string) => d1.prepare(sql).run();
  const { results: triggers } = await d1
    .prepare("select name, sql from sqlite_master where type = 'trigger'")
    .all<{ name: string; sql: string }>();
  for (const { name } of triggers) await run(`drop trigger ${name}`);
  for (const fill of fillsOf(sizes)) {
    tell(fill.what);
    const step = chunkOf(fill);
    for (let from = 1; from <= fill.rows; from += step) await run(insertion(fill, from, Math.min(from + step - 1, fill.rows)));
  }
  tell("counts");
  for (const count of COUNTS) await run(count);
  for (const { sql } of triggers) await run(sql);
  return sizes;
};
