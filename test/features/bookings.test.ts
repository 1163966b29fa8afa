import { beforeEach, describe, expect, it } from "vitest";
import { everything } from "../support/attacks.ts";
import { createClient } from "../support/client.ts";
import { aMechanic, anAdmin, auditOf, rows } from "../support/people.ts";
import { aShop, aTicket, type Shop, stockOf } from "../support/shop.ts";

const client = createClient();
let shop: Shop;
let token: string;
let mechanic: number;

beforeEach(async () => {
  shop = await aShop();
  token = shop.mechanic.token;
  mechanic = shop.mechanic.id;
});

/** A schedule on 24 November. */
const at = (start: string, end: string) => ({ scheduled_start: `2026-11-24T${start}:00Z`, scheduled_end: `2026-11-24T${end}:00Z` });
const ticketAt = (start: string, end: string, mechanic_ids: number[] = []) => aTicket(client, shop, { ...at(start, end), mechanic_ids });
const assign = (ticket: { id: number }, id = mechanic) => client.put(`/service-tickets/${ticket.id}/assign-mechanic/${id}`, {}, { token });
const edit = (ticket: { id: number }, body: object) => client.put(`/service-tickets/${ticket.id}/edit-mechanics`, body, { token });
const move = (ticket: { id: number }, body: object) => client.patch(`/service-tickets/${ticket.id}`, body, { token });
const setStatus = (ticket: { id: number }, status: string, by = token) =>
  client.put(`/service-tickets/${ticket.id}/status`, { status }, { token: by });
const bookingsOf = (id: number) =>
  rows("select service_ticket_id id, starts_at, ends_at from assignments where mechanic_id = ? order by service_ticket_id", id);

/** What a refusal says that meets this booking. */
const meets = ({ id }: { id: number }, start: string, end: string) => ({
  code: "mechanic_double_booked",
  mechanic_id: mechanic,
  mechanic_name: "Max Mechanic",
  service_ticket_id: id,
  scheduled_start: `2026-11-24T${start}:00.000Z`,
  scheduled_end: `2026-11-24T${end}:00.000Z`,
});

