import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, rows } from "../support/people.ts";
import { aVehicle, aVin, vehicleState } from "../support/vehicles.ts";

const client = createClient();
const AT = "2026-11-20T09:30:00.000Z";
const newVehicle = (fields: object = {}) => ({ vin: aVin(), make: "Toyota", model: "Corolla", year: 2019, ...fields });
const ids = (body: { vehicles: { id: number }[] }): number[] => body.vehicles.map(({ id }) => id);

describe("POST /vehicles", () => {
  it("adds a vehicle of the customer who asks, in one audited write", async () => {
    const me = await aCustomer();
    const input = newVehicle({ color: "blue", license_plate: "ADA 42", mileage: 61_500 });
    const { status, body, headers } = await client.post(
      "/vehicles",
      { ...input, vin: ` ${input.vin.toLowerCase()} ` },
      { token: me.token },
    );
    expect(status).toBe(201);
    expect(headers.get("Location")).toBe(`/vehicles/${body.id}`);
    expect(body).toEqual({
      id: body.id,
      ...input,
      serial_number: null,
      description: null,
      customer_id: me.id,
      created_at: AT,
      updated_at: AT,
    });
    expect(await rows("select vin, customer_id, version from vehicles where id = ?", body.id)).toEqual([
      { vin: input.vin, customer_id: me.id, version: 1 },
    ]);
    expect(await rows("select vehicle_count from customers where id = ?", me.id)).toEqual([{ vehicle_count: 1 }]);
    const [entry, ...more] = await auditOf("vehicle", body.id);
    expect(entry).toMatchObject({ action: "vehicle.created", before: null, user_id: me.userId, request_id: headers.get("X-Request-Id") });
    expect(JSON.parse(entry?.after ?? "")).toMatchObject({ vin: input.vin, customer_id: me.id, mileage: 61_500 });
    expect(more).toEqual([]);
  });

  it("lets a customer name itself, and nobody else", async () => {
    const [me, other] = [await aCustomer(), await aCustomer()];
    const own = await client.post("/vehicles", newVehicle({ customer_id: me.id }), { token: me.token });
    expect([own.status, own.body.customer_id]).toEqual([201, me.id]);
    const before = await vehicleState();
    const refused = await client.post("/vehicles", newVehicle({ customer_id: other.id }), { token: me.token });
    expect([refused.status, refused.body.code]).toEqual([403, "forbidden"]);
    expect(await vehicleState()).toEqual(before);
  });

  it("lets staff add a vehicle of the customer that it names", async () => {
    const [customer, mechanic, admin] = [await aCustomer(), await aMechanic(), await anAdmin()];
    for (const { token } of [mechanic, admin]) {
      const { status, body } = await client.post("/vehicles", newVehicle({ customer_id: customer.id }), { token });
      expect([status, body.customer_id]).toEqual([201, customer.id]);
    }
    const before = await vehicleState();
    const refused = await client.post("/vehicles", newVehicle(), { token: mechanic.token });
    expect(refused.body.errors).toEqual([expect.objectContaining({ pointer: "/body/customer_id", code: "required" })]);
    expect(await vehicleState()).toEqual(before);
  });

  it("refuses an owner who is not there, and leaves nothing behind", async () => {
    const { token } = await aMechanic();
    const before = await vehicleState();
    const { status, body } = await client.post("/vehicles", newVehicle({ customer_id: 999_999 }), { token });
    expect([status, body.code, body.entity, body.id]).toEqual([422, "reference_not_found", "customer", 999_999]);
    expect(await vehicleState()).toEqual(before);
  });

  it("refuses a VIN that is taken, whatever its case, and leaves nothing behind", async () => {
    const me = await aCustomer();
    const { vin } = await aVehicle((await aCustomer()).id);
    const before = await vehicleState();
    const { status, body } = await client.post("/vehicles", newVehicle({ vin: vin.toLowerCase() }), { token: me.token });
    expect([status, body.code]).toEqual([409, "vin_taken"]);
    expect(await vehicleState()).toEqual(before);
  });

  it("names every invalid and unknown field, then every one that a vehicle with a VIN lacks", async () => {
    const { token } = await aCustomer();
    const lacking = await client.post("/vehicles", { vin: aVin(), make: "Toyota" }, { token });
    expect(lacking.body.errors.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code])).toEqual([
      ["/body/model", "required"],
      ["/body/year", "required"],
    ]);
    const { status, body } = await client.post("/vehicles", { vin: "1M8GDM9AXKP04278O", make: null, year: 1700, wheels: 4 }, { token });
    expect(status).toBe(422);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      "/body/make",
      "/body/vin",
      "/body/wheels",
      "/body/year",
    ]);
  });

  it("is not for strangers", async () => {
    expect((await client.post("/vehicles", newVehicle())).status).toBe(401);
  });
});

