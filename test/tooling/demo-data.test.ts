import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { DEMO_LOGINS, DEMO_PASSWORD } from "../../scripts/demo-data.ts";
import { seal } from "../support/audit.ts";
import { clock, createClient, START } from "../support/client.ts";
import { demoScript } from "../support/demo-shop.ts";
import { differing, RECOUNTED } from "../support/drilldowns.ts";
import { anAdmin, PASSWORD, rows } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";

const client = createClient();

/** Numbers of rows, each by its own count. */
const count = async (from: string): Promise<number> => (await rows<{ n: number }>(`select count(*) as n from ${from}`))[0]?.n ?? -1;

let script = "";

beforeAll(async () => {
  script = await demoScript();
  await env.DB.exec(script);
}, 120_000);

describe("the demo data", () => {
  it("has figures that are the sums of the rows behind their links", async () => {
    clock.now = Date.parse("2026-11-20T20:00:00.000Z");
    const { token } = await anAdmin();
    const { body } = await client.get("/dashboard?from=2026-01-01&to=2026-12-31", { token });
    expect(body.figures.revenue.value).toBeGreaterThan(0);
    expect(body.figures.unbilled.value).toBeGreaterThan(0);
    expect(body.figures.overdue.value).toBeGreaterThan(0);
    expect(await differing(client, token, body.figures, RECOUNTED)).toEqual({});
    clock.now = START;
  });

  it("is a shop with customers, vehicles, mechanics, parts and tickets of six months in every state", async () => {
    expect(await count("customers")).toBeGreaterThanOrEqual(40);
    expect(await count("vehicles")).toBeGreaterThanOrEqual(60);
    expect(await count("mechanics where status = 'active'")).toBeGreaterThanOrEqual(8);
    expect(await count("mechanics where status = 'pending'")).toBe(1);
    expect(await count("parts where part_number is not null and cost < price and reorder_point > 0")).toBeGreaterThanOrEqual(80);
    expect(await count("service_tickets")).toBeGreaterThanOrEqual(150);
    expect(await rows("select status, count(*) >= 8 as many from service_tickets group by status order by status")).toEqual(
      ["cancelled", "closed", "completed", "in_progress", "open"].map((status) => ({ status, many: 1 })),
    );
    const [span] = await rows("select min(service_date) as first, max(service_date) as last from service_tickets");
    expect(span).toEqual({ first: "2026-05-22", last: "2026-12-03" });
    expect(await count("parts where quantity <= reorder_point")).toBeGreaterThan(0);
  });

  it("has what a front desk meets: fractions, walk-ins, a trailer without a VIN and a part that is retired", async () => {
    expect(await count("parts where unit in ('l', 'qt')")).toBe(4);
    expect(
      await count("ticket_parts l join parts p on p.id = l.inventory_id where l.quantity % 1000 <> 0 and p.unit <> 'each'"),
    ).toBeGreaterThan(10);
    expect(
      await count("customers where email is null and id not in (select customer_id from users where customer_id is not null)"),
    ).toBeGreaterThan(3);
    expect(await count("vehicles where vin is null and serial_number is not null and description is not null")).toBe(1);
    expect(await count("parts where retired_at is not null and quantity > 0")).toBe(1);
  });

  it("has a shop that is filled in, taxes its parts, sells ten jobs of as many kinds, and works only on the customer's yes", async () => {
    const [shop = {}] = await rows("select * from shop");
    expect(Object.keys(shop).filter((name) => shop[name] === null)).toEqual([]);
    expect(shop).toMatchObject({ currency: "USD", time_zone: "America/Chicago", authorization: "work", mail_receipts: 1 });
    expect(await count("mails where service_ticket_id is not null")).toBe(0);
    expect(await rows("select applies_to, rate > 0 as taxed from taxes")).toEqual([{ applies_to: '["part"]', taxed: 1 }]);
    expect(await rows("select count(*) as n, count(distinct category) as kinds from service_packages")).toEqual([{ n: 10, kinds: 10 }]);
    for (const kind of ["labor", "part"])
      expect(
        await count(`service_packages where id not in (select service_package_id from service_package_lines where kind = '${kind}')`),
      ).toBe(0);
    const later = "(select max(id) from audit_log where entity <> 'shop')";
    expect(await count(`audit_log where entity = 'shop' and after ->> 'authorization' = 'work' and id > ${later}`)).toBe(1);
  });

  it("has jobs from packages and by hand, estimates in every state, and decisions by every channel", async () => {
    const recent = "service_ticket_id in (select id from service_tickets where created_at >= '2026-11-06')";
    expect(await count(`(select distinct service_ticket_id from ticket_jobs where ${recent})`)).toBeGreaterThanOrEqual(15);
    const packages = "select name from service_packages";
    expect(await count(`ticket_jobs where title in (${packages})`)).toBeGreaterThanOrEqual(3);
    expect(await count(`ticket_jobs where title not in (${packages})`)).toBeGreaterThanOrEqual(10);
    const newest = "(select max(id) from estimates group by service_ticket_id)";
    expect(await count(`estimates where id not in ${newest}`)).toBeGreaterThanOrEqual(2);
    expect(await count(`estimates where id in ${newest} and valid_until < '2026-11-20'`)).toBeGreaterThanOrEqual(1);
    const channels = (await rows<{ channel: string }>("select distinct channel from authorizations order by 1")).map(
      ({ channel }) => channel,
    );
    expect(channels).toEqual(expect.arrayContaining(["in_person", "phone", "portal", "text"]));
    expect(
      await count(
        "(select distinct t.vehicle_id from ticket_lines l join service_tickets t on t.id = l.service_ticket_id where l.decision = 'declined')",
      ),
    ).toBeGreaterThanOrEqual(3);
    const exempt = "customers where tax_exempt_reason is not null and tax_exempt_certificate is not null and tax_exempt_until is not null";
    expect(await count(exempt)).toBe(1);
    expect(await count(`estimates where customer_id in (select id from ${exempt}) and tax = 0 and net > 0`)).toBeGreaterThanOrEqual(1);
  });

  it("waits for a yes of the demo login, and whatever was started has one", async () => {
    const waiting = await rows(`select c.email from estimates e join service_tickets t on t.id = e.service_ticket_id
      join users c on c.customer_id = t.customer_id where t.status = 'open' and e.valid_until >= '2026-11-20'
      and not exists (select 1 from authorizations a where a.service_ticket_id = t.id)`);
    expect(waiting).toEqual([{ email: DEMO_LOGINS.customer }]);
    const agreed = "l.decision <> 'declined' and l.service_ticket_id in (select service_ticket_id from authorizations)";
    expect(await count(`line_coverage l where ${agreed}`)).toBeGreaterThan(30);
    expect(await count(`line_coverage l where ${agreed} and not covered`)).toBe(0);
    const sold =
      "select service_ticket_id, inventory_id, sum(quantity) as quantity from line_coverage where covered and inventory_id is not null group by 1, 2";
    const drawn = "select quantity from ticket_parts p where p.service_ticket_id = s.service_ticket_id and p.inventory_id = s.inventory_id";
    const begun = "s.service_ticket_id in (select id from service_tickets where status <> 'open')";
    expect(await count(`(${sold}) s where ${begun} and quantity is not (${drawn})`)).toBe(0);
  });

  it("has billed half a year: invoices of each month, most of them paid, some overdue or paid in part, and two that are credited", async () => {
    const months = await rows<{ n: number }>("select count(*) as n from invoices where kind = 'invoice' group by substr(date, 1, 7)");
    expect(months.length).toBeGreaterThanOrEqual(6);
    expect(Math.min(...months.map(({ n }) => n))).toBeGreaterThanOrEqual(3);
    expect(await count("invoices where kind = 'credit_note'")).toBe(2);
    expect(await count("payments where kind = 'refund'")).toBe(2);
    const statuses = await rows("select status, count(*) >= 2 as some from invoices where kind = 'invoice' group by 1 order by 1");
    expect(statuses).toEqual(["credited", "paid", "partly_paid", "unpaid"].map((status) => ({ status, some: 1 })));
    expect(await count("invoices where balance > 0 and due_date < '2026-11-20'")).toBeGreaterThanOrEqual(3);
    expect(await count("service_tickets where unbilled_net > 0 and status = 'closed'")).toBeGreaterThanOrEqual(3);
    expect(await count("(select distinct method from payments)")).toBe(4);
    expect(await count("daily_mechanics where on_time < promised")).toBeGreaterThanOrEqual(3);
    expect(await count("invoices where refundable > 0")).toBe(0);
  });

  it("breaks no rule that holds of the whole database", async () => {
    expect(await brokenRules()).toEqual({});
  });

  it("has vehicles whose VINs carry a valid check digit", async () => {
    const digits = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ";
    const weights = "8765432X098765432";
    const vins = await rows<{ vin: string }>("select vin from vehicles where vin is not null");
    for (const { vin } of vins) {
      const sum = [...vin].reduce((total, c, i) => total + (digits.indexOf(c) % 10) * (weights[i] === "X" ? 10 : Number(weights[i])), 0);
      expect(vin[8], vin).toBe("0123456789X"[sum % 11]);
    }
    expect(new Set(vins.map(({ vin }) => vin)).size).toBe(vins.length);
  });

  it("has a ledger that adds up to the stock, in the order of time, and lines at the price of their day", async () => {
    const sum = "(select sum(m.quantity) from stock_movements m where m.inventory_id = parts.id)";
    expect(await count(`parts where quantity is not ${sum}`)).toBe(0);
    expect(await count("stock_movements a join stock_movements b on b.id = a.id + 1 where b.at < a.at")).toBe(0);
    const held = "(select sum(l.quantity) from ticket_parts l where l.inventory_id = parts.id and l.held = 1)";
    const received = "(select sum(m.quantity) from stock_movements m where m.inventory_id = parts.id and m.kind = 'received')";
    expect(await count(`parts where quantity + coalesce(${held}, 0) <> ${received}`)).toBe(0);
    expect(await count("ticket_parts where unit_price <= unit_cost")).toBe(0);
  });

  it("has counters and counts that equal a recount", async () => {
    const tables = { inventory: "parts" } as Record<string, string>;
    for (const name of [
      "customers",
      "mechanics",
      "vehicles",
      "service_tickets",
      "assignments",
      "users",
      "taxes",
      "service_packages",
      "estimates",
      "audit_log",
      "inventory",
    ])
      expect(await rows("select value from counters where name = ?", name), name).toEqual([{ value: await count(tables[name] ?? name) }]);
    const wrong = [
      "customers where ticket_count <> (select count(*) from service_tickets t where t.customer_id = customers.id)",
      "customers where vehicle_count <> (select count(*) from vehicles v where v.customer_id = customers.id)",
      "mechanics where ticket_count <> (select count(*) from assignments a where a.mechanic_id = mechanics.id)",
      `mechanics where completed_count <> (select count(*) from assignments a join service_tickets t on t.id = a.service_ticket_id
        where a.mechanic_id = mechanics.id and t.status in ('completed', 'closed'))`,
      `service_tickets where parts_total <> (select coalesce(sum((l.quantity * l.unit_price + 500) / 1000), 0) from ticket_parts l
        where l.service_ticket_id = service_tickets.id)`,
    ];
    for (const from of wrong) expect(await count(from), from).toBe(0);
  });

  it("has mechanics who are never at two tickets at a time, the free ones of closed tickets included", async () => {
    const overlaps = `(with booking as (select a.id, a.mechanic_id, t.scheduled_start as start, t.scheduled_end as end
        from assignments a join service_tickets t on t.id = a.service_ticket_id)
      select x.id from booking x join booking y on y.mechanic_id = x.mechanic_id and y.id <> x.id and x.start < y.end and y.start < x.end)`;
    expect(await count(overlaps)).toBe(0);
    expect(await count("assignments")).toBeGreaterThan(150);
  });

  it("tells who wrote what when, and nothing of it later than yesterday", async () => {
    expect(await count("audit_log where at >= '2026-11-20'")).toBe(0);
    expect(await count("audit_log a join audit_log b on b.id = a.id + 1 where b.at < a.at")).toBe(0);
    for (const [entity, table] of [
      ["customer", "customers"],
      ["vehicle", "vehicles"],
      ["service_ticket", "service_tickets"],
      ["part", "parts"],
      ["service_package", "service_packages"],
      ["estimate", "estimates"],
      ["authorization", "authorizations"],
    ])
      expect(await count(`audit_log where action = '${entity}.created'`), entity).toBe(await count(`${table}`));
    const orders = `service_tickets t join vehicles v on v.id = t.vehicle_id join customers c on c.id = t.customer_id
      where not (c.created_at < v.created_at and v.created_at < t.created_at and t.created_at < coalesce(t.scheduled_start, 'z')
        and coalesce(t.completed_at, '') <= coalesce(t.closed_at, t.completed_at, ''))`;
    expect(await count(orders)).toBe(0);
  });

  it("can be searched and logged in to", async () => {
    // The password of the tests stands behind the hash that was passed in; `npm run dev` passes that of DEMO_PASSWORD.
    expect(DEMO_PASSWORD.length).toBeGreaterThanOrEqual(8);
    const logins = await rows(
      "select role, email from users where email in (?, ?, ?) and status = 'active'",
      ...Object.values(DEMO_LOGINS),
    );
    expect(logins).toHaveLength(3);
    for (const [role, email] of Object.entries(DEMO_LOGINS)) expect(logins).toContainEqual({ role, email });
    const { body: login } = await client.post("/auth/login", { email: DEMO_LOGINS.mechanic, password: "correct horse battery" });
    const found = await client.get("/customers?q=delgado", { token: login.token });
    expect(found.body.customers.map(({ email }: { email: string }) => email)).toEqual([DEMO_LOGINS.customer]);
    const detail = await client.get(`/customers/${found.body.customers[0].id}`, { token: login.token });
    expect(detail.body.service_tickets.length).toBeGreaterThan(5);
  });

  it("goes only into a database in which nothing was ever written: a second load changes nothing", async () => {
    const before = await rows("select * from counters");
    await expect(env.DB.exec(script)).rejects.toThrow();
    expect(await rows("select * from counters")).toEqual(before);
  });

  it("has an audit log that the Worker seals as its own", async () => {
    await seal();
    const { token } = (await client.post("/auth/login", { email: DEMO_LOGINS.admin, password: PASSWORD })).body;
    const { body } = await client.get("/audit-log/verify", { token });
    expect(body).toMatchObject({ ok: true, first_broken: null, flagged: { foreign: 0, changed: 0 } });
    expect(body.flagged.unwitnessed).toBeGreaterThan(500);
  });
});
