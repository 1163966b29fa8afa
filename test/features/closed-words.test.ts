import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aMechanic, anAdmin } from "../support/people.ts";
import { aPart, aShop, aTicket, aVin, type Shop } from "../support/shop.ts";

const client = createClient();

const close = async (shop: Shop, fields: object = {}): Promise<number> => {
  const parts = [{ inventory_id: shop.part.id, quantity: 1 }];
  const { id } = await aTicket(client, shop, { mechanic_ids: [shop.mechanic.id], parts, ...fields });
  await client.put(`/service-tickets/${id}/status`, { status: "closed" }, { token: shop.mechanic.token });
  return id;
};

const renameAll = async (shop: Shop): Promise<void> => {
  const { token } = await anAdmin();
  const changes: [string, object][] = [
    [`/inventory/${shop.part.id}`, { name: "Renamed part", part_number: `R-${shop.part.id}` }],
    [`/customers/${shop.customer.id}`, { name: "Renamed customer" }],
    [`/mechanics/${shop.mechanic.id}`, { name: "Renamed mechanic" }],
    [`/vehicles/${shop.vehicle.id}`, { vin: aVin() }],
  ];
  for (const [path, change] of changes) expect((await client.patch(path, change, { token })).status, path).toBe(200);
};

describe("a ticket that was closed", () => {
  it("shows its words in every list that has it, to staff and to its customer, whatever is renamed", async () => {
    const shop = await aShop();
    const id = await close(shop);
    const lists: [string, string][] = [
      [`/service-tickets?customer_id=${shop.customer.id}`, shop.mechanic.token],
      ["/service-tickets", shop.customer.token],
      ["/customers/my-tickets", shop.customer.token],
      ["/mechanics/my-tickets", shop.mechanic.token],
      [`/service-tickets/${id}`, shop.customer.token],
      [`/service-tickets/${id}/parts`, shop.mechanic.token],
      [`/service-tickets/${id}/mechanics`, shop.mechanic.token],
    ];
    const read = () => Promise.all(lists.map(async ([path, token]) => (await client.get(path, { token })).body));
    const before = await read();
    await renameAll(shop);
    expect(await read()).toEqual(before);
    expect(JSON.stringify(before)).toContain(shop.vehicle.vin);
  });

  it("shows each mechanic and each part as it was called then, and a part without number without one", async () => {
    const [shop, helper, oil] = [await aShop(), await aMechanic({ name: "Second Mechanic" }), await aPart()];
    const { token } = await anAdmin();
    await client.patch(`/inventory/${oil.id}`, { part_number: null }, { token });
    const mechanic_ids = [shop.mechanic.id, helper.id];
    const parts = [shop.part, oil].map((part) => ({ inventory_id: part.id, quantity: 1 }));
    const id = await close(shop, { mechanic_ids, parts });
    await renameAll(shop);
    await client.patch(`/inventory/${oil.id}`, { part_number: `LATER-${oil.id}` }, { token });
    const { body } = await client.get(`/service-tickets/${id}`, { token });
    expect(body.mechanics.map(({ name }: { name: string }) => name)).toEqual(["Max Mechanic", "Second Mechanic"]);
    expect(body.parts).toMatchObject([{ name: shop.part.name }, { name: oil.name, part_number: null }]);
  });

  it("has what is so now once it is open again, and keeps that when it is closed again", async () => {
    const [shop, { token }] = [await aShop(), await anAdmin()];
    const id = await close(shop);
    await renameAll(shop);
    const to = async (status: string) => (await client.put(`/service-tickets/${id}/status`, { status }, { token })).body;
    expect((await to("open")).customer.name).toBe("Renamed customer");
    const closed = await to("closed");
    await client.patch(`/customers/${shop.customer.id}`, { name: "Once more" }, { token });
    expect((await client.get(`/service-tickets/${id}`, { token })).body).toEqual(closed);
  });

  it("had no vehicle, and shows none", async () => {
    const shop = await aShop();
    const id = await close(shop, { vehicle_id: undefined });
    expect((await client.get(`/service-tickets/${id}`, { token: shop.mechanic.token })).body).toMatchObject({
      VIN: null,
      vehicle_id: null,
    });
  });
});

describe("a ticket that is not closed", () => {
  it.each(["open", "in_progress", "completed", "cancelled"])("and is %s, follows what is renamed", async (status) => {
    const shop = await aShop();
    const { id } = await aTicket(client, shop, { mechanic_ids: [shop.mechanic.id] });
    if (status !== "open") await client.put(`/service-tickets/${id}/status`, { status }, { token: shop.mechanic.token });
    await renameAll(shop);
    const { body } = await client.get(`/service-tickets/${id}`, { token: shop.mechanic.token });
    expect(body).toMatchObject({ customer: { name: "Renamed customer" }, mechanics: [{ name: "Renamed mechanic" }] });
    expect(body.VIN).not.toBe(shop.vehicle.vin);
  });
});
