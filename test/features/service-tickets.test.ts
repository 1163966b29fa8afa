import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, rows } from "../support/people.ts";
import { aPart, aShop, aTicket, aVehicle, aVin, stockOf } from "../support/shop.ts";

const client = createClient();
const everything = () =>
  rows("select (select count(*) from service_tickets) t, (select count(*) from vehicles) v, (select count(*) from audit_log) a");

describe("POST /service-tickets", () => {
  it("opens a ticket with mechanics and parts, and stock follows in the same write", async () => {
    const shop = await aShop(10);
    const other = await aPart(3, 1_005, null);
    const ticket = await aTicket(client, shop, {
      mechanic_ids: [shop.mechanic.id],
      parts: [
        { inventory_id: shop.part.id, quantity: 3 },
        { inventory_id: other.id, quantity: 1 },
      ],
    });
    expect(ticket).toMatchObject({
      VIN: shop.vehicle.vin,
      status: "open",
      parts_total: 159.75,
      customer: { id: shop.customer.id },
      mechanics: [{ id: shop.mechanic.id }],
    });
    expect(ticket.parts[0]).toMatchObject({ inventory_id: shop.part.id, quantity: 3, unit_price: 49.9, unit_cost: 27.5, total: 149.7 });
    expect(await stockOf(shop.part)).toBe(7);
    expect(
      await rows("select kind, quantity, balance, user_id from stock_movements where service_ticket_id = ? order by id", ticket.id),
    ).toEqual([
      { kind: "taken", quantity: -3_000, balance: 7_000, user_id: shop.mechanic.userId },
      { kind: "taken", quantity: -1_000, balance: 2_000, user_id: shop.mechanic.userId },
    ]);
    const [entry] = await auditOf("service_ticket", ticket.id);
    expect(JSON.parse(entry?.after ?? "")).toMatchObject({
      mechanic_ids: [shop.mechanic.id],
      parts: [{ quantity: 3 }, { quantity: 1 }],
    });
    expect(await rows("select ticket_count from customers where id = ?", shop.customer.id)).toEqual([{ ticket_count: 1 }]);
    expect(await rows("select ticket_count from mechanics where id = ?", shop.mechanic.id)).toEqual([{ ticket_count: 1 }]);
  });

  it("makes the vehicle of an unknown VIN, and finds that of a known one", async () => {
    const shop = await aShop();
    const vin = aVin();
    const make = { vehicle_id: undefined, VIN: vin.toLowerCase(), vehicle: { make: "Example", model: "Van", year: 2020 } };
    const first = await aTicket(client, shop, make);
    const second = await aTicket(client, shop, make);
    expect(second.vehicle_id).toBe(first.vehicle_id);
    expect(await rows("select vin, make, customer_id from vehicles where id = ?", first.vehicle_id)).toEqual([
      { vin, make: "Example", customer_id: shop.customer.id },
    ]);
    expect((await auditOf("vehicle", first.vehicle_id)).map(({ action }) => action)).toEqual(["vehicle.created"]);
  });

  it("refuses another customer's vehicle and records that are not there, and changes nothing", async () => {
    const shop = await aShop();
    const foreign = await aVehicle((await aCustomer()).id);
    const base = { customer_id: shop.customer.id, vehicle_id: shop.vehicle.id, service_desc: "x", service_date: "2026-11-24" };
    const before = await everything();
    const tries = [
      [{ ...base, vehicle_id: foreign.id }, "vehicle_of_other_customer"],
      [{ ...base, vehicle_id: undefined, VIN: foreign.vin }, "vehicle_of_other_customer"],
      [{ ...base, vehicle_id: 999_999 }, "reference_not_found"],
      [{ ...base, customer_id: 999_999 }, "reference_not_found"],
      [{ ...base, mechanic_ids: [999_999] }, "reference_not_found"],
      [{ ...base, parts: [{ inventory_id: 999_999, quantity: 1 }] }, "reference_not_found"],
      [{ ...base, parts: [{ inventory_id: shop.part.id, quantity: 11 }] }, "insufficient_stock"],
      [{ ...base, scheduled_start: "2026-11-24T09:00:00Z" }, "invalid_schedule"],
      [{ ...base, VIN: aVin() }, "invalid"],
      [{ ...base, mechanic_ids: [1, 1] }, "invalid"],
    ] as const;
    for (const [body, code] of tries)
      expect((await client.post("/service-tickets", body, { token: shop.mechanic.token })).body.code, JSON.stringify(body)).toBe(code);
    expect(await everything()).toEqual(before);
    expect(await stockOf(shop.part)).toBe(10);
    expect((await client.post("/service-tickets", base, { token: shop.customer.token })).status).toBe(403);
  });

  it("names the part, what was wanted and what is there when stock does not suffice", async () => {
    const shop = await aShop(2);
    const body = {
      customer_id: shop.customer.id,
      vehicle_id: shop.vehicle.id,
      service_desc: "x",
      service_date: "2026-11-24",
      parts: [{ inventory_id: shop.part.id, quantity: 3 }],
    };
    const answer = await client.post("/service-tickets", body, { token: shop.mechanic.token });
    expect(answer.body).toMatchObject({ inventory_id: shop.part.id, name: shop.part.name, wanted: 3, available: 2 });
  });
});

