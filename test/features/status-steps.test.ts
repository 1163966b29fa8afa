import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aMechanic, anAdmin, auditOf, rows } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";
import { aShop, aTicket, type Shop, stockOf } from "../support/shop.ts";

const client = createClient();
const NINE = { scheduled_start: "2026-12-01T09:00:00.000Z", scheduled_end: "2026-12-01T11:00:00.000Z" };
const NOON = { scheduled_start: "2026-12-01T12:00:00.000Z", scheduled_end: "2026-12-01T13:00:00.000Z" };

const step = (shop: Pick<Shop, "mechanic">, id: number, status: string, more: object = {}) =>
  client.put(`/service-tickets/${id}/status`, { status, ...more }, { token: shop.mechanic.token });
const booked = (shop: Shop, fields: object = NINE) => aTicket(client, shop, { mechanic_ids: [shop.mechanic.id], ...fields });

/** A cancelled ticket whose time another ticket has now. */
const cancelledAndTaken = async () => {
  const shop = await aShop(2);
  const ticket = await booked(shop, { ...NINE, parts: [{ inventory_id: shop.part.id, quantity: 2 }] });
  await step(shop, ticket.id, "cancelled");
  const other = await booked(shop);
  return { shop, ticket, other };
};

describe("several steps on", () => {
  it.each([
    ["open", [], "closed"],
    ["open", [], "completed"],
    ["in_progress", ["in_progress"], "closed"],
  ])("from %s pass those between in one audited write", async (_from, before, to) => {
    const shop = await aShop();
    const { id } = await booked(shop);
    for (const status of before) await step(shop, id, status);
    const changes = (await auditOf("service_ticket", id)).length;
    const { status, body } = await step(shop, id, to);
    expect([status, body.status, body.completed_at]).toEqual([200, to, expect.any(String)]);
    expect((await auditOf("service_ticket", id)).length).toBe(changes + 1);
    expect(await brokenRules()).toEqual({});
  });

  it("are not taken from a cancelled ticket, and none is taken then", async () => {
    const { shop, ticket } = await cancelledAndTaken();
    for (const status of ["in_progress", "completed", "closed"])
      expect((await step(shop, ticket.id, status)).body).toMatchObject({ code: "illegal_status", from: "cancelled", to: status });
  });
});

describe("one step back", () => {
  it("is taken by staff while the ticket is not closed, and clears when the work was completed", async () => {
    const shop = await aShop();
    const { id } = await booked(shop);
    await step(shop, id, "completed");
    expect((await step(shop, id, "in_progress")).body).toMatchObject({ status: "in_progress", completed_at: null });
    expect((await step(shop, id, "open")).body.status).toBe("open");
    await step(shop, id, "closed");
    for (const status of ["completed", "in_progress"]) expect((await step(shop, id, status)).body.code).toBe("illegal_status");
    expect(await brokenRules()).toEqual({});
  });

  it("where the rest of the time is another's now, takes another time or goes on without mechanics", async () => {
    const shop = await aShop();
    const soon = { scheduled_start: "2026-11-20T08:00:00.000Z", scheduled_end: "2026-11-20T17:00:00.000Z" };
    const { id } = await booked(shop, soon);
    await step(shop, id, "completed");
    const later = await booked(shop, { scheduled_start: "2026-11-20T14:00:00.000Z", scheduled_end: "2026-11-20T15:00:00.000Z" });
    expect((await step(shop, id, "in_progress")).body).toMatchObject({ code: "mechanic_double_booked", service_ticket_id: later.id });
    expect((await step(shop, id, "in_progress", { without_mechanics: true })).body).toMatchObject({ mechanics: [], ...soon });
  });
});

