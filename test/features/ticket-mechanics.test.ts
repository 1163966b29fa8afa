import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aMechanic, auditOf, rows } from "../support/people.ts";
import { aShop, aTicket } from "../support/shop.ts";

const client = createClient();
const idsOf = (body: { mechanics: { id: number }[] }): number[] => body.mechanics.map(({ id }) => id);
const NINE_TO_ELEVEN = { scheduled_start: "2026-11-24T09:00:00Z", scheduled_end: "2026-11-24T11:00:00Z" };

describe("the mechanics of a ticket", () => {
  it("are put on and taken off one by one, once each", async () => {
    const shop = await aShop();
    const { token, id } = shop.mechanic;
    const { id: ticket } = await aTicket(client, shop);
    const path = `/service-tickets/${ticket}`;
    expect(idsOf((await client.put(`${path}/assign-mechanic/${id}`, undefined, { token })).body)).toEqual([id]);
    expect((await client.put(`${path}/assign-mechanic/${id}`, {}, { token })).body.code).toBe("already_assigned");
    expect((await client.get(`${path}/mechanics`, { token })).body.mechanics).toEqual([{ id, name: "Max Mechanic" }]);
    expect(idsOf((await client.put(`${path}/remove-mechanic/${id}`, undefined, { token })).body)).toEqual([]);
    expect((await client.put(`${path}/remove-mechanic/${id}`, undefined, { token })).body.code).toBe("not_assigned");
    expect((await client.delete(`${path}/mechanics/${id}`, { token })).body.code).toBe("not_assigned");
    await client.put(`${path}/assign-mechanic/${id}`, undefined, { token });
    expect(idsOf((await client.delete(`${path}/mechanics/${id}`, { token })).body)).toEqual([]);
    const entries = await auditOf("service_ticket", ticket);
    expect(entries.map(({ action }) => action)).toEqual(["service_ticket.created", ...Array(4).fill("service_ticket.mechanics_changed")]);
    expect(JSON.parse(entries[1]?.after ?? "").mechanic_ids).toEqual([id]);
    expect(await rows("select ticket_count from mechanics where id = ?", id)).toEqual([{ ticket_count: 0 }]);
  });

  it("are not put on when unknown, not active, or when the ticket is not there or closed", async () => {
    const shop = await aShop();
    const { token, id } = shop.mechanic;
    const pending = await aMechanic({ status: "pending" });
    const { id: ticket } = await aTicket(client, shop);
    const put = async (path: string) => (await client.put(path, undefined, { token })).body.code;
    await rows("update mechanics set status = 'pending' where id = ?", pending.id);
    expect(await put(`/service-tickets/${ticket}/assign-mechanic/${pending.id}`)).toBe("mechanic_not_active");
    expect(await put(`/service-tickets/${ticket}/assign-mechanic/999999`)).toBe("not_found");
    expect(await put(`/service-tickets/999999/assign-mechanic/${id}`)).toBe("not_found");
    await client.put(`/service-tickets/${ticket}/status`, { status: "cancelled" }, { token });
    expect(await put(`/service-tickets/${ticket}/assign-mechanic/${id}`)).toBe("ticket_closed");
    expect((await client.get("/service-tickets/999999/mechanics", { token })).status).toBe(404);
    expect(await rows("select * from assignments where service_ticket_id = ?", ticket)).toEqual([]);
  });

  it("are edited as a set or by additions and removals, all or nothing", async () => {
    const shop = await aShop();
    const { token, id: a } = shop.mechanic;
    const [{ id: b }, { id: c }] = [await aMechanic(), await aMechanic()];
    const { id: ticket } = await aTicket(client, shop, { mechanic_ids: [a] });
    const edit = async (body: object) => (await client.put(`/service-tickets/${ticket}/edit-mechanics`, body, { token })).body;
    expect(idsOf(await edit({ mechanic_ids: [b, c] }))).toEqual([b, c]);
    expect(idsOf(await edit({ add_ids: [a], remove_ids: [c] }))).toEqual([a, b]);
    expect((await edit({ add_ids: [c], remove_ids: [999_999] })).code).toBe("not_assigned");
    expect((await edit({ add_ids: [a, c] })).code).toBe("already_assigned");
    expect((await edit({ mechanic_ids: [c, 999_999] })).code).toBe("reference_not_found");
    expect((await edit({ mechanic_ids: [c], add_ids: [a] })).code).toBe("invalid");
    expect((await edit({ add_ids: [c], remove_ids: [c] })).code).toBe("invalid");
    expect((await edit({})).code).toBe("invalid");
    expect(await rows("select mechanic_id from assignments where service_ticket_id = ? order by mechanic_id", ticket)).toEqual([
      { mechanic_id: a },
      { mechanic_id: b },
    ]);
    expect(idsOf(await edit({ mechanic_ids: [] }))).toEqual([]);
  });

  it("are never booked twice at a time, and the refusal names mechanic, ticket and times", async () => {
    const shop = await aShop();
    const { token, id } = shop.mechanic;
    const first = await aTicket(client, shop, { mechanic_ids: [id], ...NINE_TO_ELEVEN });
    const second = await aTicket(client, shop, { scheduled_start: "2026-11-24T10:59:00Z", scheduled_end: "2026-11-24T12:00:00Z" });
    const { body } = await client.put(`/service-tickets/${second.id}/assign-mechanic/${id}`, undefined, { token });
    expect(body).toMatchObject({
      code: "mechanic_double_booked",
      mechanic_id: id,
      mechanic_name: "Max Mechanic",
      service_ticket_id: first.id,
      scheduled_start: "2026-11-24T09:00:00.000Z",
      scheduled_end: "2026-11-24T11:00:00.000Z",
    });
    const move = { scheduled_start: "2026-11-24T11:00:00Z" };
    await client.patch(`/service-tickets/${second.id}`, move, { token });
    expect((await client.put(`/service-tickets/${second.id}/assign-mechanic/${id}`, undefined, { token })).status).toBe(200);
    expect((await client.patch(`/service-tickets/${first.id}`, { scheduled_end: "2026-11-24T11:01:00Z" }, { token })).body.code).toBe(
      "mechanic_double_booked",
    );
  });
});

