import { describe, expect, it } from "vitest";
import { clock, createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, insert, rows, unique } from "../support/people.ts";
import { aPart, aVehicle } from "../support/shop.ts";

const client = createClient();
const AT = new Date(clock.now).toISOString();

const newPart = () => ({
  name: `Brake Pad ${unique()}`,
  part_number: `BP-${unique()}`,
  category: "Brakes",
  price: 49.9,
  cost: 31.57,
  quantity: 8,
  reorder_point: 4,
});

const stored = (id: number) => rows("select * from parts where id = ?", id);
const ledgerOf = (id: number) =>
  rows(
    "select kind, quantity, balance, service_ticket_id, reason, user_id, role, at from stock_movements where inventory_id = ? order by id",
    id,
  );
const idsOf = (body: { inventory: { id: number }[] }) => body.inventory.map(({ id }) => id);

/** All that a write leaves behind. */
const everything = async () => [
  await rows("select * from parts"),
  await rows("select * from stock_movements"),
  await rows("select * from audit_log"),
  await rows("select * from search_terms where entity = 'part'"),
  await rows("select * from audit_draft"),
];

/** Puts some of a part on a ticket of its own, which is returned. */
const onTicket = async (part: { id: number }, quantity: number): Promise<number> => {
  const { id: customer_id } = await aCustomer();
  const { id: vehicle_id } = await aVehicle(customer_id);
  const moments = { created_at: AT, updated_at: AT };
  const ticket = await insert("service_tickets", {
    customer_id,
    vehicle_id,
    service_desc: "Brakes",
    service_date: "2026-11-24",
    ...moments,
  });
  await insert("ticket_parts", { service_ticket_id: ticket, inventory_id: part.id, quantity, unit_price: 4_990 });
  return ticket;
};

describe("POST /inventory", () => {
  it("adds a part whose first quantity is received into the ledger, in one audited write", async () => {
    const { token, userId } = await aMechanic();
    const input = newPart();
    const { status, body, headers } = await client.post("/inventory", input, { token });
    expect(status).toBe(201);
    expect(headers.get("Location")).toBe(`/inventory/${body.id}`);
    expect(body).toEqual({ id: body.id, ...input, created_at: AT, updated_at: AT });
    expect(await stored(body.id)).toEqual([expect.objectContaining({ price: 4_990, cost: 3_157, quantity: 8 })]);
    expect(await ledgerOf(body.id)).toEqual([
      {
        kind: "received",
        quantity: 8,
        balance: 8,
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
    expect(body).toMatchObject({ part_number: null, category: null, cost: null, price: 0, quantity: 0, reorder_point: 0 });
    expect(await ledgerOf(body.id)).toEqual([]);
  });

  it("names every invalid and every unknown field, and writes nothing", async () => {
    const { token } = await aMechanic();
    const before = await everything();
    const wrong = { name: " ", price: 1.999, cost: 10_000_000, quantity: -1, reorder_point: 1.5, reason: "x" };
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
    for (const q of [mark, mark.toUpperCase(), `oil ${mark}`, `${mark} fil`, "04465-33471", "04465-3"]) {
      const { body } = await client.get(`/inventory?q=${encodeURIComponent(q)}`, { token });
      expect(idsOf(body), q).toEqual([made.id]);
    }
    expect(idsOf((await client.get("/inventory?q=33471", { token })).body)).toEqual([]);
    await client.put(`/inventory/${made.id}`, { name: "Renamed", part_number: null }, { token });
    expect(idsOf((await client.get(`/inventory?q=${mark}`, { token })).body)).toEqual([]);
    expect(idsOf((await client.get("/inventory?q=04465", { token })).body)).toEqual([]);
  });

  it("narrows by category, exactly, also together with a search", async () => {
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
    expect(idsOf((await client.get(`/inventory?category=${category.toUpperCase()}`, { token })).body)).toEqual([]);
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
    const [{ n } = { n: -1 }] = await rows<{ n: number }>("select count(*) as n from parts where quantity <= 6");
    expect(body.pagination.total_items).toBe(n);
    const most = await client.get("/inventory/low-stock?threshold=6&sort=-quantity&per_page=1", { token });
    expect(idsOf(most.body)).toEqual([six.id]);
  });

  it("refuses the other list's sort, and those who are not staff", async () => {
    const { token } = await aMechanic();
    for (const query of ["sort=quantity", "threshold=5&sort=id"])
      expect((await client.get(`/inventory/low-stock?${query}`, { token })).body.code).toBe("sort_not_available");
    expect((await client.get("/inventory/low-stock?page=1002", { token })).body.code).toBe("page_too_deep");
    expect((await client.get("/inventory/low-stock?threshold=-1", { token })).body.errors[0].pointer).toBe("/query/threshold");
    expect((await client.get("/inventory/low-stock", { token: (await aCustomer()).token })).status).toBe(403);
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
    expect(correction).toMatchObject({ kind: "corrected", quantity: -3, balance: 7, reason: "three broken", user_id: userId });
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

describe("the stock ledger", () => {
  it("receives what comes in, none of it lost when several do so at once", async () => {
    const { token, userId } = await aMechanic();
    const part = await aPart(1);
    const { status, body } = await client.post(`/inventory/${part.id}/receive`, { quantity: 4, reason: "delivery 4711" }, { token });
    expect([status, body.quantity]).toEqual([200, 5]);
    expect((await ledgerOf(part.id)).at(-1)).toMatchObject({ kind: "received", quantity: 4, balance: 5, reason: "delivery 4711" });
    const [entry] = await auditOf("part", part.id);
    expect(entry).toMatchObject({ action: "part.received", user_id: userId });
    expect([JSON.parse(entry?.before ?? "").quantity, JSON.parse(entry?.after ?? "").quantity]).toEqual([1, 5]);
    await Promise.all([1, 2, 3].map((quantity) => client.post(`/inventory/${part.id}/receive`, { quantity }, { token })));
    expect(await stored(part.id)).toEqual([expect.objectContaining({ quantity: 11 })]);
    expect((await ledgerOf(part.id)).at(-1)).toMatchObject({ balance: 11, reason: null });
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
      ["corrected", 3, 9],
      ["corrected", -9, 0],
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
