import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, rows } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";
import { aShop, aTicket, aVehicle } from "../support/shop.ts";

const client = createClient();
const NINE = { scheduled_start: "2026-12-01T09:00:00.000Z", scheduled_end: "2026-12-01T11:00:00.000Z" };

describe("a ticket for the wrong customer or vehicle", () => {
  it("is corrected while it is open, audited, and counted for the right one", async () => {
    const shop = await aShop();
    const [right, { token }] = [await aCustomer(), shop.mechanic];
    const vehicle = await aVehicle(right.id);
    const { id } = await aTicket(client, shop);
    const { status, body } = await client.patch(`/service-tickets/${id}`, { customer_id: right.id, vehicle_id: vehicle.id }, { token });
    expect([status, body]).toMatchObject([200, { customer: { id: right.id }, vehicle_id: vehicle.id, VIN: vehicle.vin }]);
    expect((await auditOf("service_ticket", id)).at(-1)?.after).toContain(`"customer_id":${right.id}`);
    expect(await brokenRules()).toEqual({});
  });

  it("keeps them when it is closed, and takes no vehicle of another customer", async () => {
    const shop = await aShop();
    const [other, { token }] = [await aCustomer(), shop.mechanic];
    const { id } = await aTicket(client, shop);
    const change = async (body: object) => (await client.patch(`/service-tickets/${id}`, body, { token })).body.code;
    expect(await change({ customer_id: other.id })).toBe("vehicle_of_other_customer");
    expect(await change({ vehicle_id: (await aVehicle(other.id)).id })).toBe("vehicle_of_other_customer");
    expect(await change({ customer_id: 999_999, vehicle_id: null })).toBe("reference_not_found");
    await client.put(`/service-tickets/${id}/status`, { status: "closed" }, { token });
    expect(await change({ customer_id: other.id, vehicle_id: null })).toBe("ticket_closed");
  });
});

describe("a closed ticket", () => {
  it("keeps its words when part, customer, mechanic and VIN change, and has the new ones once it is open again", async () => {
    const shop = await aShop();
    const [{ token }, vin] = [await anAdmin(), "1M8GDM9AXKP099999"];
    const { id } = await aTicket(client, shop, { mechanic_ids: [shop.mechanic.id], parts: [{ inventory_id: shop.part.id, quantity: 1 }] });
    const read = async () => (await client.get(`/service-tickets/${id}`, { token })).body;
    const closed = (await client.put(`/service-tickets/${id}/status`, { status: "closed" }, { token })).body;
    await client.patch(`/inventory/${shop.part.id}`, { name: "Renamed", part_number: "NEW-1" }, { token });
    await client.patch(`/customers/${shop.customer.id}`, { name: "Renamed" }, { token });
    await client.patch(`/mechanics/${shop.mechanic.id}`, { name: "Renamed" }, { token });
    await client.patch(`/vehicles/${shop.vehicle.id}`, { vin }, { token });
    expect(await read()).toEqual(closed);
    await client.put(`/service-tickets/${id}/status`, { status: "open" }, { token });
    expect(await read()).toMatchObject({
      VIN: vin,
      customer: { name: "Renamed" },
      mechanics: [{ name: "Renamed" }],
      parts: [{ name: "Renamed", part_number: "NEW-1" }],
    });
  });
});

describe("the mileage of a vehicle", () => {
  it("is the highest reading of its tickets, and follows when that one is corrected", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const mileage = async () => (await client.get(`/vehicles/${shop.vehicle.id}`, { token })).body.mileage;
    await aTicket(client, shop, { mileage: 80_000 });
    const { id } = await aTicket(client, shop, { mileage: 84_120 });
    expect(await mileage()).toBe(84_120);
    await client.patch(`/service-tickets/${id}`, { mileage: 81_420, confirm_mileage: true }, { token });
    expect(await mileage()).toBe(81_420);
    await client.patch(`/service-tickets/${id}`, { mileage: null }, { token });
    expect(await mileage()).toBe(80_000);
  });

  it("that falls or jumps tenfold is asked back wherever it is read, and taken when it is confirmed", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const { id } = await aTicket(client, shop, { mileage: 8_000 });
    const ticket = { customer_id: shop.customer.id, vehicle_id: shop.vehicle.id, service_desc: "x", service_date: "2026-11-24" };
    for (const mileage of [7_999, 80_000]) {
      const sent = [
        (more: object) => client.post("/service-tickets", { ...ticket, mileage, ...more }, { token }),
        (more: object) => client.patch(`/service-tickets/${id}`, { mileage, ...more }, { token }),
        (more: object) => client.patch(`/vehicles/${shop.vehicle.id}`, { mileage, ...more }, { token }),
      ];
      for (const send of sent) {
        expect((await send({})).body).toMatchObject({ code: "mileage_unlikely", recorded: 8_000, sent: mileage });
        expect((await send({ confirm_mileage: true })).status).toBeLessThan(300);
        await rows("update vehicles set mileage = 8000 where id = ?", shop.vehicle.id);
      }
    }
  });
});

