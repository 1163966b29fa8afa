import { describe, expect, it } from "vitest";
import { clock, createClient } from "../support/client.ts";
import { everything, idsOf, ledgerOf, newPart, onTicket, stored } from "../support/inventory.ts";
import { aCustomer, aMechanic, auditOf, rows } from "../support/people.ts";
import { aPart } from "../support/shop.ts";

const client = createClient();
const AT = new Date(clock.now).toISOString();

describe("GET /inventory/low-stock", () => {
  it("lists the parts at or below their reorder point, by id", async () => {
    const { token } = await aMechanic();
    const add = async (quantity: number, reorder_point: number) =>
      (await client.post("/inventory", { ...newPart(), quantity, reorder_point }, { token })).body.id;
    const [below, at, above] = [await add(1, 4), await add(4, 4), await add(5, 4)];
    const ids = idsOf((await client.get("/inventory/low-stock?per_page=100", { token })).body);
    expect(ids).toEqual(expect.arrayContaining([below, at]));
    expect(ids).not.toContain(above);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    await client.post(`/inventory/${above}/correct`, { quantity: 4, reason: "counted" }, { token });
    await client.post(`/inventory/${below}/receive`, { quantity: 9 }, { token });
    const newest = await client.get("/inventory/low-stock?sort=-id&per_page=2", { token });
    expect(idsOf(newest.body)).toEqual([above, at]);
  });

  it("lists the parts at or below a threshold instead, by quantity", async () => {
    const { token } = await aMechanic();
    const [two, six, seven] = [await aPart(2), await aPart(6), await aPart(7)];
    const { body } = await client.get("/inventory/low-stock?threshold=6&per_page=100", { token });
    const ids = idsOf(body);
    expect(ids.indexOf(two.id)).toBeGreaterThanOrEqual(0);
    expect(ids.indexOf(six.id)).toBeGreaterThan(ids.indexOf(two.id));
    expect(ids).not.toContain(seven.id);
    const [{ n } = { n: -1 }] = await rows<{ n: number }>("select count(*) as n from parts where quantity <= 6000 and retired_at is null");
    expect(body.pagination.total_items).toBe(n);
    const most = await client.get("/inventory/low-stock?threshold=6&sort=-quantity&per_page=1", { token });
    expect(idsOf(most.body)).toEqual([six.id]);
  });

  it("lists them by id too when asked to, and by quantity only under a threshold; refuses those who are not staff", async () => {
    const { token } = await aMechanic();
    const ids = idsOf((await client.get("/inventory/low-stock?threshold=9&sort=id&per_page=100", { token })).body);
    expect(ids.length).toBeGreaterThan(2);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect((await client.get("/inventory/low-stock?sort=quantity", { token })).body.code).toBe("sort_not_available");
    expect((await client.get("/inventory/low-stock?page=1002", { token })).body.code).toBe("page_too_deep");
    expect((await client.get("/inventory/low-stock?threshold=-1", { token })).body.errors[0].pointer).toBe("/query/threshold");
    expect((await client.get("/inventory/low-stock", { token: (await aCustomer()).token })).status).toBe(403);
  });
});