describe("a ticket that is completed early", () => {
  it("frees its mechanic for the rest of the planned time", async () => {
    const shop = await aShop();
    const { id } = await booked(shop, { scheduled_start: "2026-11-20T09:00:00.000Z", scheduled_end: "2026-11-20T17:00:00.000Z" });
    const free = async () => {
      const { body } = await client.get("/mechanics/available?start=2026-11-20T14:00:00Z&end=2026-11-20T15:00:00Z&per_page=100", {
        token: shop.mechanic.token,
      });
      return body.mechanics.some((mechanic: { id: number }) => mechanic.id === shop.mechanic.id);
    };
    expect(await free()).toBe(false);
    const { body } = await step(shop, id, "completed");
    expect(body.completed_at < "2026-11-20T14:00:00.000Z").toBe(true);
    expect(await free()).toBe(true);
    const [booking] = await rows<{ ends_at: string }>("select ends_at from assignments where service_ticket_id = ?", id);
    expect(booking?.ends_at).toBe(body.completed_at);
  });
});

describe("a ticket that is opened again", () => {
  it("whose time is another's now, takes a new time in the same request", async () => {
    const { shop, ticket, other } = await cancelledAndTaken();
    expect((await step(shop, ticket.id, "open")).body).toMatchObject({ code: "mechanic_double_booked", service_ticket_id: other.id });
    const { status, body } = await step(shop, ticket.id, "open", NOON);
    expect([status, body]).toMatchObject([200, { status: "open", ...NOON, mechanics: [{ id: shop.mechanic.id }] }]);
    expect(await brokenRules()).toEqual({});
  });

  it("goes on without mechanics at its time", async () => {
    const { shop, ticket } = await cancelledAndTaken();
    const { body } = await step(shop, ticket.id, "open", { without_mechanics: true });
    expect(body).toMatchObject({ status: "open", ...NINE, mechanics: [] });
    expect(await brokenRules()).toEqual({});
  });

  it("whose parts are gone, goes on without them", async () => {
    const { shop, ticket } = await cancelledAndTaken();
    await aTicket(client, shop, { parts: [{ inventory_id: shop.part.id, quantity: 1 }] });
    expect((await step(shop, ticket.id, "open", NOON)).body.code).toBe("insufficient_stock");
    const { body } = await step(shop, ticket.id, "open", { ...NOON, without_parts: true });
    expect(body).toMatchObject({ status: "open", parts: [], parts_total: 0 });
    expect(await stockOf(shop.part)).toBe(1);
    expect(await brokenRules()).toEqual({});
  });

  it("after it was closed, finds its time taken, and takes another or goes on without mechanics", async () => {
    const shop = await aShop();
    const { token } = await anAdmin();
    const { id } = await booked(shop);
    await step(shop, id, "closed");
    await booked(shop);
    const reopen = (more: object) => client.put(`/service-tickets/${id}/status`, { status: "open", ...more }, { token });
    expect((await reopen({})).body.code).toBe("mechanic_double_booked");
    expect((await step(shop, id, "open", NOON)).body.code).toBe("forbidden");
    expect((await reopen(NOON)).body).toMatchObject({ status: "open", ...NOON, closed_at: null });
    expect(await brokenRules()).toEqual({});
  });

  it("with a mechanic who was disabled meanwhile, goes on without mechanics only", async () => {
    const shop = await aShop();
    const [{ token }, helper] = [await anAdmin(), await aMechanic()];
    for (const schedule of [NINE, {}]) {
      const { id } = await aTicket(client, shop, { mechanic_ids: [helper.id], ...schedule });
      await step(shop, id, "cancelled");
      await client.patch(`/mechanics/${helper.id}`, { status: "disabled" }, { token });
      expect((await step(shop, id, "open")).body).toMatchObject({ code: "mechanic_not_active", mechanic_id: helper.id });
      expect((await step(shop, id, "open", { without_mechanics: true })).body).toMatchObject({ status: "open", mechanics: [] });
      await client.patch(`/mechanics/${helper.id}`, { status: "active" }, { token });
    }
  });

  it("takes a schedule and leaves things out only with a status that books", async () => {
    const shop = await aShop();
    const { id } = await booked(shop);
    for (const more of [NOON, { without_mechanics: true }, { without_parts: true }])
      expect((await step(shop, id, "completed", more)).status).toBe(422);
  });
});
