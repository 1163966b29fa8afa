import { describe, expect, it } from "vitest";
import { clock, createClient } from "../support/client.ts";
import { everything, idsOf, ledgerOf, newPart, onTicket, stored } from "../support/inventory.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, rows, unique } from "../support/people.ts";
import { aPart } from "../support/shop.ts";

const client = createClient();
const AT = new Date(clock.now).toISOString();

describe("POST /inventory", () => {
  it("adds a part whose first quantity is received into the ledger, in one audited write", async () => {
    const { token, userId } = await aMechanic();
    const input = newPart();
    const { status, body, headers } = await client.post("/inventory", input, { token });
    expect(status).toBe(201);
    expect(headers.get("Location")).toBe(`/inventory/${body.id}`);
    expect(body).toEqual({ id: body.id, ...input, unit: "each", retired_at: null, created_at: AT, updated_at: AT });
    expect(await stored(body.id)).toEqual([expect.objectContaining({ price: 4_990, cost: 3_157, quantity: 8_000 })]);
    expect(await ledgerOf(body.id)).toEqual([
      {
        kind: "received",
        quantity: 8_000,
        balance: 8_000,
        service_ticket_id: null,
        reason: "opening stock",
        user_id: userId,
        role: "mechanic",
        at: AT,
      },
    ]);
    const [entry, ...others] = await auditOf("part", body.id);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ action: "part.created", before: null, user_id: userId, request_id: headers.get("X-Request-Id") });
    expect(JSON.parse(entry?.after ?? "")).toMatchObject({ id: body.id, price: 4_990, cost: 3_157, quantity: 8, reorder_point: 4 });
  });

  it("takes a part of which there is none, without a row of the ledger and with what is optional left out", async () => {
    const { token } = await anAdmin();
    const { status, body } = await client.post("/inventory", { name: "Wiper", price: 0, quantity: 0 }, { token });
    expect(status).toBe(201);
    expect(body).toMatchObject({ part_number: null, category: null, cost: null, price: 0, quantity: 0, reorder_point: null });
    expect(await ledgerOf(body.id)).toEqual([]);
  });

  it("names every invalid and every unknown field, and writes nothing", async () => {
    const { token } = await aMechanic();
    const before = await everything();
    const wrong = { name: " ", price: 1.999, cost: 10_000_000, quantity: -1, reorder_point: 1.0005, reason: "x" };
    const { status, body } = await client.post("/inventory", wrong, { token });
    expect(status).toBe(422);
    expect(body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual([
      "/body/cost",
      "/body/name",
      "/body/price",
      "/body/quantity",
      "/body/reason",
      "/body/reorder_point",
    ]);
    expect(await everything()).toEqual(before);
  });

  it("is for staff only", async () => {
    const before = await everything();
    expect((await client.post("/inventory", newPart())).status).toBe(401);
    expect((await client.post("/inventory", newPart(), { token: (await aCustomer()).token })).status).toBe(403);
    expect(await everything()).toEqual(before);
  });
});