describe("GET /vehicles", () => {
  it("shows staff all vehicles, newest first, by page and by cursor", async () => {
    const [customer, { token }] = [await aCustomer(), await aMechanic()];
    for (let i = 0; i < 3; i++) await aVehicle(customer.id);
    const all = await client.get("/vehicles?per_page=100", { token });
    const total = (await rows("select id from vehicles")).length;
    expect(all.body.vehicles).toHaveLength(total);
    const first = await client.get("/vehicles?per_page=2", { token });
    expect(first.body.pagination).toMatchObject({ page: 1, per_page: 2, total_items: total, total_exact: true });
    const second = await client.get(`/vehicles?per_page=2&cursor=${first.body.pagination.next_cursor}`, { token });
    expect(second.body.vehicles).toEqual(all.body.vehicles.slice(2, 4));
    const oldest = await client.get("/vehicles?sort=created_at&per_page=100", { token });
    expect(ids(oldest.body)).toEqual(ids(all.body).reverse());
    expect(ids(all.body)).toEqual(ids(all.body).toSorted((a, b) => b - a));
  });

  it("finds those of one customer and the one with a VIN", async () => {
    const [customer, other, { token }] = [await aCustomer(), await aCustomer(), await aMechanic()];
    const mine = [await aVehicle(customer.id), await aVehicle(customer.id)];
    const theirs = await aVehicle(other.id);
    const owned = await client.get(`/vehicles?customer_id=${customer.id}&sort=-id`, { token });
    expect(ids(owned.body)).toEqual(mine.map(({ id }) => id).reverse());
    expect(owned.body.pagination).toMatchObject({ total_items: 2, total_exact: true });
    const found = await client.get(`/vehicles?vin=${theirs.vin.toLowerCase()}`, { token });
    expect(ids(found.body)).toEqual([theirs.id]);
    expect(ids((await client.get(`/vehicles?vin=${theirs.vin}&customer_id=${other.id}`, { token })).body)).toEqual([theirs.id]);
    expect(ids((await client.get(`/vehicles?vin=${theirs.vin}&customer_id=${customer.id}`, { token })).body)).toEqual([]);
  });

  it("shows a customer its own vehicles only, whatever it asks for", async () => {
    const [me, other] = [await aCustomer(), await aCustomer()];
    const [mine, theirs] = [await aVehicle(me.id), await aVehicle(other.id)];
    for (const query of ["", `?customer_id=${me.id}`, `?vin=${mine.vin}`])
      expect(ids((await client.get(`/vehicles${query}`, { token: me.token })).body), query).toEqual([mine.id]);
    for (const query of [`?customer_id=${other.id}`, `?vin=${theirs.vin}`, `?vin=${mine.vin}&customer_id=${other.id}`]) {
      const { status, body } = await client.get(`/vehicles${query}`, { token: me.token });
      expect([status, body.vehicles, body.pagination.total_items], query).toEqual([200, [], 0]);
    }
  });

  it("is cached for staff until the next change, and never for customers", async () => {
    const [customer, { token }] = [await aCustomer(), await aMechanic()];
    await client.get("/vehicles", { token });
    expect((await client.get("/vehicles", { token })).headers.get("X-Cache")).toBe("hit");
    expect((await client.get("/vehicles", { token: customer.token })).headers.get("X-Cache")).toBeNull();
    await client.post("/vehicles", newVehicle(), { token: customer.token });
    expect((await client.get("/vehicles", { token })).headers.get("X-Cache")).toBe("miss");
  });

  it("refuses sorts without an index, pages too deep, and VINs that are none", async () => {
    const [customer, { token }] = [await aCustomer(), await aMechanic()];
    const sorted = await client.get(`/vehicles?customer_id=${customer.id}&sort=created_at`, { token });
    expect([sorted.status, sorted.body.code]).toEqual([422, "sort_not_available"]);
    expect((await client.get("/vehicles?page=1002", { token })).body.code).toBe("page_too_deep");
    expect((await client.get("/vehicles?vin=short", { token })).body.errors[0].pointer).toBe("/query/vin");
    expect((await client.get("/vehicles")).status).toBe(401);
  });
});

describe("GET /vehicles/{id}", () => {
  it("is for staff and the owner; to others the vehicle is not there", async () => {
    const [me, other, mechanic] = [await aCustomer(), await aCustomer(), await aMechanic()];
    const { id, vin } = await aVehicle(me.id);
    for (const { token } of [me, mechanic]) expect((await client.get(`/vehicles/${id}`, { token })).body).toMatchObject({ id, vin });
    expect((await client.get(`/vehicles/${id}`, { token: other.token })).body.code).toBe("not_found");
    expect((await client.get("/vehicles/999999", { token: mechanic.token })).body.code).toBe("not_found");
    expect((await client.get(`/vehicles/${id}`)).status).toBe(401);
  });
});
