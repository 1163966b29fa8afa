import { afterEach, describe, expect, it } from "vitest";
import { clock, createClient, START, testDeps } from "../support/client.ts";
import { aMechanic, auditOf, rows } from "../support/people.ts";
import { aJob, aLine, aPartLine, aTax, type Brakes, brakes, inPerson, present } from "../support/repair-order.ts";
import { aShop, aTicket } from "../support/shop.ts";
import { watchedD1 } from "../support/watched-d1.ts";

const client = createClient();

afterEach(async () => {
  clock.now = START;
  await rows("delete from taxes");
  await rows("update shop set time_zone = 'UTC', estimate_valid_days = 30");
});

const show = (order: Brakes, body: unknown = {}, token = order.shop.mechanic.token) =>
  client.post(`/service-tickets/${order.ticket}/estimates`, body, { token });
const read = (id: number, token: string) => client.get(`/estimates/${id}`, { token });

describe("POST /service-tickets/{id}/estimates", () => {
  it("freezes what the ticket costs, under the next number, in one audited write", async () => {
    await aTax(92_500, ["part"]);
    const order = await brakes(client);
    const { status, body, headers } = await show(order, { message: "Pads are at 1 mm." });
    expect(status).toBe(201);
    expect(headers.get("Location")).toBe(`/estimates/${body.id}`);
    expect(body).toMatchObject({
      service_ticket_id: order.ticket,
      number: expect.stringMatching(/^E2026-\d{6}$/),
      status: "current",
      date: "2026-11-20",
      valid_until: "2026-12-20",
      message: "Pads are at 1 mm.",
      customer: { id: order.shop.customer.id, name: "Cara Customer" },
      vehicle: { id: order.shop.vehicle.id, vin: order.shop.vehicle.vin },
      lines_net: 274.49,
      discount_amount: 0,
      net: 274.49,
      tax: 8.32,
      total: 282.81,
      taxes: [{ name: "Sales tax", rate: 9.25, base: 89.99, amount: 8.32 }],
      decisions: { approved: { lines: 0, net: 0 }, declined: { lines: 0, net: 0 }, open: { lines: 3, net: 274.49 } },
      lines: [],
    });
    expect(body.jobs).toHaveLength(1);
    expect(body.jobs[0]).toMatchObject({ id: order.job, title: "Front brakes", by_line: false });
    expect(body.jobs[0].lines).toMatchObject([
      { id: order.labor, kind: "labor", quantity: 1.5, unit_price: 120, net: 180, discount_share: 0 },
      { id: order.pads, kind: "part", condition: "new", net: 89.99 },
      { id: order.fee, kind: "fee", taxable: false, net: 4.5 },
    ]);
    const [entry, ...others] = await auditOf("estimate", body.id);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ action: "estimate.created", before: null, user_id: order.shop.mechanic.userId });
    expect(JSON.parse(entry?.after ?? "")).toMatchObject({ number: body.number, total: 28_281, customer_id: order.shop.customer.id });
    expect(entry?.after).not.toContain("Cara");
  });

  it("spreads the ticket's discount over the lines, and shows lines without a job apart", async () => {
    const shop = await aShop();
    const { id: ticket } = await aTicket(client, shop);
    await aLine(ticket, { quantity: 1_000, unit_price: 100 });
    await aLine(ticket, { quantity: 1_000, unit_price: 100, discount_percent: 500_000 });
    await rows("update service_tickets set discount_value = 3, discount_reason = 'Regular' where id = ?", ticket);
    const body = await present(client, { ticket });
    expect(body).toMatchObject({ lines_net: 1.5, discount_amount: 0.03, net: 1.47, total: 1.47, jobs: [] });
    expect(body.discount).toEqual({ amount: 0.03, reason: "Regular" });
    expect(body.lines).toMatchObject([
      { discount_share: 0.02, discount: null },
      { discount_share: 0.01, discount: { percent: 50 }, discount_amount: 0.5, net: 0.5 },
    ]);
  });

  it("shows a customer nothing that is for staff", async () => {
    const order = await brakes(client);
    await rows("update ticket_lines set unit_cost = 4321 where id = ?", order.pads);
    await rows("update ticket_jobs set internal_note = 'hush', mechanic_id = ? where id = ?", order.shop.mechanic.id, order.job);
    const { id } = await present(client, order);
    const { status, body } = await read(id, order.shop.customer.token);
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toMatch(/43\.21|4321|hush|internal_note|unit_cost|mechanic_id|"words"/);
  });

  it("keeps what was shown when everything it was made of changes", async () => {
    const order = await brakes(client);
    const first = await present(client, order);
    await rows("update ticket_lines set description = 'Other', unit_price = 1 where id = ?", order.labor);
    await rows("update customers set name = 'Somebody Else' where id = ?", order.shop.customer.id);
    await rows("update ticket_jobs set title = 'Other' where id = ?", order.job);
    const { body } = await read(first.id, order.shop.mechanic.token);
    expect(body).toEqual(first);
    const second = await present(client, order);
    expect((await read(first.id, order.shop.mechanic.token)).body).toEqual({ ...first, status: "superseded" });
    expect(second).toMatchObject({ status: "current", lines_net: 94.51, customer: { name: "Somebody Else" } });
  });

  it("numbers the estimates of a year one after the other, by the shop's local year", async () => {
    const order = await brakes(client);
    const sequence = async () => Number((await present(client, order)).number.split("-")[1]);
    const first = await sequence();
    expect(await sequence()).toBe(first + 1);
    clock.now = Date.parse("2026-12-31T23:59:59.999Z");
    expect(await present(client, order)).toMatchObject({ date: "2026-12-31", number: `E2026-${String(first + 2).padStart(6, "0")}` });
    await rows("update shop set time_zone = 'Pacific/Kiritimati'");
    expect(await present(client, order)).toMatchObject({ date: "2027-01-01", number: "E2027-000001", valid_until: "2027-01-31" });
  });

  it("is never dated before the one before it, though the shop moves to a zone where it is yesterday", async () => {
    const order = await brakes(client);
    clock.now = Date.parse("2027-06-01T01:00:00Z");
    await rows("update shop set time_zone = 'Pacific/Kiritimati'");
    const first = await present(client, order);
    await rows("update shop set time_zone = 'America/Los_Angeles'");
    expect(await present(client, order)).toMatchObject({ date: first.date });
  });

  it("gives parallel ones numbers without a gap or a double", async () => {
    const order = await brakes(client);
    clock.now = Date.parse("2028-01-05T10:00:00Z");
    const { token } = await aMechanic();
    const made = await Promise.all(Array.from({ length: 12 }, async () => (await show(order, {}, token)).body));
    const numbers = made.map(({ number }) => number).sort();
    expect(numbers).toEqual(Array.from({ length: 12 }, (_, index) => `E2028-${String(index + 1).padStart(6, "0")}`));
    const { body } = await client.get(`/estimates?service_ticket_id=${order.ticket}&status=current`, { token });
    expect(body.estimates).toHaveLength(1);
  });

  it("leaves declined lines out, and is 409 when none is left", async () => {
    const order = await brakes(client);
    const { id } = await present(client, order);
    const declined = inPerson([{ job_id: order.job, decision: "declined" }]);
    await client.post(`/estimates/${id}/authorizations`, declined, { token: order.shop.mechanic.token });
    expect(await show(order)).toMatchObject({ status: 409, body: { code: "nothing_to_estimate" } });
    const extra = await aLine(order.ticket);
    expect((await present(client, order)).lines).toMatchObject([{ id: extra }]);
  });

  it("shows what left the stock beyond the lines", async () => {
    const order = await brakes(client);
    await client.post(
      `/service-tickets/${order.ticket}/parts`,
      { inventory_id: order.shop.part.id, quantity: 3 },
      { token: order.shop.mechanic.token },
    );
    expect((await present(client, order)).lines).toMatchObject([{ inventory_id: order.shop.part.id, quantity: 2, unit_price: 49.9 }]);
  });

  it("is 409 for a ticket that is closed, cancelled or empty, and 404 for none; nothing is written", async () => {
    const count = async () => (await rows("select id from estimates")).length;
    const before = await count();
    const shop = await aShop();
    const empty = await aTicket(client, shop);
    const order = await brakes(client, shop);
    await client.put(`/service-tickets/${order.ticket}/status`, { status: "cancelled" }, { token: shop.mechanic.token });
    expect(await show(order)).toMatchObject({ status: 409, body: { code: "ticket_closed" } });
    const closed = await brakes(client, shop);
    await client.put(`/service-tickets/${closed.ticket}/status`, { status: "closed" }, { token: shop.mechanic.token });
    expect(await show(closed)).toMatchObject({ status: 409, body: { code: "ticket_closed" } });
    expect(await show({ ...order, ticket: empty.id })).toMatchObject({ status: 409, body: { code: "nothing_to_estimate" } });
    expect(await show({ ...order, ticket: 999_999 })).toMatchObject({ status: 404 });
    expect(await show(order, { message: " ", total: 1 })).toMatchObject({ status: 422 });
    expect(await count()).toBe(before);
  });

  it("reads at most 120 rows of the database for a ticket of two lines, however many others there are", async () => {
    const { d1, read } = watchedD1();
    const watched = createClient({ ...testDeps(), d1 });
    await aTax(92_500, ["part"]);
    const { shop } = await brakes(client);
    await rows(
      `insert into ticket_lines (service_ticket_id, kind, condition, inventory_id, description, quantity, unit_price)
      select t.id, 'part', 'new', ?, 'Pads', 1000, 100 from service_tickets t, (values (1), (2), (3), (4), (5), (6)) where t.status = 'open'`,
      shop.part.id,
    );
    const { id: ticket } = await aTicket(client, shop);
    await aLine(ticket);
    await aPartLine(ticket, shop.part.id);
    expect((await watched.post(`/service-tickets/${ticket}/estimates`, {}, { token: shop.mechanic.token })).status).toBe(201);
    expect(read.rows).toBeGreaterThan(0);
    expect(read.rows).toBeLessThanOrEqual(120);
  });

  it("is not presented where it would be more than a row of the database can be trusted with", async () => {
    const order = await brakes(client);
    for (let n = 0; n < 70; n++) await aLine(order.ticket, { job_id: await aJob(order.ticket, { note: "🔧".repeat(5_000) }) });
    expect(await show(order)).toMatchObject({ status: 422, body: { code: "document_too_large" } });
  });

  it("is for staff only", async () => {
    const order = await brakes(client);
    expect((await show(order, {}, order.shop.customer.token)).status).toBe(403);
    expect((await client.post(`/service-tickets/${order.ticket}/estimates`, {})).status).toBe(401);
  });

  it("happens once under an Idempotency-Key, and only on the version of the ticket that If-Match names", async () => {
    const order = await brakes(client);
    const { token } = order.shop.mechanic;
    const path = `/service-tickets/${order.ticket}/estimates`;
    const ticket = await client.get(`/service-tickets/${order.ticket}`, { token });
    const headers = { "Idempotency-Key": `present-${order.ticket}`, "If-Match": ticket.headers.get("ETag") ?? "" };
    const first = await client.post(path, {}, { token, headers });
    const again = await client.post(path, {}, { token, headers });
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
    expect(again.headers.get("ETag")).toBe(first.headers.get("ETag"));
    await client.patch(`/service-tickets/${order.ticket}`, { notes: "New" }, { token });
    const stale = { "If-Match": ticket.headers.get("ETag") ?? "" };
    expect(await client.post(path, {}, { token, headers: stale })).toMatchObject({ status: 412 });
  });
});