describe("GET /inventory", () => {
  it("pages by number and by cursor over the same rows, under each of its sorts", async () => {
    const { token } = await aMechanic();
    for (const price of [3, 1, 2, 2, 1]) await client.post("/inventory", { ...newPart(), price, quantity: price * 10 }, { token });
    for (const sort of ["id", "-id", "name", "-price", "quantity"]) {
      const all = await client.get(`/inventory?per_page=100&sort=${sort}`, { token });
      const [{ n: items } = { n: 0 }] = await rows<{ n: number }>("select count(*) as n from parts");
      expect(all.body.pagination).toMatchObject({ total_items: items, total_exact: true, next_cursor: null });
      const first = await client.get(`/inventory?per_page=2&sort=${sort}`, { token });
      const second = await client.get(`/inventory?per_page=2&cursor=${first.body.pagination.next_cursor}`, { token });
      const page2 = await client.get(`/inventory?per_page=2&page=2&sort=${sort}`, { token });
      expect(second.body.inventory, sort).toEqual(all.body.inventory.slice(2, 4));
      expect(page2.body.inventory, sort).toEqual(second.body.inventory);
    }
    const prices = (await client.get("/inventory?per_page=100&sort=price", { token })).body.inventory.map(
      (part: { price: number }) => part.price,
    );
    expect(prices).toEqual(prices.toSorted((a: number, b: number) => a - b));
  });

  it("finds by a word of the name and by the part number, digits and dashes included, each part once", async () => {
    const { token } = await aMechanic();
    const mark = `zq${unique()}x`;
    const input = { ...newPart(), name: `Óil ${mark} Filter`, part_number: "04465-33471" };
    const { body: made } = await client.post("/inventory", input, { token });
    for (const q of [mark, mark.toUpperCase(), `oil ${mark}`, `${mark} fil`, "04465-33471", "04465-3", "33471", "0446533471"]) {
      const { body } = await client.get(`/inventory?q=${encodeURIComponent(q)}`, { token });
      expect(idsOf(body), q).toEqual([made.id]);
    }
    expect(idsOf((await client.get("/inventory?q=4465", { token })).body)).toEqual([]);
    await client.put(`/inventory/${made.id}`, { name: "Renamed", part_number: null }, { token });
    expect(idsOf((await client.get(`/inventory?q=${mark}`, { token })).body)).toEqual([]);
    expect(idsOf((await client.get("/inventory?q=04465", { token })).body)).toEqual([]);
  });

  it("narrows by category, the whole of it in any case, also together with a search", async () => {
    const { token } = await aMechanic();
    const [category, word] = [`Cat ${unique()}`, `zz${unique()}w`];
    const add = async (fields: object) => (await client.post("/inventory", { ...newPart(), ...fields }, { token })).body.id;
    const plain = await add({ category });
    const both = await add({ category, name: `Nut ${word}` });
    await add({ category: `${category} b`, name: `Bolt ${word}` });
    const { body } = await client.get(`/inventory?category=${encodeURIComponent(category)}`, { token });
    expect(idsOf(body)).toEqual([plain, both]);
    expect(body.pagination).toMatchObject({ total_items: 2, total_exact: true });
    for (const sort of ["", "&sort=id"])
      expect(idsOf((await client.get(`/inventory?category=${encodeURIComponent(category)}&q=${word}${sort}`, { token })).body)).toEqual([
        both,
      ]);
    expect(idsOf((await client.get(`/inventory?category=${category.toUpperCase()}`, { token })).body)).toEqual([plain, both]);
  });

  it("refuses sorts that no index gives, pages that are too deep and parameters that it does not know", async () => {
    const { token } = await aMechanic();
    const { body } = await client.get("/inventory?category=Brakes&sort=name", { token });
    expect([body.status, body.code]).toEqual([422, "sort_not_available"]);
    expect((await client.get("/inventory?q=x&sort=price", { token })).body.code).toBe("sort_not_available");
    expect((await client.get("/inventory?page=1002", { token })).body.code).toBe("page_too_deep");
    expect((await client.get("/inventory?colour=red", { token })).body.errors[0].pointer).toBe("/query/colour");
    expect((await client.get("/inventory?sort=cost", { token })).body.errors[0].pointer).toBe("/query/sort");
  });

  it("is cached, and forgotten when stock moves", async () => {
    const { token } = await aMechanic();
    const part = await aPart(3);
    const path = "/inventory?sort=-id&per_page=1";
    await client.get(path, { token });
    const hit = await client.get(path, { token });
    expect(hit.headers.get("X-Cache")).toBe("hit");
    await client.post(`/inventory/${part.id}/receive`, { quantity: 4 }, { token });
    const after = await client.get(path, { token });
    expect(after.headers.get("X-Cache")).toBe("miss");
    expect(after.body.inventory).toEqual([{ ...hit.body.inventory[0], quantity: 7 }]);
  });

  it("is not for customers, nor for strangers", async () => {
    expect((await client.get("/inventory", { token: (await aCustomer()).token })).status).toBe(403);
    expect((await client.get("/inventory")).status).toBe(401);
  });
});

