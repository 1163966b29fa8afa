import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aMechanic, anAdmin } from "../support/people.ts";
import { aShop, aTicket, type Shop } from "../support/shop.ts";

/** What failures of a day's work advise can be done in the state that they were met in. */

const client = createClient();
const NINE = { scheduled_start: "2026-12-01T09:00:00.000Z", scheduled_end: "2026-12-01T11:00:00.000Z" };
const NOON = { scheduled_start: "2026-12-01T12:00:00.000Z", scheduled_end: "2026-12-01T13:00:00.000Z" };

/** The requests that take a new ticket to each status. */
const WAY: Readonly<Record<string, readonly string[]>> = {
  open: [],
  in_progress: ["in_progress"],
  completed: ["completed"],
  closed: ["closed"],
  cancelled: ["cancelled"],
};

const step = (id: number, status: string, token: string, more: object = {}) =>
  client.put(`/service-tickets/${id}/status`, { status, ...more }, { token });

const ticketIn = async (shop: Shop, status: string): Promise<number> => {
  const { id } = await aTicket(client, shop);
  for (const each of WAY[status] ?? []) await step(id, each, shop.mechanic.token);
  return id;
};

describe("an illegal step", () => {
  it.each(Object.keys(WAY))("from '%s' names the statuses that can be reached from there, and no other one can be", async (from) => {
    const [shop, { token }] = [await aShop(), await anAdmin()];
    const { body } = await step(await ticketIn(shop, from), from, token);
    expect(body).toMatchObject({ code: "illegal_status", from, to: from });
    const named = [...body.detail.split("It can become")[1].matchAll(/'(\w+)'/g)].map(([, status]) => status);
    for (const to of Object.keys(WAY)) {
      const answer = await step(await ticketIn(shop, from), to, token);
      expect([to, answer.status === 200], answer.body.detail).toEqual([to, named.includes(to)]);
    }
  });

  it("tells a mechanic who may open a closed ticket again", async () => {
    const shop = await aShop();
    const id = await ticketIn(shop, "closed");
    expect((await step(id, "in_progress", shop.mechanic.token)).body.detail).toContain("'open', by an admin");
  });
});

describe("a mechanic who is not active", () => {
  it("is taken off the ticket, or set active by PATCH, before its schedule changes", async () => {
    const [shop, helper, { token }] = [await aShop(), await aMechanic(), await anAdmin()];
    const staff = { token: shop.mechanic.token };
    for (const way of ["DELETE", "PATCH"]) {
      const { id } = await aTicket(client, shop, { ...NINE, mechanic_ids: [helper.id] });
      await client.patch(`/mechanics/${helper.id}`, { status: "disabled" }, { token });
      const move = () => client.patch(`/service-tickets/${id}`, NOON, staff);
      const { body } = await move();
      expect([body.code, body.detail]).toEqual(["mechanic_not_active", expect.stringContaining(`PATCH /mechanics/${helper.id}`)]);
      expect(body.detail).toContain("take this one off the ticket");
      if (way === "DELETE") await client.delete(`/service-tickets/${id}/mechanics/${helper.id}`, staff);
      await client.patch(`/mechanics/${helper.id}`, { status: way === "DELETE" ? "disabled" : "active" }, { token });
      expect((await move()).status).toBe(200);
      await client.patch(`/mechanics/${helper.id}`, { status: "active" }, { token });
    }
  });

  it("without a login, is set active as the advice says", async () => {
    const [shop, helper, { token }] = [await aShop(), await aMechanic(), await anAdmin()];
    await client.patch(`/mechanics/${helper.id}`, { status: "disabled" }, { token });
    await client.delete(`/users/${helper.userId}`, { token });
    const { id } = await aTicket(client, shop);
    const assign = () => client.put(`/service-tickets/${id}/assign-mechanic/${helper.id}`, {}, { token: shop.mechanic.token });
    const { body } = await assign();
    const [, path = ""] = body.detail.match(/PATCH (\/mechanics\/\d+)/) ?? [];
    expect((await client.patch(path, { status: "active" }, { token })).status).toBe(200);
    expect((await assign()).status).toBe(200);
  });
});

describe("a change of a ticket that is cancelled", () => {
  it("says to open it first, with another schedule if need be, which can be done", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const { id } = await aTicket(client, shop, { ...NINE, mechanic_ids: [shop.mechanic.id] });
    await step(id, "cancelled", token);
    await aTicket(client, shop, { ...NINE, mechanic_ids: [shop.mechanic.id] });
    const { body } = await client.patch(`/service-tickets/${id}`, NOON, { token });
    expect([body.code, body.detail]).toEqual(["ticket_closed", expect.stringContaining("Set the status to 'open' first")]);
    expect((await step(id, "open", token, NOON)).body).toMatchObject({ status: "open", ...NOON });
  });
});
