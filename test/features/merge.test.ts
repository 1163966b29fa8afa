import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, rows, unique } from "../support/people.ts";
import { brokenRules } from "../support/recount.ts";
import { aVehicle, aVin } from "../support/shop.ts";

const client = createClient();

const walkIn = async (token: string, fields: Record<string, unknown> = {}) =>
  (await client.post("/customers", { name: `Walk In ${unique()}`, phone: "+1 555 0300", ...fields }, { token })).body;
const ticketOf = async (token: string, fields: Record<string, unknown>) => {
  const body = { service_desc: "Brakes", service_date: "2026-11-24", ...fields };
  const answer = await client.post("/service-tickets", body, { token });
  return answer.body;
};

describe("POST /customers/{id}/merge", () => {
  it("moves vehicles and tickets, closed ones too, fills what is missing, and points on", async () => {
    const { token } = await aMechanic();
    const [kept, other] = [
      await walkIn(token),
      await walkIn(token, { email: `m${unique()}@example.com`, address: "1 Lane", phone: "+1 555 0399" }),
    ];
    const vehicle = await aVehicle(other.id);
    const [open, closed] = [
      await ticketOf(token, { customer_id: other.id, vehicle_id: vehicle.id }),
      await ticketOf(token, { customer_id: other.id }),
    ];
    for (const status of ["in_progress", "completed", "closed"])
      await client.put(`/service-tickets/${closed.id}/status`, { status }, { token });
    const { status, body } = await client.post(`/customers/${kept.id}/merge`, { from_id: other.id }, { token });
    expect([status, body]).toMatchObject([200, { id: kept.id, name: kept.name, email: other.email, address: "1 Lane", ticket_count: 2 }]);
    expect(await rows("select distinct customer_id from service_tickets where id in (?, ?)", open.id, closed.id)).toEqual([
      { customer_id: kept.id },
    ]);
    expect((await client.get(`/vehicles/${vehicle.id}`, { token })).body.customer_id).toBe(kept.id);
    expect((await client.get(`/service-tickets/${closed.id}`, { token })).body.customer).toEqual({ id: kept.id, name: other.name });
    for (const send of [client.get, client.delete]) {
      const gone = await send(`/customers/${other.id}`, { token: send === client.get ? token : (await anAdmin()).token });
      expect([gone.status, gone.body]).toMatchObject([410, { code: "merged", entity: "customer", merged_into: kept.id }]);
    }
    expect((await client.patch(`/customers/${other.id}`, { name: "New" }, { token })).body).toMatchObject({ merged_into: kept.id });
    const found = await client.get(`/customers?q=${encodeURIComponent("555 0399")}`, { token });
    expect(found.body.customers.map(({ id }: { id: number }) => id)).toEqual([kept.id]);
    expect(await auditOf("customer", other.id)).toMatchObject([
      {},
      { action: "customer.merged", after: JSON.stringify({ merged_into: kept.id }) },
    ]);
    expect(await brokenRules()).toEqual({});
  });

  it("points to the last of several merges", async () => {
    const { token } = await aMechanic();
    const [one, two, three] = [await walkIn(token), await walkIn(token), await walkIn(token)];
    await client.post(`/customers/${two.id}/merge`, { from_id: one.id }, { token });
    await client.post(`/customers/${three.id}/merge`, { from_id: two.id }, { token });
    expect((await client.get(`/customers/${one.id}`, { token })).body).toMatchObject({ code: "merged", merged_into: three.id });
  });

  it("gives a walk-in the account of the customer who registered, whose tokens are revoked, by an admin only", async () => {
    const [mechanic, admin] = [await aMechanic(), await anAdmin()];
    const [kept, registered] = [await walkIn(mechanic.token), await aCustomer()];
    const merge = (token: string) => client.post(`/customers/${kept.id}/merge`, { from_id: registered.id }, { token });
    expect((await merge(mechanic.token)).body.code).toBe("forbidden");
    expect((await merge(admin.token)).body).toMatchObject({ id: kept.id, email: registered.email });
    expect(await rows("select email from users where customer_id = ?", kept.id)).toEqual([{ email: registered.email }]);
    expect((await client.get(`/customers/${registered.id}`, { token: registered.token })).status).toBe(401);
  });

  it("refuses two accounts, one record, records that are not there, and customers", async () => {
    const [admin, one, two] = [await anAdmin(), await aCustomer(), await aCustomer()];
    const merge = async (id: number, from_id: number, token = admin.token) =>
      (await client.post(`/customers/${id}/merge`, { from_id }, { token })).body.code;
    expect(await merge(one.id, two.id)).toBe("both_have_accounts");
    expect(await merge(one.id, one.id)).toBe("invalid");
    expect(await merge(one.id, 999_999)).toBe("reference_not_found");
    expect(await merge(999_999, one.id)).toBe("not_found");
    expect(await merge(one.id, two.id, one.token)).toBe("forbidden");
  });

  it("loses nothing that is written at the same time, and leaves nothing behind", async () => {
    const { token } = await aMechanic();
    const [kept, other] = [await walkIn(token), await walkIn(token)];
    const write = (i: number) =>
      i % 3 === 0
        ? client.post("/vehicles", { vin: aVin(), make: "A", model: "B", year: 2020, customer_id: other.id }, { token })
        : client.post("/service-tickets", { customer_id: other.id, VIN: aVin(), service_desc: "x", service_date: "2026-11-24" }, { token });
    const first = Array.from({ length: 15 }, (_, i) => write(i));
    const merging = client.post(`/customers/${kept.id}/merge`, { from_id: other.id }, { token });
    const answers = await Promise.all([...first, ...Array.from({ length: 15 }, (_, i) => write(i)), merging]);
    expect(answers.at(-1)?.status).toBe(200);
    expect(new Set(answers.map(({ status }) => status))).not.toContain(500);
    const done = answers.slice(0, -1).filter(({ status }) => status === 201).length;
    const [{ tickets, vehicles }] = (await rows(
      `select (select count(*) from service_tickets where customer_id = ?1) tickets,
        (select count(*) from vehicles where customer_id = ?1 and id not in (select vehicle_id from service_tickets where vehicle_id is not null)) vehicles`,
      kept.id,
    )) as [{ tickets: number; vehicles: number }];
    expect(tickets + vehicles).toBe(done);
    expect(
      await rows("select 1 from service_tickets where customer_id = ?1 union select 1 from vehicles where customer_id = ?1", other.id),
    ).toEqual([]);
    expect(await brokenRules(env.DB)).toEqual({});
  });
});