describe("a mechanic's status", () => {
  it("is set by an admin, names the bookings ahead, and ends the tokens of the account", async () => {
    const shop = await aShop();
    const { token } = await anAdmin();
    const { id } = await aTicket(client, shop, { mechanic_ids: [shop.mechanic.id], ...NINE });
    const set = (status: string, by = token) => client.patch(`/mechanics/${shop.mechanic.id}`, { status }, { token: by });
    expect((await set("disabled", shop.mechanic.token)).body.code).toBe("forbidden");
    const { body } = await set("disabled");
    expect(body).toMatchObject({ status: "disabled", bookings_ahead: [{ service_ticket_id: id, ...NINE }] });
    expect((await client.get("/mechanics/my-tickets", { token: shop.mechanic.token })).status).toBe(401);
    expect((await set("active")).body.bookings_ahead).toBeUndefined();
  });

  it("stays without a login, and can still be set", async () => {
    const [{ token }, mechanic] = [await anAdmin(), await aMechanic()];
    await client.delete(`/users/${mechanic.userId}`, { token });
    expect((await client.patch(`/mechanics/${mechanic.id}`, { status: "disabled" }, { token })).body.status).toBe("disabled");
    expect((await client.patch(`/mechanics/${mechanic.id}`, { status: "active" }, { token })).body.status).toBe("active");
  });

  it("that is disabled is so at every door", async () => {
    const shop = await aShop();
    const [{ token }, helper] = [await anAdmin(), await aMechanic()];
    const { id } = await aTicket(client, shop, { mechanic_ids: [helper.id], ...NINE });
    const { id: unscheduled } = await aTicket(client, shop);
    await client.patch(`/mechanics/${helper.id}`, { status: "disabled" }, { token });
    const later = { scheduled_start: "2026-12-02T09:00:00.000Z", scheduled_end: "2026-12-02T11:00:00.000Z" };
    const ticket = { customer_id: shop.customer.id, service_desc: "x", service_date: "2026-11-24", mechanic_ids: [helper.id] };
    const doors = [
      () => client.patch(`/service-tickets/${id}`, later, { token }),
      () => client.post("/service-tickets", ticket, { token }),
      () => client.put(`/service-tickets/${unscheduled}/assign-mechanic/${helper.id}`, {}, { token }),
      () => client.put(`/service-tickets/${unscheduled}/mechanics`, { mechanic_ids: [helper.id] }, { token }),
      () => client.post("/assignments", { service_ticket_id: unscheduled, mechanic_id: helper.id }, { token }),
    ];
    for (const door of doors) expect((await door()).body).toMatchObject({ code: "mechanic_not_active", mechanic_status: "disabled" });
    const { body } = await client.get("/mechanics/available?start=2026-12-02T09:00:00Z&end=2026-12-02T11:00:00Z&per_page=100", { token });
    expect(body.mechanics.map((mechanic: { id: number }) => mechanic.id)).not.toContain(helper.id);
  });
});

describe("dates that nobody means", () => {
  it.each([
    [{ service_date: "0202-11-24" }, "/body/service_date"],
    [{ service_date: "2099-01-01" }, "/body/service_date"],
    [{ scheduled_start: "2026-12-01T09:00:00Z", scheduled_end: "2062-12-01T09:00:00Z" }, "/body/scheduled_end"],
    [{ scheduled_start: "2026-12-01T09:00:00Z", scheduled_end: "2027-01-02T09:00:00Z" }, "/body/scheduled_end"],
  ])("%j is refused with the bounds, in a new ticket, a change and a reopening", async (dates, pointer) => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const { id } = await aTicket(client, shop);
    const ticket = { customer_id: shop.customer.id, service_desc: "x", service_date: "2026-11-24", ...dates };
    const answers = [
      await client.post("/service-tickets", ticket, { token }),
      await client.patch(`/service-tickets/${id}`, dates, { token }),
      ...("scheduled_start" in dates
        ? [await client.put(`/service-tickets/${id}/status`, { status: "in_progress", ...dates }, { token })]
        : []),
    ];
    for (const { status, body } of answers)
      expect([status, body.errors]).toMatchObject([422, [{ pointer, code: "out_of_bounds", detail: expect.stringMatching(/\d/) }]]);
  });
});

describe("internal notes", () => {
  it("are for staff, and shown to customers nowhere", async () => {
    const shop = await aShop();
    const secret = "pays late";
    const { id } = await aTicket(client, shop, { internal_notes: secret, notes: "ready at noon" });
    const { token } = shop.customer;
    for (const path of [`/service-tickets/${id}`, "/service-tickets", "/customers/my-tickets", `/customers/${shop.customer.id}`]) {
      const { status, text } = await client.get(path, { token }).then(({ status, body }) => ({ status, text: JSON.stringify(body) }));
      expect([status, text.includes(secret), text.includes("internal_notes")], path).toEqual([200, false, false]);
      expect(text).toContain("ready at noon");
    }
    expect((await client.get(`/service-tickets/${id}`, { token: shop.mechanic.token })).body.internal_notes).toBe(secret);
  });
});
