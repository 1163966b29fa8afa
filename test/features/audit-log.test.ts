import { describe, expect, it } from "vitest";
import { runJobs } from "../../src/jobs.ts";
import { clock, createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, insert, rows, unique } from "../support/people.ts";
import { aPart } from "../support/shop.ts";

const client = createClient();
const DAY = 86_400_000;

interface Logged {
  readonly id: number;
  readonly at: string;
  readonly action: string;
  readonly entity: string;
  readonly entity_id: number;
}

const idsOf = (body: { audit_log: Logged[] }) => body.audit_log.map(({ id }) => id);

/** An entry as a batch would have written it. */
const anEntry = (fields: Record<string, string | number | null>) =>
  insert("audit_log", {
    at: new Date(clock.now).toISOString(),
    role: "admin",
    action: "part.updated",
    entity: "part",
    entity_id: unique() + 1_000_000,
    ...fields,
  });

describe("GET /audit-log", () => {
  it("tells who did what, when, from where and in which request, newest first", async () => {
    const [admin, mechanic] = [await anAdmin(), await aMechanic()];
    const made = await client.post("/inventory", { name: "Hose", price: 12.34, cost: 5, quantity: 3 }, { token: mechanic.token });
    const { id } = made.body;
    const changed = await client.patch(`/inventory/${id}`, { price: 13, name: "Long hose" }, { token: mechanic.token });
    const { body, headers } = await client.get("/audit-log", { token: admin.token });
    expect(headers.get("X-Cache")).toBeNull();
    const common = { at: new Date(clock.now).toISOString(), entity: "part", entity_id: id, address: "203.0.113.7" };
    const actor = { role: "mechanic", user_id: mechanic.userId };
    const [newest, older] = body.audit_log;
    expect(newest).toMatchObject({ ...common, actor, action: "part.updated", request_id: changed.headers.get("X-Request-Id") });
    expect(newest.before).toEqual({ name: "Hose", price: 12.34 });
    expect(newest.after).toEqual({ name: "Long hose", price: 13 });
    expect(older).toMatchObject({ ...common, actor, action: "part.created", before: null });
    expect(older.after).toEqual({
      id,
      name: "Hose",
      part_number: null,
      category: null,
      price: 12.34,
      cost: 5,
      quantity: 3,
      reorder_point: null,
      unit: "each",
      retired_at: null,
    });
    expect(newest.id).toBeGreaterThan(older.id);
  });

  it("shows the whole of what was removed", async () => {
    const { token } = await anAdmin();
    const part = await aPart(2, 4_990, null);
    await client.delete(`/inventory/${part.id}`, { token });
    const { body } = await client.get(`/audit-log?entity=part&entity_id=${part.id}`, { token });
    expect(body.audit_log).toHaveLength(1);
    expect(body.audit_log[0]).toMatchObject({ action: "part.deleted", after: null });
    expect(body.audit_log[0].before).toMatchObject({ id: part.id, name: part.name, price: 49.9, cost: null, quantity: 2 });
  });

  it("shows all money as it is on the wire, also inside the lines of a ticket", async () => {
    const { token } = await anAdmin();
    const lines = (unit_cost: number | null) => [{ inventory_id: 4, quantity: 200, unit_price: 1_999, unit_cost, held: 1 }];
    const image = (unit_cost: number | null) => JSON.stringify({ id: 7, status: "open", mileage: 100, parts: lines(unit_cost) });
    const entity_id = unique() + 2_000_000;
    await anEntry({ entity: "service_ticket", entity_id, before: image(1_050), after: image(null) });
    await anEntry({ entity: "mechanic", entity_id, before: '{"id":1,"salary":5000001}', after: '{"id":1,"salary":0}' });
    const ticket = await client.get(`/audit-log?entity=service_ticket&entity_id=${entity_id}`, { token });
    const line = { inventory_id: 4, quantity: 200, unit_price: 19.99, held: 1 };
    expect(ticket.body.audit_log[0].before).toEqual({ parts: [{ ...line, unit_cost: 10.5 }] });
    expect(ticket.body.audit_log[0].after).toEqual({ parts: [{ ...line, unit_cost: null }] });
    const mechanic = await client.get(`/audit-log?entity=mechanic&entity_id=${entity_id}`, { token });
    expect(mechanic.body.audit_log[0]).toMatchObject({ before: { salary: 50_000.01 }, after: { salary: 0 } });
  });

  it("shows nothing as changed where nothing did, and fields that an image did not have yet", async () => {
    const { token } = await anAdmin();
    const entity_id = unique() + 2_000_000;
    await anEntry({ entity_id, before: '{"id":1,"quantity":4}', after: '{"id":1,"quantity":4}' });
    await anEntry({ entity_id, before: '{"id":1}', after: '{"id":1,"shelf":null}' });
    const { body } = await client.get(`/audit-log?entity=part&entity_id=${entity_id}&sort=id`, { token });
    expect(body.audit_log.map(({ before, after }: { before: object; after: object }) => [before, after])).toEqual([
      [{}, {}],
      [{}, { shelf: null }],
    ]);
  });

  it("is narrowed by kind, by record and by actor, alone and together", async () => {
    const { token } = await anAdmin();
    const [user_id, entity_id] = [unique() + 3_000_000, unique() + 3_000_000];
    const a = await anEntry({ entity: "vehicle", entity_id, user_id });
    const b = await anEntry({ entity: "vehicle", entity_id, user_id: user_id + 1 });
    const c = await anEntry({ entity: "customer", entity_id, user_id });
    const d = await anEntry({ entity: "vehicle", entity_id: entity_id + 1, user_id });
    const found = async (query: string) => idsOf((await client.get(`/audit-log?${query}`, { token })).body);
    expect(await found(`entity=vehicle&entity_id=${entity_id}`)).toEqual([b, a]);
    expect(await found(`actor=${user_id}`)).toEqual([d, c, a]);
    expect(await found(`actor=${user_id}&sort=id`)).toEqual([a, c, d]);
    expect(await found(`actor=${user_id}&entity=vehicle`)).toEqual([d, a]);
    expect(await found(`actor=${user_id}&entity=vehicle&entity_id=${entity_id}`)).toEqual([a]);
    const kind = await client.get("/audit-log?entity=vehicle&per_page=100", { token });
    expect(kind.body.audit_log.every(({ entity }: Logged) => entity === "vehicle")).toBe(true);
    expect(idsOf(kind.body)).toEqual([d, b, a]);
    expect(kind.body.pagination).toMatchObject({ total_items: 3, total_exact: true });
  });

  it("is narrowed to a time, by moments with their offset and by whole days, both ends included", async () => {
    const { token } = await anAdmin();
    const at = (ms: number) => new Date(ms).toISOString();
    const day = Date.parse("2031-05-04T00:00:00.000Z");
    const entity_id = unique() + 4_000_000;
    const times = [day - 1, day, day + DAY / 2, day + DAY - 1, day + DAY];
    const ids: number[] = [];
    for (const time of times) ids.push(await anEntry({ at: at(time), entity_id }));
    const newest = ids.toReversed();
    const found = async (query: string) => idsOf((await client.get(`/audit-log?${query}`, { token })).body);
    expect(await found("from=2031-05-04&to=2031-05-04")).toEqual(newest.slice(1, 4));
    expect(await found("from=2031-05-04&to=2031-05-04&sort=at")).toEqual(ids.slice(1, 4));
    expect(await found(`from=${encodeURIComponent("2031-05-04T14:00:00+02:00")}`)).toEqual(newest.slice(0, 3));
    expect(await found(`from=2031-05-03&to=${encodeURIComponent(at(day))}`)).toEqual(newest.slice(3));
    expect(await found(`from=2031-05-04&to=2031-05-04&entity=part&entity_id=${entity_id}`)).toEqual(newest.slice(1, 4));
    expect(await found(`from=2031-05-04&to=2031-05-04&entity=part&entity_id=${entity_id}&sort=at`)).toEqual(ids.slice(1, 4));
  });

  it("pages by number and by cursor over the same entries, with the number of all", async () => {
    const { token } = await anAdmin();
    for (let i = 0; i < 5; i++) await anEntry({});
    const all = await client.get("/audit-log?per_page=100", { token });
    const [{ n } = { n: -1 }] = await rows<{ n: number }>("select count(*) as n from audit_log");
    expect(all.body.pagination).toMatchObject({ total_items: n, total_exact: true });
    const first = await client.get("/audit-log?per_page=2", { token });
    const second = await client.get(`/audit-log?per_page=2&cursor=${first.body.pagination.next_cursor}`, { token });
    expect(idsOf(second.body)).toEqual(idsOf(all.body).slice(2, 4));
    expect(idsOf((await client.get("/audit-log?per_page=2&page=2", { token })).body)).toEqual(idsOf(second.body));
    const oldest = await client.get("/audit-log?per_page=100&sort=at", { token });
    expect(oldest.body.audit_log.map(({ at }: Logged) => at)).toEqual(all.body.audit_log.map(({ at }: Logged) => at).toSorted());
  });

  it("refuses an id without its kind, unknown kinds, what is no time, and sorts that no index gives", async () => {
    const { token } = await anAdmin();
    const errorOf = async (query: string) => (await client.get(`/audit-log?${query}`, { token })).body.errors[0];
    expect(await errorOf("entity_id=5")).toMatchObject({ pointer: "/query/entity", code: "required" });
    expect((await errorOf("entity=spaceship")).pointer).toBe("/query/entity");
    expect((await errorOf("entity=part&entity_id=x")).pointer).toBe("/query/entity_id");
    expect((await errorOf("actor=admin")).pointer).toBe("/query/actor");
    expect((await errorOf("from=yesterday")).pointer).toBe("/query/from");
    expect((await errorOf("to=2026-02-30")).pointer).toBe("/query/to");
    expect((await errorOf("from=2026-11-02&to=2026-11-01")).pointer).toBe("/query/from");
    expect((await errorOf("from=2026-11-02T10:00:00Z&to=2026-11-02T09:59:59Z&entity=part")).pointer).toBe("/query/from");
    expect((await client.get("/audit-log?from=2026-11-02T10:00:00Z&to=2026-11-02", { token })).status).toBe(200);
    const { body } = await client.get("/audit-log?entity=part&entity_id=1&sort=at", { token });
    expect([body.status, body.code]).toEqual([422, "sort_not_available"]);
    expect((await client.get("/audit-log?page=1002", { token })).body.code).toBe("page_too_deep");
  });

  it("is for admins only", async () => {
    expect((await client.get("/audit-log")).status).toBe(401);
    expect((await client.get("/audit-log", { token: (await aCustomer()).token })).status).toBe(403);
    expect((await client.get("/audit-log", { token: (await aMechanic()).token })).status).toBe(403);
  });
});

describe("GET /audit-log/refusals", () => {
  it("lists refusals by hour, for 30 days", async () => {
    const at = new Date(clock.now).toISOString();
    const { token } = await anAdmin();
    await rows("delete from refusals");
    await client.get("/audit-log");
    const { body } = await client.get("/audit-log/refusals", { token });
    const hour = `${at.slice(0, 13)}:00:00.000Z`;
    expect(body.refusals).toMatchObject([
      { hour, what: "access.refused GET /audit-log 401", user_id: 0, network: "203.0.113.7", count: 1, first_at: at, last_at: at },
    ]);
    expect((await client.get("/audit-log/refusals?from=2026-11-20T10:00:00Z", { token })).body.refusals).toEqual([]);
    const DAY = 86_400_000;
    clock.now += 30 * DAY - 1_800_000;
    await runJobs(testDeps());
    expect(await rows("select count(*) as n from refusals")).toEqual([{ n: 1 }]);
    clock.now += 3_600_000;
    await runJobs(testDeps());
    clock.now -= 30 * DAY + 1_800_000;
    expect(await rows("select count(*) as n from refusals")).toEqual([{ n: 0 }]);
  });
});