describe("POST /vehicles/{id}/merge", () => {
  it("moves the tickets, keeps what is known, takes the VIN and the higher mileage, and points on", async () => {
    const { token } = await aMechanic();
    const owner = await walkIn(token);
    const plate = { license_plate: `AB ${unique()}`, color: "red", mileage: 9_000, customer_id: owner.id };
    const kept = (await client.post("/vehicles", plate, { token })).body;
    const other = (
      await client.post(
        "/vehicles",
        { vin: aVin(), make: "Fiat", model: "Uno", year: 1990, mileage: 8_000, customer_id: owner.id },
        { token },
      )
    ).body;
    const ticket = await ticketOf(token, { customer_id: owner.id, vehicle_id: other.id });
    const { status, body } = await client.post(`/vehicles/${kept.id}/merge`, { from_id: other.id }, { token });
    expect([status, body]).toMatchObject([
      200,
      { id: kept.id, vin: other.vin, make: "Fiat", color: "red", mileage: 9_000, license_plate: plate.license_plate },
    ]);
    expect((await client.get(`/service-tickets/${ticket.id}`, { token })).body).toMatchObject({ vehicle_id: kept.id, VIN: other.vin });
    expect((await client.get(`/vehicles/${other.id}`, { token })).body).toMatchObject({ code: "merged", merged_into: kept.id });
    const found = await client.get(`/vehicles?q=${other.vin}`, { token });
    expect(found.body.vehicles.map(({ id }: { id: number }) => id)).toEqual([kept.id]);
    expect(await brokenRules()).toEqual({});
  });

  it("refuses vehicles of two customers, and customers", async () => {
    const { token } = await aMechanic();
    const [one, two] = [await aCustomer(), await aCustomer()];
    const [here, there] = [await aVehicle(one.id), await aVehicle(two.id)];
    expect((await client.post(`/vehicles/${here.id}/merge`, { from_id: there.id }, { token })).body.code).toBe("vehicle_of_other_customer");
    expect((await client.post(`/vehicles/${here.id}/merge`, { from_id: there.id }, { token: one.token })).body.code).toBe("forbidden");
  });
});
