import { beforeEach, describe, expect, it } from "vitest";
import { createClient, testDeps } from "../support/client.ts";
import { aMechanic, rows } from "../support/people.ts";
import { aShop, aTicket, type Shop } from "../support/shop.ts";
import { watchedD1 } from "../support/watched-d1.ts";

const client = createClient();
let shop: Shop;
let token: string;
let mechanic: number;

beforeEach(async () => {
  shop = await aShop();
  token = shop.mechanic.token;
  mechanic = shop.mechanic.id;
});

const ticketAt = (start: string, end: string, mechanic_ids: number[]) =>
  aTicket(client, shop, { scheduled_start: `2026-11-24T${start}:00Z`, scheduled_end: `2026-11-24T${end}:00Z`, mechanic_ids });
const setStatus = (ticket: { id: number }, status: string) => client.put(`/service-tickets/${ticket.id}/status`, { status }, { token });

describe("GET /mechanics/{id}/schedule", () => {
  const get = (query = "", id = mechanic, by = token) => client.get(`/mechanics/${id}/schedule${query}`, { token: by });
  const idsOf = ({ body }: { body: { bookings: { service_ticket_id: number }[] } }) => body.bookings.map((row) => row.service_ticket_id);
  const day = (from: string, to: string) => `?from=2026-11-24T${from}:00Z&to=2026-11-24T${to}:00Z`;

  it("shows the bookings that overlap a time, in time order, as their tickets are", async () => {
    const late = await ticketAt("13:00", "15:00", [mechanic]);
    const early = await ticketAt("09:00", "11:00", [mechanic]);
    const noon = await ticketAt("11:00", "12:30", [mechanic]);
    await ticketAt("09:00", "18:00", [(await aMechanic()).id]);
    const { body } = await get();
    expect(body.bookings[0]).toEqual({
      service_ticket_id: early.id,
      scheduled_start: "2026-11-24T09:00:00.000Z",
      scheduled_end: "2026-11-24T11:00:00.000Z",
      status: "open",
      service_desc: "Brakes",
      VIN: shop.vehicle.vin,
      customer: { id: shop.customer.id, name: "Cara Customer" },
    });
    expect(body.pagination).toMatchObject({ total_items: 3, total_exact: true, next_cursor: null });
    expect(idsOf(await get())).toEqual([early.id, noon.id, late.id]);
    expect(idsOf(await get("?sort=-scheduled_start"))).toEqual([late.id, noon.id, early.id]);
    expect(idsOf(await get(day("10:00", "12:00")))).toEqual([early.id, noon.id]);
    expect(idsOf(await get(day("11:00", "13:00")))).toEqual([noon.id]);
    expect(idsOf(await get(day("12:30", "13:00")))).toEqual([]);
    expect(idsOf(await get("?from=2026-11-24T13:30:00%2B01:00"))).toEqual([late.id]);
    expect(idsOf(await get("?to=2026-11-24T09:00:00.001Z"))).toEqual([early.id]);
  });

  it("leaves out tickets that are unscheduled, cancelled or closed", async () => {
    await aTicket(client, shop, { mechanic_ids: [mechanic] });
    const [cancelled, closed] = [await ticketAt("09:00", "10:00", [mechanic]), await ticketAt("10:00", "11:00", [mechanic])];
    const started = await ticketAt("11:00", "12:00", [mechanic]);
    await setStatus(cancelled, "cancelled");
    for (const step of ["in_progress", "completed", "closed"]) await setStatus(closed, step);
    await setStatus(started, "in_progress");
    expect((await get()).body.bookings).toMatchObject([{ service_ticket_id: started.id, status: "in_progress" }]);
  });

  it("goes on page by page, by number and by cursor, and reads neither what is past nor what was shown", async () => {
    const { d1, read } = watchedD1();
    const watched = createClient({ ...testDeps(), d1 });
    const hours = Array.from({ length: 40 }, (_, hour) => new Date(Date.UTC(2026, 0, 5, hour)).toISOString());
    const tickets: number[] = [];
    for (const [i, scheduled_start] of hours.slice(0, -1).entries())
      tickets.push((await aTicket(client, shop, { scheduled_start, scheduled_end: hours[i + 1], mechanic_ids: [mechanic] })).id);
    const path = `/mechanics/${mechanic}/schedule?from=2026-01-06T06:30:00Z&per_page=3`;
    const shown = tickets.slice(30);
    expect(idsOf(await get("?from=2026-01-06T06:30:00Z&per_page=3&page=2"))).toEqual(shown.slice(3, 6));
    const seen: number[] = [];
    const reads: number[] = [];
    for (let next: string | null = ""; next !== null; ) {
      read.rows = 0;
      const page = await watched.get(next === "" ? path : `${path}&cursor=${next}`, { token });
      seen.push(...idsOf(page));
      reads.push(read.rows);
      next = page.body.pagination.next_cursor;
    }
    expect(seen).toEqual(shown);
    expect(reads[0]).toBeLessThanOrEqual(3 * 4 + 20);
    expect(Math.max(...reads), "a later page reads no more than the first").toBeLessThanOrEqual((reads[0] ?? 0) + 1);
  });

  it("is refused for an unknown mechanic, a time that ends before it starts, and whom it is not for", async () => {
    expect([(await get("", 999_999)).body.code, (await get(day("11:00", "11:00"))).body.code]).toEqual(["not_found", "invalid_schedule"]);
    expect((await get(day("12:00", "11:00"), 999_999)).body.code).toBe("invalid_schedule");
    expect((await get("?from=2026-11-24")).body.errors[0].pointer).toBe("/query/from");
    expect((await get("?start=2026-11-24T09:00:00Z")).body.errors[0]).toMatchObject({ pointer: "/query/start", code: "unknown_field" });
    expect((await get("", mechanic, shop.customer.token)).status).toBe(403);
    expect((await client.get(`/mechanics/${mechanic}/schedule`)).status).toBe(401);
  });
});

