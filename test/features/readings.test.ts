import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aCustomer, auditOf } from "../support/people.ts";
import { aShop, aTicket, aVehicle, aVin, type Shop } from "../support/shop.ts";

const client = createClient();

/** A shop whose vehicle has this mileage on record, and what it has now. */
const aShopAt = async (mileage: number) => {
  const shop = await aShop();
  const { token } = shop.mechanic;
  await client.patch(`/vehicles/${shop.vehicle.id}`, { mileage }, { token });
  return { shop, token, now: (vehicle = shop.vehicle) => mileageOf(shop, vehicle) };
};
const mileageOf = async ({ mechanic }: Shop, { id }: { id: number }) =>
  (await client.get(`/vehicles/${id}`, { token: mechanic.token })).body.mileage;

describe("a reading that was wrong", () => {
  it("gives the vehicle its own mileage back when it is taken away", async () => {
    const { shop, token, now } = await aShopAt(80_000);
    const { id } = await aTicket(client, shop, { mileage: 84_120 });
    expect(await now()).toBe(84_120);
    await client.patch(`/service-tickets/${id}`, { mileage: null }, { token });
    expect(await now()).toBe(80_000);
  });

  it("gives it back when its ticket is removed", async () => {
    const { shop, token, now } = await aShopAt(80_000);
    const { id } = await aTicket(client, shop, { mileage: 84_120 });
    expect((await client.delete(`/service-tickets/${id}`, { token })).status).toBe(200);
    expect(await now()).toBe(80_000);
  });

  it("goes with its ticket to the right vehicle, and both changes are audited", async () => {
    const { shop, token, now } = await aShopAt(80_000);
    const right = await aVehicle(shop.customer.id);
    const { id } = await aTicket(client, shop, { mileage: 84_120 });
    await client.patch(`/service-tickets/${id}`, { vehicle_id: right.id }, { token });
    expect([await now(), await now(right)]).toEqual([80_000, 84_120]);
    const mileages = async (vehicle: { id: number }) =>
      (await auditOf("vehicle", vehicle.id)).map(({ after }) => JSON.parse(after ?? "{}").mileage);
    expect(await mileages(shop.vehicle)).toEqual([80_000, 84_120, 80_000]);
    expect(await mileages(right)).toEqual([84_120]);
  });
});

describe("a reading that is unlikely", () => {
  it("is asked back when a ticket that has one moves to another vehicle", async () => {
    const { shop, token } = await aShopAt(80_000);
    const other = await aVehicle(shop.customer.id);
    await client.patch(`/vehicles/${other.id}`, { mileage: 90_000 }, { token });
    const { id } = await aTicket(client, shop, { mileage: 84_120 });
    const move = (more: object) => client.patch(`/service-tickets/${id}`, { vehicle_id: other.id, ...more }, { token });
    expect((await move({})).body).toMatchObject({ code: "mileage_unlikely", recorded: 90_000, sent: 84_120 });
    expect((await move({ confirm_mileage: true })).status).toBe(200);
  });

  it("is not one that the ticket has already, so that a whole ticket can be sent again", async () => {
    const { shop, token } = await aShopAt(80_000);
    const { id } = await aTicket(client, shop, { mileage: 81_000 });
    await aTicket(client, shop, { mileage: 84_120 });
    const answer = await client.put(`/service-tickets/${id}`, { mileage: 81_000, notes: "ready", vehicle_id: shop.vehicle.id }, { token });
    expect([answer.status, answer.body.notes]).toEqual([200, "ready"]);
    expect((await client.patch(`/service-tickets/${id}`, { mileage: 82_000 }, { token })).body.code).toBe("mileage_unlikely");
  });

  it.each([
    [80_000, 79_999],
    [80_000, 800_000],
    [1, 10],
  ])("%i, then %i: 409; what is between is taken", async (recorded, sent) => {
    const { shop, token } = await aShopAt(recorded);
    const change = (mileage: number) => client.patch(`/vehicles/${shop.vehicle.id}`, { mileage }, { token });
    expect((await change(sent)).body).toMatchObject({ code: "mileage_unlikely", recorded, sent });
    expect((await change(sent < recorded ? recorded : sent - 1)).status).toBe(200);
  });

  it("is not compared with what a mere claim says, which gives way to the shop", async () => {
    const [{ shop }, stranger, vin] = [await aShopAt(1), await aCustomer(), aVin()];
    const claim = { vin, make: "MCI", model: "MC-9", year: 1989, mileage: 900_000 };
    expect((await client.post("/vehicles", claim, { token: stranger.token })).status).toBe(201);
    const fields = { vehicle_id: undefined, VIN: vin, mileage: 84_120, vehicle: { make: "MCI" } };
    const ticket = await aTicket(client, shop, fields);
    expect(await mileageOf(shop, { id: ticket.vehicle_id })).toBe(84_120);
  });
});

describe("the mileage among the details of a known vehicle", () => {
  it("fills what is not known, and is named where another is recorded", async () => {
    const shop = await aShop();
    const open = (mileage: number) => aTicket(client, shop, { vehicle_id: undefined, VIN: shop.vehicle.vin, vehicle: { mileage } });
    expect((await open(80_000)).vehicle_differences).toEqual([]);
    expect(await mileageOf(shop, shop.vehicle)).toBe(80_000);
    expect((await open(70_000)).vehicle_differences).toEqual([{ field: "mileage", recorded: 80_000, sent: 70_000 }]);
    expect(await mileageOf(shop, shop.vehicle)).toBe(80_000);
  });
});