describe("reading tickets", () => {
  it("shows a customer its own tickets only, without what the shop paid", async () => {
    const [shop, other] = [await aShop(), await aShop()];
    const ticket = await aTicket(client, shop, { parts: [{ inventory_id: shop.part.id, quantity: 1 }] });
    const foreign = await aTicket(client, other);
    const { token } = shop.customer;
    const { body } = await client.get(`/service-tickets/${ticket.id}`, { token });
    expect(body.parts[0]).not.toHaveProperty("unit_cost");
    expect((await client.get(`/service-tickets/${foreign.id}`, { token })).status).toBe(404);
    const list = await client.get("/service-tickets", { token });
    expect(list.body.service_tickets.map(({ id }: { id: number }) => id)).toEqual([ticket.id]);
    expect((await client.get(`/service-tickets?customer_id=${other.customer.id}`, { token })).body.service_tickets).toEqual([]);
    expect((await client.get("/customers/my-tickets", { token })).body.tickets[0].id).toBe(ticket.id);
    expect((await client.get("/customers/my-tickets", { token: shop.mechanic.token })).status).toBe(403);
  });

  it("filters by status, customer, vehicle, mechanic and date, alone and together", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const early = await aTicket(client, shop, { service_date: "2026-01-05", mechanic_ids: [shop.mechanic.id] });
    const late = await aTicket(client, shop, { service_date: "2026-02-05" });
    await client.put(`/service-tickets/${late.id}/status`, { status: "in_progress" }, { token });
    const ids = async (query: string): Promise<number[]> =>
      (await client.get(`/service-tickets?${query}`, { token })).body.service_tickets.map(({ id }: { id: number }) => id);
    const mine = `customer_id=${shop.customer.id}`;
    expect(await ids(mine)).toEqual([late.id, early.id]);
    expect(await ids(`${mine}&sort=id`)).toEqual([early.id, late.id]);
    expect(await ids(`${mine}&sort=-service_date`)).toEqual([late.id, early.id]);
    expect(await ids(`${mine}&status=in_progress`)).toEqual([late.id]);
    expect(await ids(`vehicle_id=${shop.vehicle.id}&to=2026-01-31`)).toEqual([early.id]);
    expect(await ids(`mechanic_id=${shop.mechanic.id}`)).toEqual([early.id]);
    expect(await ids(`mechanic_id=${shop.mechanic.id}&status=in_progress`)).toEqual([]);
    expect(await ids("from=2026-01-05&to=2026-01-05")).toEqual([early.id]);
    expect((await client.get("/service-tickets?from=2026-01-05&sort=id", { token })).body.code).toBe("sort_not_available");
    expect(await ids(`${mine}&from=2026-01-01`)).toEqual([late.id, early.id]);
    expect(await ids(`${mine}&from=2026-01-01&to=2026-01-31`)).toEqual([early.id]);
    expect(await ids(`${mine}&from=2026-01-01&sort=id`)).toEqual([early.id, late.id]);
    expect(await ids(`mechanic_id=${shop.mechanic.id}&to=2026-01-05&${mine}`)).toEqual([early.id]);
    expect((await client.get("/mechanics/my-tickets", { token })).body.tickets.map(({ id }: { id: number }) => id)).toEqual([early.id]);
    expect((await client.get("/mechanics/my-tickets", { token: (await anAdmin()).token })).body.tickets).toEqual([]);
  });
});

