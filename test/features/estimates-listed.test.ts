import { afterEach, describe, expect, it } from "vitest";
import { clock, createClient, START } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, rows } from "../support/people.ts";
import { aJob, aPartLine, brakes, present } from "../support/repair-order.ts";
import { aShop } from "../support/shop.ts";

const client = createClient();

afterEach(async () => {
  clock.now = START;
  await rows("delete from taxes");
  await rows("update shop set time_zone = 'UTC', estimate_valid_days = 30, authorization = 'posting'");
});

const read = (id: number, token: string) => client.get(`/estimates/${id}`, { token });
const DAY = 86_400_000;

describe("GET /estimates", () => {
  it("shows staff all and customers their own", async () => {
    const [mine, other] = [await brakes(client), await brakes(client)];
    const [{ id }, { id: others }] = [await present(client, mine), await present(client, other)];
    const own = await client.get("/estimates", { token: mine.shop.customer.token });
    expect(own.body.estimates.map((each: { id: number }) => each.id)).toEqual([id]);
    const asked = await client.get(`/estimates?customer_id=${other.shop.customer.id}`, { token: mine.shop.customer.token });
    expect(asked.body.estimates).toEqual([]);
    expect((await read(others, mine.shop.customer.token)).status).toBe(404);
    expect((await read(others, (await aCustomer()).token)).status).toBe(404);
    const all = await client.get("/estimates?per_page=2", { token: (await anAdmin()).token });
    expect(all.body.estimates.map((each: { id: number }) => each.id)).toEqual([others, id]);
    expect(all.body.pagination.total_items).toBe((await rows("select id from estimates")).length);
    expect(all.body.estimates[0]).not.toHaveProperty("jobs");
  });

  it("finds those of a ticket, of a customer and by status", async () => {
    const order = await brakes(client);
    const [first, second] = [await present(client, order), await present(client, order)];
    const found = async (query: string) =>
      (await client.get(`/estimates?service_ticket_id=${order.ticket}${query}`, { token: (await aMechanic()).token })).body.estimates.map(
        (each: { id: number }) => each.id,
      );
    expect(await found("")).toEqual([second.id, first.id]);
    expect(await found("&status=current")).toEqual([second.id]);
    expect(await found("&status=superseded")).toEqual([first.id]);
    expect(await found("&status=expired")).toEqual([]);
    clock.now = Date.parse(second.valid_until) + DAY;
    expect(await found("&status=expired")).toEqual([second.id]);
    expect(await found("&status=current")).toEqual([]);
    expect(await found("&status=superseded")).toEqual([first.id]);
    const current = await client.get("/estimates?status=expired&per_page=100", { token: (await aMechanic()).token });
    expect(current.body.estimates.map((each: { id: number }) => each.id)).toContain(second.id);
    expect((await client.get("/estimates?status=gone", { token: (await aMechanic()).token })).status).toBe(422);
  });

  it("counts a day as the shop's, wherever the shop is", async () => {
    await rows("update shop set estimate_valid_days = 1");
    clock.now = Date.parse("2029-03-01T12:00:00Z");
    const order = await brakes(client);
    const { id } = await present(client, order);
    clock.now = Date.parse("2029-03-03T05:00:00Z");
    const { token } = await aMechanic();
    expect((await read(id, token)).body.status).toBe("expired");
    await rows("update shop set time_zone = 'America/Los_Angeles'");
    expect((await read(id, token)).body).toMatchObject({ status: "current", valid_until: "2029-03-02" });
    const listed = await client.get(`/estimates?service_ticket_id=${order.ticket}&status=current`, { token });
    expect(listed.body.estimates).toHaveLength(1);
  });

  it("has an ETag, which changes with what was decided", async () => {
    const order = await brakes(client);
    const { id } = await present(client, order);
    const { token } = order.shop.customer;
    const etag = (await read(id, token)).headers.get("ETag") ?? "";
    expect((await client.get(`/estimates/${id}`, { token, headers: { "If-None-Match": etag } })).status).toBe(304);
    await client.post(`/estimates/${id}/authorizations`, { decisions: [{ job_id: order.job, decision: "approved" }] }, { token });
    const after = await client.get(`/estimates/${id}`, { token, headers: { "If-None-Match": etag } });
    expect(after).toMatchObject({ status: 200, body: { decisions: { approved: { lines: 3, net: 274.49 }, open: { lines: 0, net: 0 } } } });
  });
});

