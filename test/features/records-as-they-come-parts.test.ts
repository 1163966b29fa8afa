import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { ledgerOf } from "../support/inventory.ts";
import { aMechanic, unique } from "../support/people.ts";
import { aShop, aTicket, stockOf } from "../support/shop.ts";

const client = createClient();

/** A part added over the API, and the mechanic who added it. */
const aPartOf = async (fields: object = {}, token?: string) => {
  const asked = token ?? (await aMechanic()).token;
  const answer = await client.post("/inventory", { name: `Oil ${unique()}`, price: 9.99, quantity: 10, ...fields }, { token: asked });
  return { token: asked, status: answer.status, part: answer.body };
};

describe("a quantity", () => {
  it("has three decimals where the part is measured, at every place that takes one", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const { part } = await aPartOf({ unit: "qt", quantity: 20.5, reorder_point: 4.125 }, token);
    expect(part).toMatchObject({ unit: "qt", quantity: 20.5, reorder_point: 4.125 });
    const line = (quantity: number) => ({ inventory_id: part.id, quantity });
    const { id, ...opened } = await aTicket(client, shop, { parts: [line(4.5)] });
    expect(opened).toMatchObject({ parts: [{ quantity: 4.5, total: 44.96 }], parts_total: 44.96 });
    const added = await client.put(`/service-tickets/${id}/add-part/${part.id}`, { quantity: 0.125 }, { token });
    expect(added.body.parts).toMatchObject([{ quantity: 4.625, total: 46.2 }]);
    const edit = (body: object) => client.put(`/service-tickets/${id}/inventory`, body, { token });
    expect((await edit({ remove: [line(0.625)] })).body.parts).toMatchObject([{ quantity: 4 }]);
    expect((await edit({ add: [line(0.001)] })).body.parts).toMatchObject([{ quantity: 4.001, total: 39.97 }]);
    expect(await stockOf(part)).toBe(16.499);
    expect((await client.post(`/inventory/${part.id}/receive`, { quantity: 0.501 }, { token })).body.quantity).toBe(17);
    expect((await client.post(`/inventory/${part.id}/correct`, { quantity: 16.25, reason: "x" }, { token })).body.quantity).toBe(16.25);
    const changed = await client.patch(`/inventory/${part.id}`, { quantity: 0.3, reason: "x", reorder_point: 0.333 }, { token });
    expect(changed.body).toMatchObject({ quantity: 0.3, reorder_point: 0.333 });
    const { body } = await client.get(`/inventory/${part.id}/movements?sort=id`, { token });
    expect(body.movements.map(({ quantity }: { quantity: number }) => quantity)).toEqual([
      20.5, -4.5, -0.125, 0.625, -0.001, 0.501, -0.75, -15.95,
    ]);
    expect((await edit({ remove: [{ inventory_id: part.id }] })).body).toMatchObject({ parts: [], parts_total: 0 });
  });

  it("has no fourth decimal, nor any of what comes in whole pieces, at every place that takes one", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const { part: oil } = await aPartOf({ unit: "l" }, token);
    const { part: bolts } = await aPartOf({ unit: "box" }, token);
    const { id } = await aTicket(client, shop, { parts: [oil, bolts].map((part) => ({ inventory_id: part.id, quantity: 2 })) });
    const before = [await stockOf(oil), await stockOf(bolts), await ledgerOf(oil.id), await ledgerOf(bolts.id)];
    const ticket = { customer_id: shop.customer.id, service_desc: "Oil", service_date: "2026-11-24" };
    for (const [part, quantity, code] of [
      [oil, 0.0005, "invalid"],
      [bolts, 0.5, "whole_units_only"],
      [shop.part, 1.001, "whole_units_only"],
    ] as const) {
      const lines = [{ inventory_id: part.id, quantity }];
      const reason = "counted";
      const answers = [
        await client.post("/service-tickets", { ...ticket, parts: lines }, { token }),
        await client.put(`/service-tickets/${id}/add-part/${part.id}`, { quantity }, { token }),
        await client.put(`/service-tickets/${id}/inventory`, { add: lines }, { token }),
        await client.post(`/inventory/${part.id}/receive`, { quantity }, { token }),
        await client.post(`/inventory/${part.id}/correct`, { quantity, reason }, { token }),
        await client.put(`/inventory/${part.id}`, { quantity, reason }, { token }),
        await client.patch(`/inventory/${part.id}`, { reorder_point: quantity }, { token }),
        ...(part === shop.part ? [] : [await client.put(`/service-tickets/${id}/inventory`, { remove: lines }, { token })]),
      ];
      expect(answers.map(({ status, body }) => [status, body.code])).toEqual(answers.map(() => [422, code]));
    }
    for (const fields of [{ quantity: 0.5 }, { reorder_point: 1.5 }, { unit: "pair", quantity: 1.001 }])
      expect((await aPartOf(fields, token)).part.code).toBe("whole_units_only");
    expect([await stockOf(oil), await stockOf(bolts), await ledgerOf(oil.id), await ledgerOf(bolts.id)]).toEqual(before);
  });

  it("keeps its unit while some of it is a fraction, in stock or on a ticket", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const { part } = await aPartOf({ unit: "m", quantity: 10.5 }, token);
    const toPieces = () => client.patch(`/inventory/${part.id}`, { unit: "each" }, { token });
    expect((await toPieces()).body.code).toBe("whole_units_only");
    const { id } = await aTicket(client, shop, { parts: [{ inventory_id: part.id, quantity: 0.5 }] });
    expect((await toPieces()).body.code).toBe("whole_units_only");
    await client.delete(`/service-tickets/${id}/parts/${part.id}`, { token });
    await client.post(`/inventory/${part.id}/correct`, { quantity: 10, reason: "counted" }, { token });
    expect((await toPieces()).body.unit).toBe("each");
    expect((await client.patch(`/inventory/${part.id}`, { unit: "bushel" }, { token })).body.errors[0].pointer).toBe("/body/unit");
  });

  it("that is not there is told with its decimals", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const { part } = await aPartOf({ unit: "gal", quantity: 4.25 }, token);
    const { id } = await aTicket(client, shop, { parts: [{ inventory_id: part.id, quantity: 4 }] });
    const added = await client.put(`/service-tickets/${id}/add-part/${part.id}`, { quantity: 0.251 }, { token });
    expect(added.body).toMatchObject({ code: "insufficient_stock", wanted: 0.251, available: 0.25 });
    const removal = { remove: [{ inventory_id: part.id, quantity: 4.001 }] };
    const removed = await client.put(`/service-tickets/${id}/inventory`, removal, { token });
    expect(removed.body).toMatchObject({ code: "too_many_removed", wanted: 4.001, available: 4 });
  });

  it.each([
    [4.5, 9.99, 44.96],
    [0.333, 10, 3.33],
    [2.125, 0.2, 0.43],
    [0.001, 4.99, 0],
    [0.001, 5, 0.01],
    [0.5, 0.01, 0.01],
    [1.005, 1, 1.01],
    [1.115, 3, 3.35],
  ])(
    "of %f at %f makes a line of %f, rounded half up to the cent, and the ticket is the sum of its lines",
    async (quantity, price, total) => {
      const shop = await aShop();
      const { part } = await aPartOf({ unit: "l", price }, shop.mechanic.token);
      const lines = [
        { inventory_id: part.id, quantity },
        { inventory_id: shop.part.id, quantity: 1 },
      ];
      const { id, ...opened } = await aTicket(client, shop, { parts: lines });
      const sum = Math.round((total + 49.9) * 100) / 100;
      expect(opened).toMatchObject({ parts_total: sum, parts: [{ total: 49.9 }, { total }] });
      const read = await client.get(`/service-tickets/${id}`, { token: shop.customer.token });
      expect(read.body).toMatchObject({ parts_total: sum, parts: [{ total: 49.9 }, { total }] });
      const { body } = await client.delete(`/service-tickets/${id}/parts/${part.id}`, { token: shop.mechanic.token });
      expect(body.parts_total).toBe(49.9);
    },
  );
});