describe("several statuses", () => {
  it("find the tickets in any of them, in staff's list and in one's own, with every other filter", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const [open, cancelled, started] = [
      await aTicket(client, shop, { service_date: "2026-03-03", mechanic_ids: [shop.mechanic.id] }),
      await aTicket(client, shop, { service_date: "2026-03-02" }),
      await aTicket(client, shop, { service_date: "2026-03-01", mechanic_ids: [shop.mechanic.id] }),
    ];
    await client.put(`/service-tickets/${cancelled.id}/status`, { status: "cancelled" }, { token });
    await client.put(`/service-tickets/${started.id}/status`, { status: "in_progress" }, { token });
    const found = async (path: string, as = token): Promise<number[]> => {
      const { body } = await client.get(path, { token: as });
      return (body.service_tickets ?? body.tickets).map(({ id }: { id: number }) => id);
    };
    const mine = `/service-tickets?customer_id=${shop.customer.id}`;
    expect(await found(`${mine}&status=open,in_progress`)).toEqual([started.id, open.id]);
    expect(await found(`${mine}&status=in_progress,open,open&sort=-service_date`)).toEqual([open.id, started.id]);
    expect(await found(`${mine}&status=open,cancelled&from=2026-03-02&to=2026-03-02`)).toEqual([cancelled.id]);
    expect(await found(`/service-tickets?vehicle_id=${shop.vehicle.id}&status=open,cancelled`)).toEqual([cancelled.id, open.id]);
    expect(await found("/mechanics/my-tickets?status=open,in_progress")).toEqual([started.id, open.id]);
    expect(await found("/customers/my-tickets?status=open,in_progress", shop.customer.token)).toEqual([started.id, open.id]);
    expect(await found(`${mine}&status=open,in_progress,completed,closed,cancelled`)).toEqual([started.id, cancelled.id, open.id]);
    const next = (await client.get(`${mine}&status=open,in_progress&per_page=1`, { token })).headers.get("Link");
    expect(next).toContain("status=open%2Cin_progress");
  });

  it.each(["", ",", "open,", "open,lost", "open;closed", "open, closed"])("are 422 unless each is one: %j", async (status) => {
    const { token } = await aMechanic();
    for (const path of ["/service-tickets", "/mechanics/my-tickets"]) {
      const answer = await client.get(`${path}?status=${encodeURIComponent(status)}`, { token });
      expect([answer.status, answer.body.errors[0].pointer.split("/").slice(0, 3).join("/")]).toEqual([422, "/query/status"]);
    }
  });
});

describe("dates", () => {
  it("of which the first is after the last are 422, as in schedules", async () => {
    const { token } = await aMechanic();
    const { status, body } = await client.get("/service-tickets?from=2026-03-02&to=2026-03-01", { token });
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ pointer: "/query/from" })]]);
    expect((await client.get("/service-tickets?from=2026-03-01&to=2026-03-01", { token })).status).toBe(200);
  });
});

