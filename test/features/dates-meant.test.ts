import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createDeps } from "../../src/deps.ts";
import { createClient } from "../support/client.ts";
import { aPart, aShop, aTicket } from "../support/shop.ts";

const client = createClient();
const START = "2026-12-01T09:00:00.000Z";
const TICKET_DATES = { scheduled_start: START, scheduled_end: "2026-12-01T11:00:00.000Z" };

describe("a booking that is lengthened at one end", () => {
  it.each([
    [{ scheduled_end: "2027-01-01T09:00:00.000Z" }, 200],
    [{ scheduled_end: "2027-01-01T09:00:01.000Z" }, 422],
    [{ scheduled_start: "2026-10-31T11:00:00.000Z" }, 200],
    [{ scheduled_start: "2026-10-31T10:59:59.000Z" }, 422],
  ])("to %j is %i, in a change and with a status", async (dates, status) => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    for (const send of [
      (id: number) => client.patch(`/service-tickets/${id}`, dates, { token }),
      (id: number) => client.put(`/service-tickets/${id}/status`, { status: "in_progress", ...dates }, { token }),
    ]) {
      const { id } = await aTicket(client, shop, TICKET_DATES);
      const answer = await send(id);
      expect(answer.status).toBe(status);
      if (status === 422)
        expect(answer.body.errors).toEqual([
          { pointer: "/body/scheduled_end", code: "out_of_bounds", detail: "A booking lasts at most 31 days." },
        ]);
    }
  });
});

describe("the bounds of dates", () => {
  it.each([
    ["2016-11-20", 201],
    ["2016-11-19", 422],
    ["2031-11-20", 201],
    ["2031-11-21", 422],
  ])("take the service date %s with %i, and name the first and the last", async (service_date, status) => {
    const shop = await aShop();
    const body = { customer_id: shop.customer.id, service_desc: "x", service_date };
    const answer = await client.post("/service-tickets", body, { token: shop.mechanic.token });
    expect(answer.status).toBe(status);
    if (status === 422) expect(answer.body.errors[0].detail).toBe("Send a date from 2016-11-20 to 2031-11-20.");
  });

  it("leave an old ticket changeable where its dates are not sent", async () => {
    const shop = await aShop();
    const { id } = await aTicket(client, shop, TICKET_DATES);
    await env.DB.prepare("update service_tickets set service_date = '1999-01-01' where id = ?").bind(id).run();
    expect((await client.patch(`/service-tickets/${id}`, { notes: "old" }, { token: shop.mechanic.token })).status).toBe(200);
  });

  it.each(["DATES_PAST_YEARS", "DATES_FUTURE_YEARS", "BOOKING_DAYS"])("stop the start when %s is no number from 1 on", (name) => {
    for (const text of ["0", "-1", "1.5", "many", ""]) expect(() => createDeps({ ...env, [name]: text }), text).toThrow(name);
    expect(createDeps({ ...env, [name]: "12" })).not.toBeNull();
  });
});

describe("a part that is retired", () => {
  it("goes on no ticket, at every door, until it is used again", async () => {
    const [shop, part] = [await aShop(), await aPart()];
    const { token } = shop.mechanic;
    const { id } = await aTicket(client, shop);
    const set = (retired: boolean) => client.patch(`/inventory/${part.id}`, { retired }, { token });
    expect((await set(true)).status).toBe(200);
    const line = { inventory_id: part.id, quantity: 1 };
    const ticket = { customer_id: shop.customer.id, service_desc: "x", service_date: "2026-11-24" };
    const doors = [
      () => client.post("/service-tickets", { ...ticket, parts: [line] }, { token }),
      () => client.post(`/service-tickets/${id}/parts`, line, { token }),
      () => client.put(`/service-tickets/${id}/parts/${part.id}`, { quantity: 1 }, { token }),
      () => client.put(`/service-tickets/${id}/add-part/${part.id}`, { quantity: 1 }, { token }),
      () => client.post(`/service-tickets/${id}/inventory`, { add: [line] }, { token }),
      () => client.put(`/service-tickets/${id}/inventory`, { add: [line] }, { token }),
    ];
    for (const door of doors) expect((await door()).body).toMatchObject({ code: "part_retired", inventory_id: part.id });
    await set(false);
    for (const door of doors) expect((await door()).status).toBeLessThan(300);
  });

  it("comes back with its cancelled ticket, which had it before", async () => {
    const shop = await aShop(2);
    const { token } = shop.mechanic;
    const { id } = await aTicket(client, shop, { parts: [{ inventory_id: shop.part.id, quantity: 2 }] });
    const step = (status: string) => client.put(`/service-tickets/${id}/status`, { status }, { token });
    await step("cancelled");
    await client.patch(`/inventory/${shop.part.id}`, { retired: true }, { token });
    expect((await step("open")).body).toMatchObject({ status: "open", parts: [{ returned: false }] });
  });
});