describe("a part's record", () => {
  it("is read by staff, its cost included, and by nobody else", async () => {
    const part = await aPart(3, 4_990, 2_757);
    const { status, body } = await client.get(`/inventory/${part.id}`, { token: (await aMechanic()).token });
    expect([status, body.price, body.cost, body.quantity]).toEqual([200, 49.9, 27.57, 3]);
    expect((await client.get(`/inventory/${part.id}`, { token: (await aCustomer()).token })).status).toBe(403);
    expect((await client.get("/inventory/999999", { token: (await anAdmin()).token })).body.code).toBe("not_found");
  });

  it("changes what is named, by PUT and by PATCH, and moves no stock", async () => {
    const { token, userId } = await aMechanic();
    const part = await aPart(3);
    const put = await client.put(`/inventory/${part.id}`, { price: 19.99, reorder_point: 5, category: "Oil" }, { token });
    expect(put.body).toMatchObject({ name: part.name, price: 19.99, reorder_point: 5, category: "Oil", quantity: 3 });
    const patch = await client.patch(`/inventory/${part.id}`, { cost: null }, { token });
    expect(patch.body).toEqual({ ...put.body, cost: null });
    expect(await stored(part.id)).toEqual([expect.objectContaining({ price: 1_999, cost: null, version: 4 })]);
    expect(await ledgerOf(part.id)).toHaveLength(1);
    const [entry] = await auditOf("part", part.id);
    expect(entry).toMatchObject({ action: "part.updated", user_id: userId, role: "mechanic" });
    expect(JSON.parse(entry?.before ?? "")).toMatchObject({ price: 4_990, category: null });
    expect(JSON.parse(entry?.after ?? "")).toMatchObject({ price: 1_999, category: "Oil" });
  });

  it("takes a quantity with a reason, as a correction in the ledger", async () => {
    const { token, userId } = await aMechanic();
    const part = await aPart(10);
    const { body } = await client.put(`/inventory/${part.id}`, { quantity: 7, reason: "three broken", name: "Pad" }, { token });
    expect(body).toMatchObject({ name: "Pad", quantity: 7 });
    const [, correction] = await ledgerOf(part.id);
    expect(correction).toMatchObject({ kind: "corrected", quantity: -3_000, balance: 7_000, reason: "three broken", user_id: userId });
    const same = await client.put(`/inventory/${part.id}`, { quantity: 7, reason: "counted again" }, { token });
    expect(same.body.quantity).toBe(7);
    expect(await ledgerOf(part.id)).toHaveLength(2);
  });

  it("refuses a quantity without a reason, a reason without a quantity, and a change of nothing", async () => {
    const { token } = await aMechanic();
    const part = await aPart(10);
    const before = await everything();
    const errorOf = async (body: object) => (await client.put(`/inventory/${part.id}`, body, { token })).body.errors[0];
    expect(await errorOf({ quantity: 7 })).toMatchObject({ pointer: "/body/reason", code: "required" });
    expect(await errorOf({ name: "Pad", reason: "why not" })).toMatchObject({ pointer: "/body/quantity", code: "required" });
    expect(await errorOf({})).toMatchObject({ pointer: "/body" });
    expect(await errorOf({ id: 5 })).toMatchObject({ pointer: "/body/id", code: "unknown_field" });
    expect((await client.patch("/inventory/999999", { name: "x" }, { token })).body.code).toBe("not_found");
    expect((await client.patch(`/inventory/${part.id}`, { name: "x" }, { token: (await aCustomer()).token })).status).toBe(403);
    expect(await everything()).toEqual(before);
  });

  it("is deleted when no ticket has it, and leaves its ledger and its audit entry", async () => {
    const { token } = await aMechanic();
    const mark = `gone${unique()}`;
    const { body: made } = await client.post("/inventory", { ...newPart(), name: mark }, { token });
    const { body } = await client.delete(`/inventory/${made.id}`, { token });
    expect(body).toEqual({ id: made.id, deleted: true, message: `Part ${made.id} was deleted.` });
    expect(await stored(made.id)).toEqual([]);
    expect(await ledgerOf(made.id)).toHaveLength(1);
    expect(idsOf((await client.get(`/inventory?q=${mark}`, { token })).body)).toEqual([]);
    const entry = (await auditOf("part", made.id)).at(-1);
    expect(entry).toMatchObject({ action: "part.deleted", after: null });
    expect(JSON.parse(entry?.before ?? "")).toMatchObject({ name: mark, quantity: 8 });
    expect((await client.get(`/inventory/${made.id}`, { token })).status).toBe(404);
    expect((await client.delete(`/inventory/${made.id}`, { token })).body.code).toBe("not_found");
  });

  it("stays when a ticket has it, and is not deleted by customers", async () => {
    const { token } = await anAdmin();
    const part = await aPart(10);
    await onTicket(part, 2);
    const before = await everything();
    const { status, body } = await client.delete(`/inventory/${part.id}`, { token });
    expect([status, body.code]).toEqual([409, "part_in_use"]);
    expect((await client.delete(`/inventory/${part.id}`, { token: (await aCustomer()).token })).status).toBe(403);
    expect(await everything()).toEqual(before);
  });
});
