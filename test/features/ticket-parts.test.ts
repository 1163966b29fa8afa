import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { auditOf, rows } from "../support/people.ts";
import { aPart, aShop, aTicket, stockOf } from "../support/shop.ts";

const client = createClient();

describe("the parts of a ticket", () => {
  it("keep the price of the moment they went on, in one line per part", async () => {
    const shop = await aShop(10);
    const { token } = shop.mechanic;
    const { id } = await aTicket(client, shop);
    const add = (body?: object) => client.put(`/service-tickets/${id}/add-part/${shop.part.id}`, body, { token });
    expect((await add()).body.parts).toMatchObject([{ quantity: 1, unit_price: 49.9, total: 49.9 }]);
    await rows("update parts set price = 9999, cost = 1 where id = ?", shop.part.id);
    const { body } = await add({ quantity: 2 });
    expect(body).toMatchObject({
      parts_total: 149.7,
      parts: [{ quantity: 3, unit_price: 49.9, unit_cost: 27.5, total: 149.7, returned: false }],
    });
    expect(await stockOf(shop.part)).toBe(7);
    expect((await add({ quantity: 8 })).body).toMatchObject({ code: "insufficient_stock", wanted: 8, available: 7 });
    expect((await add({ quantity: 0 })).body.code).toBe("invalid");
    expect((await client.put(`/service-tickets/${id}/add-part/999999`, {}, { token })).status).toBe(404);
    expect(await stockOf(shop.part)).toBe(7);
    expect((await client.get(`/service-tickets/${id}/parts`, { token })).body.parts).toEqual(body.parts);
  });

  it("are set to a quantity, and stock follows by the difference", async () => {
    const shop = await aShop(10);
    const { token } = shop.mechanic;
    const { id } = await aTicket(client, shop);
    const set = (quantity: unknown, part = shop.part.id) => client.put(`/service-tickets/${id}/parts/${part}`, { quantity }, { token });
    for (const [quantity, stock] of [
      [4, 6],
      [4, 6],
      [9, 1],
      [2, 8],
    ] as const) {
      expect((await set(quantity)).body.parts).toMatchObject([{ inventory_id: shop.part.id, quantity, unit_price: 49.9 }]);
      expect(await stockOf(shop.part)).toBe(stock);
    }
    expect((await set(11)).body).toMatchObject({ code: "insufficient_stock", available: 8 });
    for (const quantity of [0, -1, "2", undefined]) expect((await set(quantity)).body.code).toBe("invalid");
    expect((await set(1, 999_999)).status).toBe(404);
    await client.put(`/service-tickets/${id}/status`, { status: "cancelled" }, { token });
    expect((await set(3)).body.code).toBe("ticket_closed");
    expect((await client.put(`/service-tickets/999999/parts/${shop.part.id}`, { quantity: 1 }, { token })).status).toBe(404);
    expect(await stockOf(shop.part)).toBe(10);
  });

  it("are added one by one with POST, each time anew", async () => {
    const shop = await aShop(10);
    const { token } = shop.mechanic;
    const { id } = await aTicket(client, shop);
    const add = (body: object) => client.post(`/service-tickets/${id}/parts`, body, { token });
    await add({ inventory_id: shop.part.id, quantity: 2 });
    await add({ inventory_id: shop.part.id, quantity: 2 });
    expect((await add({ inventory_id: shop.part.id })).body.parts).toMatchObject([{ quantity: 5 }]);
    expect((await add({ inventory_id: 999_999 })).body).toMatchObject({ code: "reference_not_found", entity: "part" });
    expect(await stockOf(shop.part)).toBe(5);
  });

  it("are at most 1,000,000 of a part", async () => {
    const shop = await aShop(10);
    const { token } = shop.mechanic;
    const { id } = await aTicket(client, shop);
    for (const quantity of [1_000_000, 1_000_000]) await client.post(`/inventory/${shop.part.id}/receive`, { quantity }, { token });
    const add = (quantity: number) => client.post(`/service-tickets/${id}/parts`, { inventory_id: shop.part.id, quantity }, { token });
    const edit = () => client.post(`/service-tickets/${id}/inventory`, { add: [{ inventory_id: shop.part.id, quantity: 1 }] }, { token });
    expect((await add(1_000_000)).body.parts).toMatchObject([{ quantity: 1_000_000 }]);
    expect([(await add(1)).body.code, (await edit()).body.code]).toEqual(["too_many_added", "too_many_added"]);
    expect(await stockOf(shop.part)).toBe(1_000_010);
  });

  it("go back to stock when they come off", async () => {
    const shop = await aShop(10);
    const { token } = shop.mechanic;
    const { id } = await aTicket(client, shop, { parts: [{ inventory_id: shop.part.id, quantity: 4 }] });
    const remove = () => client.delete(`/service-tickets/${id}/parts/${shop.part.id}`, { token });
    expect((await remove()).body).toMatchObject({ parts: [], parts_total: 0 });
    expect(await stockOf(shop.part)).toBe(10);
    expect((await remove()).body.code).toBe("part_not_on_ticket");
    expect((await auditOf("service_ticket", id)).map(({ action }) => action)).toEqual([
      "service_ticket.created",
      "service_ticket.parts_changed",
    ]);
    expect((await client.get("/service-tickets/999999/parts", { token })).status).toBe(404);
  });

  it("are edited in bulk, all or nothing", async () => {
    const shop = await aShop(10);
    const [second, third] = [await aPart(5), await aPart(5)];
    const { token } = shop.mechanic;
    const { id } = await aTicket(client, shop, {
      parts: [
        { inventory_id: shop.part.id, quantity: 4 },
        { inventory_id: second.id, quantity: 2 },
      ],
    });
    const edit = async (body: object) => (await client.put(`/service-tickets/${id}/inventory`, body, { token })).body;
    const stocks = async () => [await stockOf(shop.part), await stockOf(second), await stockOf(third)];
    const one = (part: { id: number }, quantity?: number) => ({ inventory_id: part.id, ...(quantity ? { quantity } : {}) });
    const body = await edit({ add: [one(third, 3)], remove: [one(shop.part, 1), one(second)] });
    expect(body.parts.map((part: { inventory_id: number; quantity: number }) => [part.inventory_id, part.quantity])).toEqual([
      [shop.part.id, 3],
      [third.id, 3],
    ]);
    expect(await stocks()).toEqual([7, 5, 2]);
    expect(await edit({ add: [one(second, 1)], remove: [one(shop.part, 4)] })).toMatchObject({
      code: "too_many_removed",
      wanted: 4,
      available: 3,
    });
    expect(await edit({ remove: [one(second)] })).toMatchObject({ code: "too_many_removed", available: 0 });
    expect((await edit({ add: [one(second, 1), one(third, 3)] })).code).toBe("insufficient_stock");
    expect((await edit({ add: [one({ id: 999_999 }, 1)] })).code).toBe("reference_not_found");
    expect((await edit({ add: [one(second, 1)], remove: [one(second)] })).code).toBe("invalid");
    expect((await edit({})).code).toBe("invalid");
    expect(await stocks()).toEqual([7, 5, 2]);
    expect((await edit({ add: [one(shop.part, 2)], remove: [one(third, 3)] })).parts).toMatchObject([{ quantity: 5 }]);
    expect(await stocks()).toEqual([5, 5, 5]);
  });

  it("do not change on a closed or cancelled ticket", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const { id } = await aTicket(client, shop, { parts: [{ inventory_id: shop.part.id, quantity: 1 }] });
    await client.put(`/service-tickets/${id}/status`, { status: "cancelled" }, { token });
    expect((await client.put(`/service-tickets/${id}/add-part/${shop.part.id}`, {}, { token })).body.code).toBe("ticket_closed");
    expect((await client.delete(`/service-tickets/${id}/parts/${shop.part.id}`, { token })).body.code).toBe("ticket_closed");
    expect((await client.put(`/service-tickets/${id}/inventory`, { remove: [{ inventory_id: shop.part.id }] }, { token })).body.code).toBe(
      "ticket_closed",
    );
    expect(await stockOf(shop.part)).toBe(10);
  });
});
