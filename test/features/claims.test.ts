import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aCustomer, aMechanic, auditOf } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";
import { aVehicle, aVin } from "../support/shop.ts";

const client = createClient();
const CAR = { make: "Fiat", model: "Uno", year: 1990 };
const JOB = { service_desc: "Brakes", service_date: "2026-11-24" };

/** A customer who claims a VIN by their own account, the owner, and staff. */
const aClaim = async () => {
  const [stranger, owner, { token }] = [await aCustomer(), await aCustomer(), await aMechanic()];
  const vin = aVin();
  const claimed = (await client.post("/vehicles", { vin, ...CAR }, { token: stranger.token })).body;
  return { stranger, owner, token, vin, claimed };
};

describe("a VIN that a customer claims by their own account", () => {
  it("gives way to staff in a new ticket, a new vehicle and a changed one, audited", async () => {
    const ways = [
      (owner: number, vin: string, token: string) => client.post("/service-tickets", { customer_id: owner, VIN: vin, ...JOB }, { token }),
      (owner: number, vin: string, token: string) => client.post("/vehicles", { customer_id: owner, vin, ...CAR }, { token }),
      async (owner: number, vin: string, token: string) => client.patch(`/vehicles/${(await aVehicle(owner)).id}`, { vin }, { token }),
    ];
    for (const way of ways) {
      const { owner, token, vin, claimed } = await aClaim();
      expect((await way(owner.id, vin, token)).status).toBeLessThan(300);
      const { body } = await client.get(`/vehicles?vin=${vin}`, { token });
      expect(body.vehicles).toMatchObject([{ vin, customer_id: owner.id }]);
      expect((await client.get(`/vehicles/${claimed.id}`, { token })).status).toBe(404);
      expect((await auditOf("vehicle", claimed.id)).at(-1)).toMatchObject({ action: "vehicle.deleted" });
    }
    expect(await brokenRules()).toEqual({});
  });

  it("stays once the shop has worked on it, or staff has touched it", async () => {
    const one = await aClaim();
    await client.post("/service-tickets", { customer_id: one.stranger.id, vehicle_id: one.claimed.id, ...JOB }, { token: one.token });
    const two = await aClaim();
    await client.patch(`/vehicles/${two.claimed.id}`, { color: "red" }, { token: two.token });
    for (const { owner, token, vin } of [one, two]) {
      const ticket = await client.post("/service-tickets", { customer_id: owner.id, VIN: vin, ...JOB }, { token });
      expect(ticket.body.code).toBe("vehicle_of_other_customer");
      expect((await client.post("/vehicles", { customer_id: owner.id, vin, ...CAR }, { token })).body.code).toBe("vin_taken");
    }
  });

  it("does not give way to another customer", async () => {
    const { owner, vin } = await aClaim();
    expect((await client.post("/vehicles", { vin, ...CAR }, { token: owner.token })).body.code).toBe("vin_taken");
  });
});

describe("a new ticket for a vehicle that is known", () => {
  it("fills what is not known of it, names what differs, and changes neither", async () => {
    const [owner, { token }] = [await aCustomer(), await aMechanic()];
    const vin = aVin();
    await client.post("/service-tickets", { customer_id: owner.id, VIN: vin, vehicle: { make: "Fiat" }, ...JOB }, { token });
    const vehicle = { make: "Ford", model: "Uno", license_plate: "AB 12" };
    const { body } = await client.post("/service-tickets", { customer_id: owner.id, VIN: vin, vehicle, ...JOB }, { token });
    expect(body.vehicle_differences).toEqual([{ field: "make", sent: "Ford", recorded: "Fiat" }]);
    expect((await client.get(`/vehicles/${body.vehicle_id}`, { token })).body).toMatchObject({
      make: "Fiat",
      model: "Uno",
      license_plate: "AB 12",
    });
    const found = await client.get("/vehicles?q=ab12%20uno", { token });
    expect(found.body.vehicles.map(({ id }: { id: number }) => id)).toContain(body.vehicle_id);
  });

  it("finds the customer's car by its serial number or its plate", async () => {
    const [owner, { token }] = [await aCustomer(), await aMechanic()];
    const open = async (fields: object) =>
      (await client.post("/service-tickets", { customer_id: owner.id, ...JOB, ...fields }, { token })).body.vehicle_id;
    const old = await open({ VIN: "9F02R123456" });
    expect(await open({ VIN: "9f02r123456" })).toBe(old);
    const trailer = await open({ vehicle: { license_plate: "TR-77 B" } });
    expect(await open({ vehicle: { license_plate: "tr 77b" } })).toBe(trailer);
    expect(await open({ vehicle: { description: "A bare engine" } })).not.toBe(trailer);
  });
});
