import { afterEach, describe, expect, it } from "vitest";
import { createClient, testDeps } from "../support/client.ts";
import { aMechanic, auditOf, rows } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";
import { aShop, aTicket } from "../support/shop.ts";

const deps = testDeps();
/** On the gate of this isolate, which never counts as silent, however busy the machine is. */
const client = createClient({ ...deps, gate: deps.localGate });
const TRIES = 50;

/** So many, one after the other. */
const several = async <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> => {
  const made: T[] = [];
  for (let index = 0; index < count; index += 1) made.push(await make(index));
  return made;
};

/** So many at once. */
const parallel = <T>(count: number, run: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)));

/** How many answers there are of each failure code, or of each status. */
const codesOf = (answers: readonly { status: number; body: { code?: string } }[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(answers, ({ status, body }) => body.code ?? String(status))].map(([code, all]) => [code, all.length]));

/** Schedules that all meet at noon. */
const aroundNoon = (index: number) => ({
  scheduled_start: new Date(Date.UTC(2026, 10, 24, 10, index)).toISOString(),
  scheduled_end: new Date(Date.UTC(2026, 10, 24, 12, index + 1)).toISOString(),
});
const onDay = (index: number) => ({
  scheduled_start: new Date(Date.UTC(2027, 0, 1 + index, 9)).toISOString(),
  scheduled_end: new Date(Date.UTC(2027, 0, 1 + index, 17)).toISOString(),
});

const bookingsOf = (id: number) =>
  rows<{ id: number }>("select service_ticket_id id from assignments where mechanic_id = ? and starts_at like '2026-11-24%'", id);

afterEach(async () => {
  expect(await brokenRules()).toEqual({});
});

describe("in parallel", () => {
  it("one of 50 overlapping tickets gets the mechanic, by whichever route", async () => {
    const shop = await aShop();
    const [{ token }, { id }] = [shop.mechanic, await aMechanic()];
    const tickets = await several(TRIES, (index) => aTicket(client, shop, aroundNoon(index)));
    const answers = await parallel(TRIES, (index) => {
      const ticket = tickets[index].id;
      if (index % 3 === 0) return client.put(`/service-tickets/${ticket}/assign-mechanic/${id}`, {}, { token });
      if (index % 3 === 1)
        return client.put(`/service-tickets/${ticket}/edit-mechanics`, { mechanic_ids: [shop.mechanic.id, id] }, { token });
      return client.post("/assignments", { service_ticket_id: ticket, mechanic_id: id }, { token });
    });
    const winners = answers.flatMap(({ status }, index) => (status < 300 ? [tickets[index].id] : []));
    expect(winners).toHaveLength(1);
    expect(codesOf(answers).mechanic_double_booked).toBe(TRIES - 1);
    expect(await bookingsOf(id)).toEqual([{ id: winners[0] }]);
    const changed = await Promise.all(tickets.map((ticket) => auditOf("service_ticket", ticket.id)));
    expect(changed.flatMap((entries) => entries.slice(1).map(({ action }) => action))).toEqual(["service_ticket.mechanics_changed"]);
  });

  it("one of 50 new tickets of one time gets the mechanic, and the others are not opened", async () => {
    const shop = await aShop();
    const { token, id } = shop.mechanic;
    const body = {
      customer_id: shop.customer.id,
      vehicle_id: shop.vehicle.id,
      service_desc: "x",
      service_date: "2026-11-24",
      mechanic_ids: [id],
    };
    const answers = await parallel(TRIES, (index) => client.post("/service-tickets", { ...body, ...aroundNoon(index) }, { token }));
    expect(codesOf(answers)).toEqual({ 201: 1, mechanic_double_booked: TRIES - 1 });
    const opened = await rows<{ id: number }>("select id from service_tickets where customer_id = ?", shop.customer.id);
    expect(opened).toHaveLength(1);
    expect(await bookingsOf(id)).toEqual(opened);
  });

  it("one of 50 tickets of a mechanic moves to a free time, and the others stay", async () => {
    const shop = await aShop();
    const { token, id } = shop.mechanic;
    const tickets = await several(TRIES, (index) => aTicket(client, shop, { ...onDay(index), mechanic_ids: [id] }));
    const answers = await parallel(TRIES, (index) => client.patch(`/service-tickets/${tickets[index].id}`, aroundNoon(index), { token }));
    expect(codesOf(answers)).toEqual({ 200: 1, mechanic_double_booked: TRIES - 1 });
    const winner = tickets[answers.findIndex(({ status }) => status === 200)].id;
    expect(await bookingsOf(id)).toEqual([{ id: winner }]);
    const stayed = tickets.filter((ticket) => ticket.id !== winner);
    const now = await rows<{ id: number; scheduled_start: string; version: number }>(
      "select id, scheduled_start, version from service_tickets where customer_id = ? and id <> ? order by id",
      shop.customer.id,
      winner,
    );
    expect(now.map((ticket) => [ticket.id, ticket.scheduled_start])).toEqual(stayed.map((ticket) => [ticket.id, ticket.scheduled_start]));
  });

  it("one of 50 cancelled tickets comes back to its mechanic's free time", async () => {
    const shop = await aShop();
    const { token, id } = shop.mechanic;
    const tickets = await several(TRIES, async (index) => {
      const ticket = await aTicket(client, shop, { ...aroundNoon(index), mechanic_ids: [id] });
      await client.put(`/service-tickets/${ticket.id}/status`, { status: "cancelled" }, { token });
      return ticket;
    });
    const answers = await parallel(TRIES, (index) =>
      client.put(`/service-tickets/${tickets[index].id}/status`, { status: "open" }, { token }),
    );
    expect(codesOf(answers)).toEqual({ 200: 1, mechanic_double_booked: TRIES - 1 });
    expect(await bookingsOf(id)).toEqual([{ id: tickets[answers.findIndex(({ status }) => status === 200)].id }]);
    const statuses = await rows(
      "select status, count(*) n from service_tickets where customer_id = ? group by status order by n",
      shop.customer.id,
    );
    expect(statuses).toEqual([
      { status: "open", n: 1 },
      { status: "cancelled", n: TRIES - 1 },
    ]);
  });

  it.each([[["in_progress", "completed", "closed"]], [["cancelled", "open", "cancelled"]]])(
    "one of 50 equal steps is taken, and moves stock and counts once: %s",
    async (steps) => {
      const shop = await aShop(10);
      const { token, id } = shop.mechanic;
      const ticket = await aTicket(client, shop, { mechanic_ids: [id], parts: [{ inventory_id: shop.part.id, quantity: 4 }] });
      for (const status of steps) {
        const answers = await parallel(TRIES, () => client.put(`/service-tickets/${ticket.id}/status`, { status }, { token }));
        expect(codesOf(answers)).toEqual({ 200: 1, illegal_status: TRIES - 1 });
      }
      const entries = await auditOf("service_ticket", ticket.id);
      expect(entries.map(({ after }) => JSON.parse(after ?? "").status)).toEqual(["open", ...steps]);
      const kinds = await rows("select kind from stock_movements where service_ticket_id = ? order by id", ticket.id);
      expect(kinds.map(({ kind }) => kind)).toEqual(steps.includes("cancelled") ? ["taken", "returned", "taken", "returned"] : ["taken"]);
    },
  );
});