describe("a ticket with an estimate", () => {
  it("is neither deleted nor given to somebody else", async () => {
    const order = await brakes(client);
    await present(client, order);
    const { token } = order.shop.mechanic;
    const gone = await client.delete(`/service-tickets/${order.ticket}`, { token });
    expect(gone).toMatchObject({ status: 409, body: { code: "ticket_has_estimates" } });
    const other = await aShop();
    const moved = await client.patch(`/service-tickets/${order.ticket}`, { customer_id: other.customer.id, vehicle_id: null }, { token });
    expect(moved).toMatchObject({ status: 409, body: { code: "ticket_has_estimates" } });
  });

  it("goes with its estimates to the record that its customer's was merged into", async () => {
    const order = await brakes(client);
    const { id } = await present(client, order);
    const into = await aCustomer({ name: "Cara C." });
    await rows("delete from users where customer_id = ?", order.shop.customer.id);
    const merged = await client.post(
      `/customers/${into.id}/merge`,
      { from_id: order.shop.customer.id },
      { token: order.shop.mechanic.token },
    );
    expect(merged.status).toBe(200);
    expect((await read(id, into.token)).body.customer).toEqual({ id: into.id, name: "Cara Customer" });
  });

  it("shows jobs only that have lines, each line where it was", async () => {
    const order = await brakes(client);
    await aJob(order.ticket, { title: "Empty", position: 2 });
    const second = await aJob(order.ticket, { title: "Rear brakes", position: 3, by_line: 1 });
    const line = await aPartLine(order.ticket, order.shop.part.id, { job_id: second });
    const { jobs } = await present(client, order);
    expect(jobs.map((job: { title: string }) => job.title)).toEqual(["Front brakes", "Rear brakes"]);
    expect(jobs[1]).toMatchObject({ by_line: true, lines: [{ id: line }] });
  });
});

describe("a shop that works only on the customer's yes", () => {
  it("begins, and takes a part, only after it", async () => {
    await rows("update shop set authorization = 'work'");
    const order = await brakes(client);
    const { token } = order.shop.mechanic;
    const start = () => client.put(`/service-tickets/${order.ticket}/status`, { status: "in_progress" }, { token });
    const take = () => client.post(`/service-tickets/${order.ticket}/parts`, { inventory_id: order.shop.part.id, quantity: 1 }, { token });
    expect(await start()).toMatchObject({ status: 409, body: { code: "authorization_required" } });
    expect(await take()).toMatchObject({ status: 409, body: { code: "authorization_required" } });
    const { id } = await present(client, order);
    await client.post(
      `/estimates/${id}/authorizations`,
      { decisions: [{ job_id: order.job, decision: "approved" }] },
      { token: order.shop.customer.token },
    );
    expect((await take()).status).toBe(200);
    expect(await take()).toMatchObject({ status: 409, body: { code: "authorization_required" } });
    expect((await start()).status).toBe(200);
  });

  it("opens no ticket with parts, by the old way either", async () => {
    await rows("update shop set authorization = 'work'");
    const shop = await aShop();
    const body = {
      customer_id: shop.customer.id,
      service_desc: "x",
      service_date: "2026-11-24",
      parts: [{ inventory_id: shop.part.id, quantity: 1 }],
    };
    const opened = await client.post("/service-tickets", body, { token: shop.mechanic.token });
    expect(opened).toMatchObject({ status: 409, body: { code: "authorization_required" } });
  });
});