describe("a mechanic's bookings", () => {
  it("may touch but not overlap, not even by a millisecond", async () => {
    const first = await ticketAt("09:00", "11:00", [mechanic]);
    const [before, after] = [await ticketAt("07:00", "09:00"), await ticketAt("11:00", "13:00")];
    expect([(await assign(before)).status, (await assign(after)).status]).toEqual([200, 200]);
    expect((await move(after, { scheduled_start: "2026-11-24T10:59:59.999Z" })).body).toMatchObject(meets(first, "09:00", "11:00"));
    expect((await move(before, { scheduled_end: "2026-11-24T09:00:00.001Z" })).body).toMatchObject(meets(first, "09:00", "11:00"));
    expect(await bookingsOf(mechanic)).toEqual([
      { id: first.id, starts_at: "2026-11-24T09:00:00.000Z", ends_at: "2026-11-24T11:00:00.000Z" },
      { id: before.id, starts_at: "2026-11-24T07:00:00.000Z", ends_at: "2026-11-24T09:00:00.000Z" },
      { id: after.id, starts_at: "2026-11-24T11:00:00.000Z", ends_at: "2026-11-24T13:00:00.000Z" },
    ]);
  });

  it.each([
    ["begin before and end within", "08:00", "09:30"],
    ["begin within and end after", "10:30", "12:00"],
    ["lie within", "09:30", "10:30"],
    ["lie around", "08:00", "12:00"],
    ["are the same", "09:00", "11:00"],
  ])("meet others that %s, whichever way they come, and the refusal leaves nothing behind", async (_, start, end) => {
    const first = await ticketAt("09:00", "11:00", [mechanic]);
    const other = await ticketAt(start, end);
    const unscheduled = await aTicket(client, shop, { mechanic_ids: [mechanic] });
    const elsewhere = await aTicket(client, shop, { ...at("20:00", "21:00"), mechanic_ids: [mechanic] });
    const body = { customer_id: shop.customer.id, vehicle_id: shop.vehicle.id, service_desc: "x", service_date: "2026-11-24" };
    const before = await everything();
    const answers = [
      await assign(other),
      await edit(other, { mechanic_ids: [mechanic] }),
      await edit(other, { add_ids: [mechanic] }),
      await client.post("/assignments", { service_ticket_id: other.id, mechanic_id: mechanic }, { token }),
      await client.post("/service-tickets", { ...body, ...at(start, end), mechanic_ids: [mechanic] }, { token }),
      await move(unscheduled, at(start, end)),
      await move(elsewhere, at(start, end)),
    ];
    for (const answer of answers) expect([answer.status, answer.body]).toMatchObject([409, meets(first, "09:00", "11:00")]);
    expect(await everything()).toEqual(before);
  });

  it("are changed for all mechanics at once or for none", async () => {
    const [a, b, c] = [await aMechanic(), await aMechanic(), await aMechanic()];
    const first = await ticketAt("09:00", "11:00", [mechanic]);
    const ticket = await ticketAt("10:00", "12:00", [a.id]);
    const before = await everything();
    const [free, busy] = [[b.id, c.id], meets(first, "09:00", "11:00")];
    expect((await edit(ticket, { mechanic_ids: [b.id, mechanic, c.id] })).body).toMatchObject(busy);
    expect((await edit(ticket, { add_ids: [...free, mechanic], remove_ids: [a.id] })).body).toMatchObject(busy);
    expect(await everything()).toEqual(before);
    expect((await edit(ticket, { add_ids: free, remove_ids: [a.id] })).status).toBe(200);
    expect([await bookingsOf(a.id), (await bookingsOf(b.id)).length, (await bookingsOf(c.id)).length]).toEqual([[], 1, 1]);
  });

  it("move with their ticket for all its mechanics or for none, and the record says so", async () => {
    const other = await aMechanic();
    const first = await ticketAt("09:00", "11:00", [mechanic]);
    const ticket = await ticketAt("13:00", "14:00", [other.id, mechanic]);
    expect((await move(ticket, at("10:00", "12:00"))).body).toMatchObject(meets(first, "09:00", "11:00"));
    expect(await bookingsOf(other.id)).toMatchObject([{ starts_at: "2026-11-24T13:00:00.000Z" }]);
    expect((await move(ticket, at("15:00", "16:00"))).status).toBe(200);
    expect(await bookingsOf(other.id)).toMatchObject([{ starts_at: "2026-11-24T15:00:00.000Z", ends_at: "2026-11-24T16:00:00.000Z" }]);
    const [created, moved, ...rest] = await auditOf("service_ticket", ticket.id);
    expect([created?.action, moved?.action, rest]).toEqual(["service_ticket.created", "service_ticket.updated", []]);
    expect(JSON.parse(moved?.before ?? "")).toMatchObject({ scheduled_start: "2026-11-24T13:00:00.000Z" });
    expect(JSON.parse(moved?.after ?? "")).toMatchObject({ scheduled_start: "2026-11-24T15:00:00.000Z" });
  });

  it("of two tickets are swapped by taking one off first, and a mechanic who is relieved is free at once", async () => {
    const other = await aMechanic();
    const [one, two] = [await ticketAt("09:00", "11:00", [mechanic]), await ticketAt("10:00", "12:00", [other.id])];
    expect((await edit(one, { mechanic_ids: [other.id] })).body).toMatchObject({ code: "mechanic_double_booked", mechanic_id: other.id });
    expect(await bookingsOf(mechanic)).toMatchObject([{ id: one.id }]);
    await edit(one, { mechanic_ids: [] });
    expect((await edit(two, { mechanic_ids: [mechanic] })).status).toBe(200);
    expect((await edit(one, { mechanic_ids: [other.id] })).status).toBe(200);
    expect([await bookingsOf(mechanic), await bookingsOf(other.id)]).toMatchObject([[{ id: two.id }], [{ id: one.id }]]);
  });

  it.each(["cancelled", "closed"] as const)("end with a %s ticket, which comes back only into a free time", async (status) => {
    const admin = await anAdmin();
    const parts = [{ inventory_id: shop.part.id, quantity: 2 }];
    const ticket = await aTicket(client, shop, { ...at("09:00", "11:00"), mechanic_ids: [mechanic], parts });
    for (const step of status === "closed" ? ["in_progress", "completed", "closed"] : ["cancelled"]) await setStatus(ticket, step);
    expect(await bookingsOf(mechanic)).toEqual([{ id: ticket.id, starts_at: null, ends_at: null }]);
    const rival = await ticketAt("10:00", "12:00", [mechanic]);
    const before = await everything();
    const refused = await setStatus(ticket, "open", admin.token);
    expect([refused.status, refused.body]).toMatchObject([409, meets(rival, "10:00", "12:00")]);
    expect(await everything()).toEqual(before);
    expect(await stockOf(shop.part)).toBe(status === "cancelled" ? 10 : 8);
    await move(rival, at("11:00", "12:00"));
    expect((await setStatus(ticket, "open", admin.token)).body).toMatchObject({ status: "open", mechanics: [{ id: mechanic }] });
    expect(await bookingsOf(mechanic)).toMatchObject([
      { starts_at: "2026-11-24T09:00:00.000Z" },
      { starts_at: "2026-11-24T11:00:00.000Z" },
    ]);
    expect((await auditOf("service_ticket", ticket.id)).at(-1)).toMatchObject({ action: "service_ticket.status_changed", role: "admin" });
  });
});
