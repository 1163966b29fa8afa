import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, rows } from "../support/people.ts";
import { aTicket, aVehicle, aVin, vehicleState } from "../support/vehicles.ts";

const client = createClient();

describe("PUT and PATCH /vehicles/{id}", () => {
  it("change what is named, by staff and by the owner, in one audited write", async () => {
    const [me, mechanic] = [await aCustomer(), await aMechanic()];
    const { id, vin } = await aVehicle(me.id);
    const patched = await client.patch(`/vehicles/${id}`, { mileage: 70_000, customer_id: me.id }, { token: me.token });
    expect(patched.body).toMatchObject({ id, vin, make: "Toyota", mileage: 70_000, customer_id: me.id });
    const next = aVin();
    const put = await client.put(`/vehicles/${id}`, { vin: next, color: null }, { token: mechanic.token });
    expect(put.body).toMatchObject({ id, vin: next, mileage: 70_000, color: null });
    expect(await rows("select vin, mileage, version from vehicles where id = ?", id)).toEqual([{ vin: next, mileage: 70_000, version: 3 }]);
    const [first, second] = await auditOf("vehicle", id);
    expect(first).toMatchObject({ action: "vehicle.updated", user_id: me.userId, role: "customer" });
    expect(JSON.parse(second?.before ?? "")).toMatchObject({ vin });
    expect(JSON.parse(second?.after ?? "")).toMatchObject({ vin: next });
  });

  it("transfer a vehicle when staff names another owner; its tickets stay where they are", async () => {
    const [seller, buyer, mechanic] = [await aCustomer(), await aCustomer(), await aMechanic()];
    const { id } = await aVehicle(seller.id);
    const ticket = await aTicket(seller.id, id);
    const { body } = await client.put(`/vehicles/${id}`, { customer_id: buyer.id }, { token: mechanic.token });
    expect(body.customer_id).toBe(buyer.id);
    expect(await rows("select customer_id from service_tickets where id = ?", ticket)).toEqual([{ customer_id: seller.id }]);
    expect(await rows("select vehicle_count from customers where id in (?, ?) order by id", seller.id, buyer.id)).toEqual([
      { vehicle_count: 0 },
      { vehicle_count: 1 },
    ]);
    expect((await client.get(`/vehicles/${id}`, { token: seller.token })).status).toBe(404);
    expect((await client.get(`/vehicles/${id}`, { token: buyer.token })).status).toBe(200);
    const [entry] = await auditOf("vehicle", id);
    expect([JSON.parse(entry?.before ?? "").customer_id, JSON.parse(entry?.after ?? "").customer_id]).toEqual([seller.id, buyer.id]);
  });

  it("refuse a transfer by a customer, and one to a customer who is not there", async () => {
    const [me, other, admin] = [await aCustomer(), await aCustomer(), await anAdmin()];
    const { id } = await aVehicle(me.id);
    const before = await vehicleState();
    const given = await client.patch(`/vehicles/${id}`, { customer_id: other.id }, { token: me.token });
    expect([given.status, given.body.code]).toEqual([403, "forbidden"]);
    const lost = await client.patch(`/vehicles/${id}`, { customer_id: 999_999 }, { token: admin.token });
    expect([lost.status, lost.body.code, lost.body.id]).toEqual([422, "reference_not_found", 999_999]);
    expect(await vehicleState()).toEqual(before);
  });

  it("tell a customer that another's vehicle is not there, and so for one that is gone", async () => {
    const [me, other, admin] = [await aCustomer(), await aCustomer(), await anAdmin()];
    const { id } = await aVehicle(other.id);
    const before = await vehicleState();
    for (const change of [{ mileage: 1 }, { customer_id: me.id }, { customer_id: other.id }])
      expect((await client.put(`/vehicles/${id}`, change, { token: me.token })).body.code).toBe("not_found");
    expect((await client.put("/vehicles/999999", { mileage: 1 }, { token: admin.token })).body.code).toBe("not_found");
    expect(await vehicleState()).toEqual(before);
  });

  it("refuse a VIN that is taken, and to take make, model or year away", async () => {
    const me = await aCustomer();
    const [{ id }, { vin }] = [await aVehicle(me.id), await aVehicle(me.id)];
    const before = await vehicleState();
    expect((await client.patch(`/vehicles/${id}`, { vin }, { token: me.token })).body.code).toBe("vin_taken");
    expect((await client.patch(`/vehicles/${id}`, { year: null }, { token: me.token })).body.errors[0].pointer).toBe("/body/year");
    expect((await client.patch(`/vehicles/${id}`, {}, { token: me.token })).status).toBe(422);
    expect(await vehicleState()).toEqual(before);
  });

  it("are seen in cached listings at once", async () => {
    const [me, { token }] = [await aCustomer(), await aMechanic()];
    const { id, vin } = await aVehicle(me.id);
    await client.get(`/vehicles?vin=${vin}`, { token });
    await client.patch(`/vehicles/${id}`, { color: "green" }, { token: me.token });
    expect((await client.get(`/vehicles?vin=${vin}`, { token })).body.vehicles[0].color).toBe("green");
  });
});

describe("DELETE /vehicles/{id}", () => {
  it("is for the owner and admins, in one audited write", async () => {
    const [me, admin] = [await aCustomer(), await anAdmin()];
    for (const { token, userId } of [me, admin]) {
      const { id, vin } = await aVehicle(me.id);
      const { body } = await client.delete(`/vehicles/${id}`, { token });
      expect(body).toEqual({ id, deleted: true, message: `Vehicle ${id} was deleted.` });
      expect(await rows("select * from vehicles where id = ?", id)).toEqual([]);
      const [entry] = await auditOf("vehicle", id);
      expect(entry).toMatchObject({ action: "vehicle.deleted", after: null, user_id: userId });
      expect(JSON.parse(entry?.before ?? "")).toMatchObject({ vin });
    }
    expect(await rows("select vehicle_count from customers where id = ?", me.id)).toEqual([{ vehicle_count: 0 }]);
  });

  it("is not for mechanics, and another's vehicle is not there", async () => {
    const [me, other, mechanic, admin] = [await aCustomer(), await aCustomer(), await aMechanic(), await anAdmin()];
    const { id } = await aVehicle(me.id);
    const before = await vehicleState();
    expect((await client.delete(`/vehicles/${id}`, { token: mechanic.token })).body.code).toBe("forbidden");
    expect((await client.delete(`/vehicles/${id}`, { token: other.token })).body.code).toBe("not_found");
    expect((await client.delete("/vehicles/999999", { token: admin.token })).body.code).toBe("not_found");
    expect((await client.delete(`/vehicles/${id}`)).status).toBe(401);
    expect(await vehicleState()).toEqual(before);
  });

  it("keeps a vehicle with tickets on record, also those of an earlier owner", async () => {
    const [me, seller, admin] = [await aCustomer(), await aCustomer(), await anAdmin()];
    const { id } = await aVehicle(seller.id);
    await aTicket(seller.id, id);
    await env.DB.prepare("update vehicles set customer_id = ? where id = ?").bind(me.id, id).run();
    const before = await vehicleState();
    for (const { token } of [me, admin]) {
      const { status, body } = await client.delete(`/vehicles/${id}`, { token });
      expect([status, body.code]).toEqual([409, "vehicle_has_tickets"]);
    }
    expect(await vehicleState()).toEqual(before);
  });
});
