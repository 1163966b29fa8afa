import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aMechanic, anAdmin, auditOf, PASSWORD, type Person, rows } from "../support/people.ts";
import { aShop, aTicket } from "../support/shop.ts";

const client = createClient();
const at = (day: number) => ({ scheduled_start: `2026-12-0${day}T09:00:00.000Z`, scheduled_end: `2026-12-0${day}T11:00:00.000Z` });

const statusOf = async ({ id }: Person): Promise<unknown> => (await rows("select status from mechanics where id = ?", id))[0]?.status;

describe("a mechanic whose login is deleted", () => {
  it.each(["active", "disabled", "pending"])("stays %s, and gets a new login with that status", async (status) => {
    const [{ token }, mechanic] = [await anAdmin(), await aMechanic()];
    await client.patch(`/mechanics/${mechanic.id}`, { status }, { token });
    await client.delete(`/users/${mechanic.userId}`, { token });
    expect(await statusOf(mechanic)).toBe(status);
    const { body } = await client.post("/users", { mechanic_id: mechanic.id, password: PASSWORD }, { token });
    expect([body.status, await statusOf(mechanic)]).toEqual([status, status]);
  });
});

describe("disabling a mechanic", () => {
  it("names the bookings ahead, the nearest first, by the mechanic and by their account", async () => {
    const [shop, { token }, helper] = [await aShop(), await anAdmin(), await aMechanic()];
    const book = async (fields: object) => (await aTicket(client, shop, { mechanic_ids: [helper.id], ...fields })).id;
    const [late, soon] = [await book(at(5)), await book(at(3))];
    await book({ scheduled_start: "2026-11-02T09:00:00Z", scheduled_end: "2026-11-02T11:00:00Z" });
    await book({});
    const cancelled = await book(at(4));
    await client.put(`/service-tickets/${cancelled}/status`, { status: "cancelled" }, { token });
    const ahead = [
      { service_ticket_id: soon, ...at(3) },
      { service_ticket_id: late, ...at(5) },
    ];
    for (const path of [`/mechanics/${helper.id}`, `/users/${helper.userId}`])
      for (const method of ["put", "patch"] as const) {
        expect((await client[method](path, { status: "disabled" }, { token })).body.bookings_ahead, path).toEqual(ahead);
        expect((await client[method](path, { status: "active" }, { token })).body.bookings_ahead, path).toBeUndefined();
      }
  });

  it("is written down for the mechanic and for the account", async () => {
    const [{ token }, mechanic] = [await anAdmin(), await aMechanic()];
    await client.patch(`/mechanics/${mechanic.id}`, { status: "disabled" }, { token });
    for (const [entity, id] of [
      ["mechanic", mechanic.id],
      ["user", mechanic.userId],
    ] as const)
      expect((await auditOf(entity, id)).at(-1)?.after, entity).toContain('"status":"disabled"');
  });

  it("is for admins, not for the mechanic or another one", async () => {
    const [mechanic, other] = [await aMechanic(), await aMechanic()];
    for (const { token } of [mechanic, other])
      expect((await client.patch(`/mechanics/${mechanic.id}`, { status: "disabled" }, { token })).status).toBe(403);
    expect(await statusOf(mechanic)).toBe("active");
  });

  it("leaves the account of a customer as it is, without bookings", async () => {
    const [{ token }, shop] = [await anAdmin(), await aShop()];
    const { body } = await client.patch(`/users/${shop.customer.userId}`, { status: "disabled" }, { token });
    expect([body.status, body.bookings_ahead]).toEqual(["disabled", undefined]);
  });
});

describe("a mechanic who is disabled", () => {
  it("is taken by edit-mechanics neither among all nor as one more, while others on the ticket stay", async () => {
    const [shop, { token }, helper] = [await aShop(), await anAdmin(), await aMechanic()];
    const { id } = await aTicket(client, shop, { mechanic_ids: [shop.mechanic.id] });
    await client.patch(`/mechanics/${helper.id}`, { status: "disabled" }, { token });
    for (const edit of [{ mechanic_ids: [helper.id] }, { add_ids: [helper.id] }]) {
      const { body } = await client.put(`/service-tickets/${id}/edit-mechanics`, edit, { token: shop.mechanic.token });
      expect(body).toMatchObject({ code: "mechanic_not_active", mechanic_id: helper.id, mechanic_status: "disabled" });
    }
    const { body } = await client.get(`/service-tickets/${id}`, { token });
    expect(body.mechanics).toMatchObject([{ id: shop.mechanic.id }]);
  });

  it("may finish what they are on: it can be completed and closed", async () => {
    const [shop, { token }, helper] = [await aShop(), await anAdmin(), await aMechanic()];
    const { id } = await aTicket(client, shop, { mechanic_ids: [helper.id], ...at(3) });
    await client.patch(`/mechanics/${helper.id}`, { status: "disabled" }, { token });
    for (const status of ["completed", "closed"])
      expect((await client.put(`/service-tickets/${id}/status`, { status }, { token })).body.status).toBe(status);
  });
});