describe("a ticket's life", () => {
  it("goes open, in progress, completed, closed, and an admin opens it again", async () => {
    const shop = await aShop();
    const admin = await anAdmin();
    const { token } = shop.mechanic;
    const ticket = await aTicket(client, shop, { mechanic_ids: [shop.mechanic.id], parts: [{ inventory_id: shop.part.id, quantity: 2 }] });
    const step = (status: string, by = token) => client.put(`/service-tickets/${ticket.id}/status`, { status }, { token: by });
    const counts = () => rows("select completed_count from mechanics where id = ?", shop.mechanic.id);
    expect((await step("open")).body).toMatchObject({ code: "illegal_status", from: "open", to: "open" });
    await step("in_progress");
    expect((await step("completed")).body).toMatchObject({ completed_at: "2026-11-20T09:30:00.000Z", closed_at: null });
    expect(await counts()).toEqual([{ completed_count: 1 }]);
    expect((await client.delete(`/service-tickets/${ticket.id}`, { token })).body.code).toBe("ticket_completed");
    expect((await step("closed")).body.closed_at).toBe("2026-11-20T09:30:00.000Z");
    expect((await client.delete(`/service-tickets/${ticket.id}`, { token })).body.code).toBe("ticket_closed");
    expect((await client.patch(`/service-tickets/${ticket.id}`, { notes: "late" }, { token })).body.code).toBe("ticket_closed");
    expect((await step("open")).body.code).toBe("forbidden");
    expect((await step("open", admin.token)).body).toMatchObject({ status: "open", completed_at: null, closed_at: null });
    expect([await counts(), await stockOf(shop.part)]).toEqual([[{ completed_count: 0 }], 8]);
    expect((await auditOf("service_ticket", ticket.id)).map(({ action }) => action)).toEqual([
      "service_ticket.created",
      ...Array(4).fill("service_ticket.status_changed"),
    ]);
  });

  it("gives parts back when cancelled, keeps their lines, and takes them again when brought back", async () => {
    const shop = await aShop(5);
    const { token } = shop.mechanic;
    const ticket = await aTicket(client, shop, { parts: [{ inventory_id: shop.part.id, quantity: 4 }] });
    const step = (status: string) => client.put(`/service-tickets/${ticket.id}/status`, { status }, { token });
    const cancelled = await step("cancelled");
    expect(cancelled.body.parts).toMatchObject([{ quantity: 4, returned: true }]);
    expect(await stockOf(shop.part)).toBe(5);
    const rival = await aTicket(client, shop, { parts: [{ inventory_id: shop.part.id, quantity: 2 }] });
    expect((await step("open")).body).toMatchObject({ code: "insufficient_stock", wanted: 4, available: 3 });
    expect(await rows("select status from service_tickets where id = ?", ticket.id)).toEqual([{ status: "cancelled" }]);
    await client.delete(`/service-tickets/${rival.id}`, { token });
    expect((await step("open")).body.parts).toMatchObject([{ quantity: 4, returned: false }]);
    expect(await stockOf(shop.part)).toBe(1);
    await step("cancelled");
    expect((await client.delete(`/service-tickets/${ticket.id}`, { token })).body.deleted).toBe(true);
    expect(await stockOf(shop.part)).toBe(5);
    expect(await rows("select * from ticket_parts where service_ticket_id = ?", ticket.id)).toEqual([]);
  });

  it("changes what is named, and only with a whole schedule", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const ticket = await aTicket(client, shop);
    const path = `/service-tickets/${ticket.id}`;
    const schedule = { scheduled_start: "2026-11-24T10:00:00+01:00", scheduled_end: "2026-11-24T10:00:00Z" };
    expect((await client.put(path, { notes: "squeaks", ...schedule }, { token })).body).toMatchObject({
      notes: "squeaks",
      service_desc: "Brakes",
      scheduled_start: "2026-11-24T09:00:00.000Z",
    });
    expect((await client.patch(path, { scheduled_end: "2026-11-24T08:00:00Z" }, { token })).body.code).toBe("invalid_schedule");
    expect((await client.patch(path, { scheduled_end: null }, { token })).body.code).toBe("invalid_schedule");
    expect((await client.patch(path, { scheduled_start: null, scheduled_end: null }, { token })).body.scheduled_end).toBe(null);
    expect((await client.patch(path, {}, { token })).body.code).toBe("invalid");
    expect((await client.patch("/service-tickets/999999", { notes: "x" }, { token })).status).toBe(404);
    expect((await client.delete("/service-tickets/999999", { token: (await aMechanic()).token })).status).toBe(404);
  });
});
