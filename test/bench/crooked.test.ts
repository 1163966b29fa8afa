import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { ADMIN, type Called, createCaller, customer } from "../../bench/support/caller.ts";
import { pageBudget } from "../../bench/support/listing-operations.ts";
import { aCustomer, aMechanic } from "../support/people.ts";
import { aVehicle } from "../support/shop.ts";

/** A shop where one customer, one vehicle, one mechanic and one account have almost everything, and what is sought is the oldest. */
const TICKETS = 5_000;
const OTHERS = 1_500;
const ENTRIES = 20_000;
/** What a bounded count may read besides the rows of the page. */
const COUNTED = 1_003;

const call = createCaller(env.DB);
const run = (sql: string) => env.DB.prepare(sql).run();
const numbered = (rows: number) => `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows})`;
const day = (i: string) => `date('2010-01-01', '+' || (${i}) || ' days')`;
const AT = "2026-11-20T09:30:00.000Z";

const ids = { customer: 0, vehicle: 0, mechanic: 0 };

beforeAll(async () => {
  [ids.customer, ids.mechanic] = [(await aCustomer()).id, (await aMechanic()).id];
  const other = (await aCustomer()).id;
  ids.vehicle = (await aVehicle(ids.customer)).id;
  // The customer's tickets are two a day; the others are all on the customer's first days.
  const into = "insert into service_tickets (customer_id, vehicle_id, service_desc, service_date, status, created_at, updated_at)";
  await run(`${into} ${numbered(TICKETS)} select ${ids.customer}, ${ids.vehicle}, 'x', ${day("i / 2")}, 'open', '${AT}', '${AT}' from n`);
  await run(`${into} ${numbered(OTHERS)} select ${other}, null, 'x', ${day("i % 3")}, 'open', '${AT}', '${AT}' from n`);
  await run("update service_tickets set status = 'in_progress' where id in (3, 5)");
  await run("update service_tickets set status = 'cancelled' where id in (4, 6)");
  // All are about tickets and by account 7, but for the first of each kind.
  await run(`insert into audit_log (at, user_id, role, action, entity, entity_id) ${numbered(ENTRIES)}
    select strftime('%Y-%m-%dT%H:%M:%fZ', '2010-01-01', '+' || i || ' hours'), iif(i % 4 = 0 and i > 40, 8, 7), 'mechanic', 'x',
      iif(i <= 20 or (i % 4 = 0 and i > 40), 'customer', 'service_ticket'), i from n`);
}, 120_000);

const readBy = ({ ran }: Called): number => ran.reduce((sum, { read }) => sum + read, 0);
const listOf = ({ body }: Called): string => Object.keys(body).find((name) => name !== "pagination") ?? "";
const withIds = (query: string): string =>
  query.replace(/\{(\w+)\}/g, (_, name: string) => String(ids[name as keyof typeof ids] ?? expect.unreachable(name)));

const DAYS = "from=2010-01-01&to=2010-01-02";
const HOURS = "from=2010-01-01&to=2010-01-01";

describe("in a crooked shop, filters that meet", () => {
  it.each([
    `/service-tickets?customer_id={customer}&${DAYS}`,
    `/service-tickets?customer_id={customer}&${DAYS}&sort=service_date`,
    `/service-tickets?customer_id={customer}&to=2010-01-02`,
    `/service-tickets?vehicle_id={vehicle}&${DAYS}`,
    `/service-tickets?vehicle_id={vehicle}&customer_id={customer}&${DAYS}`,
    `/service-tickets?status=in_progress&${DAYS}`,
    `/service-tickets?status=in_progress,cancelled&from=2010-01-01&to=2010-01-04`,
    `/service-tickets?status=cancelled,in_progress,closed,completed&customer_id={customer}`,
    `/service-tickets?status=in_progress&customer_id={customer}&${DAYS}`,
    `/service-tickets?status=in_progress,cancelled`,
    `/audit-log?entity=service_ticket&from=2010-01-01&to=2010-01-02`,
    `/audit-log?entity=customer&${HOURS}`,
    `/audit-log?actor=7&${HOURS}`,
    `/audit-log?actor=7&entity=customer`,
    `/audit-log?actor=7&entity=customer&${HOURS}`,
    `/audit-log?actor=7&entity=customer&sort=at`,
  ])("%s shows the first record on the first page, within the budget of rows", async (query) => {
    const first = await call(ADMIN, "GET", withIds(query));
    const list = listOf(first);
    expect(first.body[list].length).toBeGreaterThan(0);
    expect(readBy(first)).toBeLessThanOrEqual(pageBudget(list)(first.body) + COUNTED);
  });

  it.each([
    "/service-tickets?customer_id={customer}",
    "/service-tickets?customer_id={customer}&from=2010-01-01",
    "/service-tickets?customer_id={customer}&status=open&sort=service_date",
    "/service-tickets?vehicle_id={vehicle}&status=open,cancelled",
    "/service-tickets?status=open,in_progress,cancelled",
    "/service-tickets?status=open,in_progress,cancelled&sort=-service_date",
    "/audit-log?actor=7",
    "/audit-log?actor=7&entity=service_ticket&from=2010-01-01",
    "/service-tickets?per_page=10",
  ])("%s: a page that a cursor reached says the first page's total and counts nothing", async (query) => {
    const path = withIds(query);
    const first = await call(ADMIN, "GET", path);
    const second = await call(ADMIN, "GET", `${path}&cursor=${first.body.pagination.next_cursor}`);
    const list = listOf(second);
    expect(second.body[list]).toHaveLength(10);
    const totals = ({ body: { pagination } }: Called) => [pagination.total_items, pagination.total_exact, pagination.total_pages];
    expect(totals(second)).toEqual(totals(first));
    expect(readBy(second)).toBeLessThanOrEqual(2 * pageBudget(list)(second.body));
    expect(second.ran.some(({ sql }) => sql.includes("count(*)") && !sql.includes("from (select 1"))).toBe(false);
  });

  it("several statuses are merged in order, with no ticket twice or left out, by page and by cursor", async () => {
    for (const sort of ["id", "-id", "service_date", "-service_date"]) {
      const path = `/service-tickets?status=in_progress,cancelled&sort=${sort}&per_page=3`;
      const first = await call(ADMIN, "GET", path);
      const rest = await call(ADMIN, "GET", `${path}&cursor=${first.body.pagination.next_cursor}`);
      const found = [...first.body.service_tickets, ...rest.body.service_tickets].map(({ id }: { id: number }) => id);
      expect(found, sort).toEqual(sort.startsWith("-") ? [6, 5, 4, 3] : [3, 4, 5, 6]);
      expect((await call(ADMIN, "GET", `${path}&page=2`)).body.service_tickets, sort).toEqual(rest.body.service_tickets);
    }
  });

  it("a customer's own tickets in some statuses are found at once", async () => {
    const called = await call(customer(ids.customer), "GET", "/customers/my-tickets?status=in_progress,cancelled");
    expect(called.body.tickets.map(({ id }: { id: number }) => id)).toEqual([6, 5, 4, 3]);
    expect(readBy(called)).toBeLessThanOrEqual(60);
  });
});