describe("a part", () => {
  it("of which nobody is to be warned is not low on stock, used up or not", async () => {
    const { token, part: unwatched } = await aPartOf({ quantity: 0 });
    const { part: watched } = await aPartOf({ quantity: 0, reorder_point: 0 }, token);
    expect(unwatched.reorder_point).toBeNull();
    const low = async () =>
      (await client.get("/inventory/low-stock?per_page=100", { token })).body.inventory.map(({ id }: { id: number }) => id);
    expect(await low()).toContain(watched.id);
    expect(await low()).not.toContain(unwatched.id);
    await client.patch(`/inventory/${watched.id}`, { reorder_point: null }, { token });
    expect(await low()).not.toContain(watched.id);
  });

  it("that is retired is on no list of what to order and goes on no ticket, until it comes back", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const { part } = await aPartOf({ quantity: 3, reorder_point: 5 }, token);
    const lines = [{ inventory_id: part.id, quantity: 1 }];
    const { id } = await aTicket(client, shop, { parts: lines });
    const other = await aTicket(client, shop);
    const { body: retired } = await client.patch(`/inventory/${part.id}`, { retired: true }, { token });
    expect(retired.retired_at).toMatch(/Z$/);
    expect((await client.put(`/inventory/${part.id}`, { retired: true }, { token })).body.retired_at).toBe(retired.retired_at);
    const listed = async (path: string) =>
      (await client.get(path, { token })).body.inventory.some((row: { id: number }) => row.id === part.id);
    const low = () =>
      Promise.all(["/inventory/low-stock?", "/inventory/low-stock?threshold=9&"].map((path) => listed(`${path}per_page=100`)));
    expect(await low()).toEqual([false, false]);
    expect([await listed("/inventory?retired=true"), await listed("/inventory?retired=false&per_page=100")]).toEqual([true, false]);
    const body = { customer_id: shop.customer.id, service_desc: "Oil", service_date: "2026-11-24", parts: lines };
    const tries = [
      await client.post("/service-tickets", body, { token }),
      ...(await Promise.all(
        [id, other.id].flatMap((ticket) => [
          client.put(`/service-tickets/${ticket}/add-part/${part.id}`, {}, { token }),
          client.put(`/service-tickets/${ticket}/inventory`, { add: lines }, { token }),
        ]),
      )),
    ];
    expect(tries.map((answer) => [answer.status, answer.body.code])).toEqual(tries.map(() => [409, "part_retired"]));
    expect((await client.delete(`/service-tickets/${id}/parts/${part.id}`, { token })).status).toBe(200);
    expect((await client.patch(`/inventory/${part.id}`, { retired: false }, { token })).body.retired_at).toBeNull();
    expect(await low()).toEqual([true, true]);
    expect((await client.put(`/service-tickets/${id}/add-part/${part.id}`, {}, { token })).status).toBe(200);
  });

  it("has a number of its own, in any case and composition, unless the same one is asked for", async () => {
    const number = `Bé-${unique()}z`;
    const { token, part } = await aPartOf({ part_number: number });
    const { part: other } = await aPartOf({ part_number: `Other-${unique()}` }, token);
    for (const part_number of [number, number.toLowerCase(), number.toUpperCase(), number.normalize("NFD"), ` ${number}`]) {
      for (const answer of [
        await client.post("/inventory", { name: "Pad", price: 1, quantity: 0, part_number }, { token }),
        await client.put(`/inventory/${other.id}`, { part_number }, { token }),
        await client.patch(`/inventory/${other.id}`, { part_number }, { token }),
      ])
        expect([answer.status, answer.body], part_number).toMatchObject([409, { code: "part_number_taken", inventory_id: part.id }]);
    }
    const twice = { part_number: number.toLowerCase(), allow_duplicate: true };
    expect((await aPartOf(twice, token)).part.part_number).toBe(number.toLowerCase());
    expect((await client.patch(`/inventory/${other.id}`, twice, { token })).status).toBe(200);
    const own = await client.patch(`/inventory/${part.id}`, { part_number: number.toUpperCase() }, { token });
    expect(own.body.part_number).toBe(number.toUpperCase());
    await client.patch(`/inventory/${part.id}`, { part_number: null }, { token });
    expect((await aPartOf({ part_number: number }, token)).status).toBe(201);
  });

  it("is found in its category in any case and composition", async () => {
    const { token } = await aMechanic();
    const category = `Öl und Fett ${unique()}q`;
    const forms = [category, category.toUpperCase(), category.toLowerCase(), category.normalize("NFD")];
    const ids: number[] = [];
    for (const form of forms) ids.push((await aPartOf({ category: form }, token)).part.id);
    for (const form of [...forms, ` ${category} `]) {
      const { body } = await client.get(`/inventory?category=${encodeURIComponent(form)}`, { token });
      expect(body.inventory.map(({ id }: { id: number }) => id)).toEqual(ids);
    }
  });
});
