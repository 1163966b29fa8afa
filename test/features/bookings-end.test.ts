import { beforeEach, describe, expect, it } from "vitest";
import { clock, createClient } from "../support/client.ts";
import { aMechanic, anAdmin, type Person, rows } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";
import { aShop, aTicket, type Shop } from "../support/shop.ts";

const client = createClient();
const DAY = { scheduled_start: "2026-11-20T09:00:00.000Z", scheduled_end: "2026-11-20T17:00:00.000Z" };
const AFTERNOON = { scheduled_start: "2026-11-20T14:00:00.000Z", scheduled_end: "2026-11-20T15:00:00.000Z" };
const TEN = Date.parse("2026-11-20T10:00:00.000Z");

const status = ({ mechanic }: Shop, id: number, to: string, more: object = {}) =>
  client.put(`/service-tickets/${id}/status`, { status: to, ...more }, { token: mechanic.token });

/** A ticket that was planned for the day, and completed at ten. */
const completedAtTen = async () => {
  const shop = await aShop();
  const { id } = await aTicket(client, shop, { ...DAY, mechanic_ids: [shop.mechanic.id] });
  expect((await status(shop, id, "completed")).body.completed_at.slice(0, 16)).toBe("2026-11-20T10:00");
  return { shop, id };
};

const isFree = async ({ mechanic }: Shop, from: string, to: string, who: Person = mechanic) => {
  const { body } = await client.get(`/mechanics/available?start=${from}&end=${to}&per_page=100`, { token: mechanic.token });
  return body.mechanics.some(({ id }: { id: number }) => id === who.id);
};

describe("a ticket that was planned until five and completed at ten", () => {
  beforeEach(() => {
    clock.now = TEN;
  });

  it("leaves its mechanic free from then on, in the list of the free, in the schedule and for a new ticket", async () => {
    const { shop, id } = await completedAtTen();
    expect(await isFree(shop, AFTERNOON.scheduled_start, AFTERNOON.scheduled_end)).toBe(true);
    expect(await isFree(shop, "2026-11-20T09:30:00Z", "2026-11-20T09:45:00Z")).toBe(false);
    const schedule = (query: string) => client.get(`/mechanics/${shop.mechanic.id}/schedule${query}`, { token: shop.mechanic.token });
    const { body } = await schedule("");
    expect(body.bookings).toMatchObject([{ service_ticket_id: id, scheduled_start: DAY.scheduled_start, status: "completed" }]);
    expect(body.bookings[0].scheduled_end.slice(0, 16)).toBe("2026-11-20T10:00");
    expect((await schedule("?from=2026-11-20T12:00:00Z")).body.bookings).toEqual([]);
    const other = await aTicket(client, shop, { ...AFTERNOON, mechanic_ids: [shop.mechanic.id] });
    expect(other.mechanics).toHaveLength(1);
    expect(await brokenRules()).toEqual({});
  });

  it("takes another mechanic, at every door, who is booked until ten only", async () => {
    const { shop, id } = await completedAtTen();
    const { token } = shop.mechanic;
    const doors = [
      (helper: Person) => client.put(`/service-tickets/${id}/assign-mechanic/${helper.id}`, {}, { token }),
      (helper: Person) => client.put(`/service-tickets/${id}/edit-mechanics`, { add_ids: [helper.id] }, { token }),
      (helper: Person) => client.post("/assignments", { service_ticket_id: id, mechanic_id: helper.id }, { token }),
    ];
    for (const door of doors) {
      const helper = await aMechanic();
      await aTicket(client, shop, { ...AFTERNOON, mechanic_ids: [helper.id] });
      expect((await door(helper)).status).toBeLessThan(300);
      expect(await isFree(shop, "2026-11-20T09:30:00Z", "2026-11-20T09:45:00Z", helper)).toBe(false);
    }
    expect(await brokenRules()).toEqual({});
  });

  it("goes back to work for the whole day when nobody else has the time", async () => {
    const { shop, id } = await completedAtTen();
    expect((await status(shop, id, "in_progress")).status).toBe(200);
    expect(await isFree(shop, AFTERNOON.scheduled_start, AFTERNOON.scheduled_end)).toBe(false);
    expect(await brokenRules()).toEqual({});
  });
});

describe("a ticket that is completed before its time begins", () => {
  it("books nobody, and still takes a mechanic", async () => {
    clock.now = TEN;
    const shop = await aShop();
    const { id } = await aTicket(client, shop, { ...AFTERNOON, mechanic_ids: [shop.mechanic.id] });
    await status(shop, id, "completed");
    const helper = await aMechanic();
    await client.put(`/service-tickets/${id}/assign-mechanic/${helper.id}`, {}, { token: shop.mechanic.token });
    expect(await isFree(shop, AFTERNOON.scheduled_start, AFTERNOON.scheduled_end)).toBe(true);
    expect(await isFree(shop, AFTERNOON.scheduled_start, AFTERNOON.scheduled_end, helper)).toBe(true);
    expect(await brokenRules()).toEqual({});
  });
});

describe("a completed ticket whose mechanic was disabled since", () => {
  it.each([[DAY], [{}]])("with the times %j goes back to work without mechanics only, or once they are active", async (times) => {
    clock.now = TEN;
    const shop = await aShop();
    const [{ token }, helper] = [await anAdmin(), await aMechanic()];
    const { id } = await aTicket(client, shop, { ...times, mechanic_ids: [helper.id] });
    await status(shop, id, "completed");
    await client.patch(`/mechanics/${helper.id}`, { status: "disabled" }, { token });
    expect((await status(shop, id, "in_progress")).body).toMatchObject({ code: "mechanic_not_active", mechanic_id: helper.id });
    expect((await status(shop, id, "in_progress", { without_mechanics: true })).body).toMatchObject({ mechanics: [] });
    const [kept] = await rows("select 1 from assignments where service_ticket_id = ?", id);
    expect(kept).toBeUndefined();
    expect(await brokenRules()).toEqual({});
  });
});