describe("the stock ledger", () => {
  it("receives what comes in, none of it lost when several do so at once", async () => {
    const { token, userId } = await aMechanic();
    const part = await aPart(1);
    const { status, body } = await client.post(`/inventory/${part.id}/receive`, { quantity: 4, reason: "delivery 4711" }, { token });
    expect([status, body.quantity]).toEqual([200, 5]);
    expect((await ledgerOf(part.id)).at(-1)).toMatchObject({ kind: "received", quantity: 4_000, balance: 5_000, reason: "delivery 4711" });
    const [entry] = await auditOf("part", part.id);
    expect(entry).toMatchObject({ action: "part.received", user_id: userId });
    expect([JSON.parse(entry?.before ?? "").quantity, JSON.parse(entry?.after ?? "").quantity]).toEqual([1, 5]);
    await Promise.all([1, 2, 3].map((quantity) => client.post(`/inventory/${part.id}/receive`, { quantity }, { token })));
    expect(await stored(part.id)).toEqual([expect.objectContaining({ quantity: 11_000 })]);
    expect((await ledgerOf(part.id)).at(-1)).toMatchObject({ balance: 11_000, reason: null });
  });

  it("corrects to what was counted, also to nothing, and writes no row when the count was right", async () => {
    const { token } = await aMechanic();
    const part = await aPart(6);
    const correct = (quantity: number) => client.post(`/inventory/${part.id}/correct`, { quantity, reason: "stocktaking" }, { token });
    expect((await correct(9)).body.quantity).toBe(9);
    expect((await correct(9)).body.quantity).toBe(9);
    expect((await correct(0)).body.quantity).toBe(0);
    const [, ...corrections] = await ledgerOf(part.id);
    expect(corrections.map(({ kind, quantity, balance }) => [kind, quantity, balance])).toEqual([
      ["corrected", 3_000, 9_000],
      ["corrected", -9_000, 0],
    ]);
    expect((await auditOf("part", part.id)).map(({ action }) => action)).toEqual(Array(3).fill("part.corrected"));
  });

  it("refuses receipts of nothing, corrections without a reason or below nothing, unknown parts and strangers", async () => {
    const { token } = await aMechanic();
    const part = await aPart(6);
    const customer = await aCustomer();
    const before = await everything();
    const pointersOf = async (action: string, body: object) =>
      (await client.post(`/inventory/${part.id}/${action}`, body, { token })).body.errors.map(
        (error: { pointer: string }) => error.pointer,
      );
    expect(await pointersOf("receive", { quantity: 0, reason: " ", kind: "taken" })).toEqual([
      "/body/quantity",
      "/body/reason",
      "/body/kind",
    ]);
    expect(await pointersOf("correct", { quantity: -1 })).toEqual(["/body/quantity", "/body/reason"]);
    for (const [action, body] of [
      ["receive", { quantity: 1 }],
      ["correct", { quantity: 1, reason: "x" }],
    ] as const) {
      expect((await client.post(`/inventory/999999/${action}`, body, { token })).body.code).toBe("not_found");
      expect((await client.post(`/inventory/${part.id}/${action}`, body, { token: customer.token })).status).toBe(403);
      expect((await client.post(`/inventory/${part.id}/${action}`, body)).status).toBe(401);
    }
    expect(await everything()).toEqual(before);
  });

  it("is read newest first, with what tickets took", async () => {
    const { token, userId } = await aMechanic();
    const part = await aPart(6);
    await client.post(`/inventory/${part.id}/receive`, { quantity: 4 }, { token });
    const ticket = await onTicket(part, 3);
    const { body } = await client.get(`/inventory/${part.id}/movements`, { token });
    expect(body.pagination).toMatchObject({ total_items: 3, total_exact: true });
    expect(body.movements.map(({ quantity, balance }: { quantity: number; balance: number }) => [quantity, balance])).toEqual([
      [-3, 7],
      [4, 10],
      [6, 6],
    ]);
    expect(body.movements[0]).toMatchObject({ kind: "taken", inventory_id: part.id, service_ticket_id: ticket, user_id: null });
    expect(body.movements[1]).toMatchObject({ kind: "received", service_ticket_id: null, user_id: userId, role: "mechanic", at: AT });
    const oldest = await client.get(`/inventory/${part.id}/movements?sort=id&per_page=2`, { token });
    expect(oldest.body.movements).toEqual(body.movements.toReversed().slice(0, 2));
    const first = await client.get(`/inventory/${part.id}/movements?per_page=2`, { token });
    const rest = await client.get(`/inventory/${part.id}/movements?per_page=2&cursor=${first.body.pagination.next_cursor}`, { token });
    expect([...first.body.movements, ...rest.body.movements]).toEqual(body.movements);
  });

  it("is empty for a part that never moved, outlives its part, and is not there for one that never was", async () => {
    const { token } = await aMechanic();
    const [still, gone] = [await aPart(0), await aPart(2)];
    expect((await client.get(`/inventory/${still.id}/movements`, { token })).body.movements).toEqual([]);
    await client.delete(`/inventory/${gone.id}`, { token });
    expect((await client.get(`/inventory/${gone.id}/movements`, { token })).body.movements).toHaveLength(1);
    expect((await client.get("/inventory/999999/movements", { token })).body.code).toBe("not_found");
    expect((await client.get(`/inventory/${still.id}/movements?page=1002`, { token })).body.code).toBe("page_too_deep");
    expect((await client.get(`/inventory/${still.id}/movements`, { token: (await aCustomer()).token })).status).toBe(403);
  });
});