describe("/assignments", () => {
  it("are the same links as a resource of their own", async () => {
    const shop = await aShop();
    const { token, id: mechanic_id } = shop.mechanic;
    const { id: service_ticket_id } = await aTicket(client, shop);
    const made = await client.post("/assignments", { service_ticket_id, mechanic_id }, { token });
    expect(made.headers.get("Location")).toBe(`/assignments/${made.body.id}`);
    expect((await client.get(`/assignments/${made.body.id}`, { token })).body).toEqual(made.body);
    for (const query of [
      `service_ticket_id=${service_ticket_id}`,
      `mechanic_id=${mechanic_id}`,
      `mechanic_id=${mechanic_id}&service_ticket_id=${service_ticket_id}`,
    ])
      expect((await client.get(`/assignments?${query}`, { token })).body.assignments, query).toEqual([made.body]);
    expect((await client.post("/assignments", { service_ticket_id, mechanic_id }, { token })).body.code).toBe("already_assigned");
    expect((await client.post("/assignments", { service_ticket_id: 999_999, mechanic_id }, { token })).body.code).toBe(
      "reference_not_found",
    );
    expect((await client.delete(`/assignments/${made.body.id}`, { token })).body.deleted).toBe(true);
    expect((await client.delete(`/assignments/${made.body.id}`, { token })).status).toBe(404);
    expect((await client.get(`/assignments/${made.body.id}`, { token })).status).toBe(404);
    expect((await client.get("/assignments", { token: shop.customer.token })).status).toBe(403);
    expect((await auditOf("service_ticket", service_ticket_id)).map(({ action }) => action)).toEqual([
      "service_ticket.created",
      "service_ticket.mechanics_changed",
      "service_ticket.mechanics_changed",
    ]);
  });

  it("are removed once: the retry of a DELETE takes nobody else off, whom somebody has put on in between", async () => {
    const [shop, other] = [await aShop(), await aMechanic()];
    const { token, id: mechanic_id } = shop.mechanic;
    const { id: service_ticket_id } = await aTicket(client, shop);
    const { body: first } = await client.post("/assignments", { service_ticket_id, mechanic_id }, { token });
    const headers = { "Idempotency-Key": "off" };
    expect((await client.delete(`/assignments/${first.id}`, { token, headers })).status).toBe(200);
    const { body: next } = await client.post("/assignments", { service_ticket_id, mechanic_id: other.id }, { token });
    expect(next.id).toBeGreaterThan(first.id);
    expect((await client.delete(`/assignments/${first.id}`, { token })).status).toBe(404);
    expect((await client.delete(`/assignments/${first.id}`, { token, headers })).headers.get("Idempotent-Replayed")).toBe("true");
    expect((await client.get(`/assignments/${next.id}`, { token })).body).toEqual(next);
  });

  it("compare no versions, so a condition is refused and not passed over", async () => {
    const shop = await aShop();
    const { token, id: mechanic_id } = shop.mechanic;
    const { id: service_ticket_id } = await aTicket(client, shop);
    const { body } = await client.post("/assignments", { service_ticket_id, mechanic_id }, { token });
    for (const [name, value] of [
      ["If-Match", '"1.0123456789abcdef"'],
      ["If-None-Match", '"1.0123456789abcdef"'],
      ["If-None-Match", "*"],
    ] as const) {
      const asked = { token, headers: { [name]: value } };
      const refused = { status: 422, errors: [{ pointer: `/header/${name}`, code: "not_supported" }] };
      expect((await client.delete(`/assignments/${body.id}`, asked)).body).toMatchObject(refused);
      expect((await client.post("/assignments", { service_ticket_id, mechanic_id }, asked)).body).toMatchObject(refused);
    }
    expect((await client.get(`/assignments/${body.id}`, { token })).status).toBe(200);
  });
});