describe("GET /mechanics/available", () => {
  const available = async (start: string, end: string, more = "") =>
    (await client.get(`/mechanics/available?start=2026-11-24T${start}:00Z&end=2026-11-24T${end}:00Z&per_page=100${more}`, { token })).body;
  const isFree = async (start: string, end: string) =>
    (await available(start, end)).mechanics.some(({ id }: { id: number }) => id === mechanic);

  it("names active mechanics without a booking that overlaps the time", async () => {
    const ticket = await ticketAt("09:00", "11:00", [mechanic]);
    await ticketAt("13:00", "15:00", [mechanic]);
    expect([await isFree("11:00", "13:00"), await isFree("08:00", "09:00"), await isFree("15:00", "16:00")]).toEqual([true, true, true]);
    for (const [start, end] of [
      ["08:00", "09:01"],
      ["10:59", "12:00"],
      ["12:00", "13:01"],
      ["08:00", "16:00"],
      ["09:30", "10:00"],
    ] as const)
      expect(await isFree(start, end), `${start} to ${end}`).toBe(false);
    await setStatus(ticket, "cancelled");
    expect(await isFree("09:30", "10:00")).toBe(true);
    expect((await available("09:30", "10:00")).mechanics.find(({ id }: { id: number }) => id === mechanic)).toEqual({
      id: mechanic,
      name: "Max Mechanic",
      specialty: null,
      phone: "+1 555 0200",
    });
    await rows("update mechanics set status = 'disabled' where id = ?", mechanic);
    expect(await isFree("09:30", "10:00")).toBe(false);
  });

  it("goes on page by page past those who are not free", async () => {
    const [a, b, c] = [await aMechanic(), await aMechanic(), await aMechanic()];
    await ticketAt("09:00", "11:00", [b.id]);
    const last = await available("10:00", "10:30", "&sort=-id");
    expect(last.mechanics.slice(0, 2).map(({ id }: { id: number }) => id)).toEqual([c.id, a.id]);
    const one = "/mechanics/available?start=2026-11-24T10:00:00Z&end=2026-11-24T10:30:00Z&per_page=1&sort=-id";
    const first = (await client.get(one, { token })).body;
    expect(first.pagination).toMatchObject({ total_items: last.mechanics.length, total_exact: true });
    const second = (await client.get(`${one}&cursor=${first.pagination.next_cursor}`, { token })).body;
    expect([first.mechanics[0].id, second.mechanics[0].id]).toEqual([c.id, a.id]);
  });

  it("wants both ends in order, and is for staff", async () => {
    const ask = (query: string, by = token) => client.get(`/mechanics/available${query}`, { token: by });
    const [nine, ten] = ["2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z"];
    const missing = (await ask("")).body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(missing).toEqual(["/query/start", "/query/end"]);
    expect((await ask(`?start=${nine}`)).body.code).toBe("invalid");
    expect((await ask(`?start=${ten}&end=${nine}`)).body.code).toBe("invalid_schedule");
    expect((await ask(`?start=${nine}&end=${nine}`)).body.code).toBe("invalid_schedule");
    expect((await ask(`?start=${nine}&end=${ten}`, shop.customer.token)).status).toBe(403);
    expect((await client.get(`/mechanics/available?start=${nine}&end=${ten}`)).status).toBe(401);
  });
});
