import { afterEach, describe, expect, it } from "vitest";
import { attempt } from "../support/attacks.ts";
import { clock, createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, type Person, rows } from "../support/people.ts";
import { aTax, aVehicle } from "../support/shop.ts";

const client = createClient();
const AT = new Date(clock.now).toISOString();

const places = (body: { errors: { pointer: string }[] }) => body.errors.map(({ pointer }) => pointer).sort();
const audited = () => rows("select count(*) as n from audit_log");

describe("taxes", () => {
  const SALES = { name: "Sales tax", rate: 9.25, applies_to: ["part"], valid_from: "2026-01-01" };
  let admin: Person | undefined;
  const asAdmin = async () => {
    admin ??= await anAdmin();
    return { token: admin.token };
  };
  const anAddedTax = async (fields: object = {}) => (await client.post("/taxes", { ...SALES, ...fields }, await asAdmin())).body;

  afterEach(async () => {
    await rows("delete from taxes");
  });

  it("are added by admins, read by staff, changed in the given fields and deleted, each time audited", async () => {
    const { status, body, headers } = await client.post("/taxes", SALES, await asAdmin());
    expect(status).toBe(201);
    expect(headers.get("Location")).toBe(`/taxes/${body.id}`);
    expect(body).toEqual({ id: body.id, ...SALES, valid_until: null, created_at: AT, updated_at: AT });
    expect(await rows("select rate, applies_to from taxes")).toEqual([{ rate: 92_500, applies_to: '["part"]' }]);
    const { token } = await aMechanic();
    expect((await client.get(`/taxes/${body.id}`, { token })).body).toEqual(body);
    const changed = { ...body, rate: 9.975, applies_to: ["part", "labor"] };
    expect((await client.patch(`/taxes/${body.id}`, { rate: 9.975, applies_to: ["part", "labor"] }, await asAdmin())).body).toEqual(
      changed,
    );
    expect((await client.put(`/taxes/${body.id}`, { valid_until: "2026-12-31" }, await asAdmin())).body).toEqual({
      ...changed,
      valid_until: "2026-12-31",
    });
    expect((await client.delete(`/taxes/${body.id}`, await asAdmin())).status).toBe(200);
    expect((await client.get(`/taxes/${body.id}`, { token })).status).toBe(404);
    const log = await auditOf("tax", body.id);
    expect(log.map(({ action }) => action)).toEqual(["tax.created", "tax.updated", "tax.updated", "tax.deleted"]);
    expect(JSON.parse(log[0]?.after ?? "")).toMatchObject({ rate: 9.25, applies_to: ["part"], valid_until: null });
    expect(JSON.parse(log[1]?.after ?? "")).toEqual({ rate: 9.975, applies_to: ["part", "labor"] });
  });

  it("are listed page by page with their number, under each of their sorts", async () => {
    const ids = [
      await aTax({ valid_from: "2026-03-01" }),
      await aTax({ valid_from: "2026-01-01" }),
      await aTax({ valid_from: "2026-02-01" }),
    ];
    const { token } = await aMechanic();
    const idsOf = async (query: string) => (await client.get(`/taxes?${query}`, { token })).body.taxes.map(({ id }: { id: number }) => id);
    expect(await idsOf("")).toEqual(ids);
    expect(await idsOf("sort=valid_from")).toEqual([ids[1], ids[2], ids[0]]);
    const first = (await client.get("/taxes?per_page=2", { token })).body;
    expect(first.pagination).toMatchObject({ total_items: 3, total_exact: true });
    expect(await idsOf(`per_page=2&cursor=${first.pagination.next_cursor}`)).toEqual([ids[2]]);
  });

  it.each([
    ["rate", 0],
    ["rate", -1],
    ["rate", 100.1],
    ["rate", 9.12345],
    ["rate", "9"],
    ["applies_to", []],
    ["applies_to", ["part", "part"]],
    ["applies_to", "part"],
    ["valid_from", "2026-02-30"],
    ["valid_until", "2025-12-31"],
    ["name", ""],
    ["unknown", 1],
  ])("refuse %s %j at its place, when they are added, and write nothing", async (name, value) => {
    const before = await audited();
    const { status, body } = await client.post("/taxes", { ...SALES, [name]: value }, await asAdmin());
    expect(status).toBe(422);
    expect(places(body)).toEqual([`/body/${name}`]);
    expect([await rows("select * from taxes"), await audited()]).toEqual([[], before]);
  });

  it("refuse an unknown kind at its place in the list", async () => {
    const { body } = await client.post("/taxes", { ...SALES, applies_to: ["part", "parts"] }, await asAdmin());
    expect(places(body)).toEqual(["/body/applies_to/1"]);
  });

  it("never end before they begin, also when only one of the days is changed", async () => {
    const { id } = await anAddedTax({ valid_until: "2026-06-30" });
    const both = await client.patch(`/taxes/${id}`, { valid_from: "2026-05-01", valid_until: "2026-04-30" }, await asAdmin());
    expect([both.status, places(both.body)]).toEqual([422, ["/body/valid_until"]]);
    for (const change of [{ valid_from: "2026-07-01" }, { valid_until: "2025-12-31" }]) {
      const { status, body } = await client.patch(`/taxes/${id}`, change, await asAdmin());
      expect([status, body.code]).toEqual([422, "invalid_period"]);
    }
    expect((await client.patch(`/taxes/${id}`, { valid_until: "2026-01-01" }, await asAdmin())).status).toBe(200);
    expect(await attempt("update taxes set valid_until = '2025-01-01'")).toBe("CHECK");
  });

  it("are 50 at most, also when they are added at once", async () => {
    for (let n = 0; n < 47; n += 1) await aTax();
    const answers = await Promise.all(Array.from({ length: 6 }, async () => client.post("/taxes", SALES, await asAdmin())));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe("too_many_taxes");
    expect(await rows("select count(*) as n, (select value from counters where name = 'taxes') as counted from taxes")).toEqual([
      { n: 50, counted: 50 },
    ]);
  });

  it("compare versions", async () => {
    const { id } = await anAddedTax();
    const etag = (await client.get(`/taxes/${id}`, await asAdmin())).headers.get("ETag") ?? "";
    const options = { ...(await asAdmin()), headers: { "If-Match": etag } };
    expect((await client.patch(`/taxes/${id}`, { rate: 5 }, options)).status).toBe(200);
    expect((await client.patch(`/taxes/${id}`, { rate: 6 }, options)).status).toBe(412);
    expect((await client.delete(`/taxes/${id}`, options)).status).toBe(412);
  });

  it("keep their rules against SQL past the app", async () => {
    const id = await aTax();
    expect(await attempt(`update taxes set id = ${id + 1_000}`)).toBe("conflict");
    expect(await attempt(`insert or replace into taxes select * from taxes where id = ${id}`)).toBe("conflict");
    for (const kinds of ['["parts"]', '["part","part"]']) {
      expect(await attempt(`update taxes set applies_to = '${kinds}'`)).toBe("conflict");
      await expect(aTax({ applies_to: kinds })).rejects.toThrow("taxes_kinds_known");
    }
    expect(await attempt("update taxes set applies_to = '[]'")).toBe("CHECK");
  });
});

describe("the tax exemption of a customer", () => {
  const RESALE = { reason: "Resale", certificate: "RC-1", until: "2027-12-31" };

  it("is said and ended by admins, is part of the customer wherever they are shown, and audited", async () => {
    const [{ token, userId }, person] = [await anAdmin(), await aCustomer()];
    expect((await client.get(`/customers/${person.id}`, { token })).body.tax_exemption).toBeNull();
    const { status, body } = await client.put(`/customers/${person.id}/tax-exemption`, RESALE, { token });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: person.id, tax_exemption: RESALE });
    expect((await client.get(`/customers/${person.id}`, { token: person.token })).body.tax_exemption).toEqual(RESALE);
    const listed = (await client.get("/customers?per_page=100", { token })).body.customers;
    expect(listed.find(({ id }: { id: number }) => id === person.id).tax_exemption).toEqual(RESALE);
    const forEver = await client.put(`/customers/${person.id}/tax-exemption`, { reason: "Church", certificate: "C-9" }, { token });
    expect(forEver.body.tax_exemption).toEqual({ reason: "Church", certificate: "C-9", until: null });
    expect((await client.delete(`/customers/${person.id}/tax-exemption`, { token })).body.tax_exemption).toBeNull();
    expect((await client.delete(`/customers/${person.id}/tax-exemption`, { token })).status).toBe(200);
    const log = await auditOf("customer", person.id);
    expect(log.map(({ action }) => action)).toEqual(Array.from({ length: 4 }, () => "customer.updated"));
    expect(JSON.parse(log[0]?.after ?? "")).toEqual({
      tax_exempt_reason: "Resale",
      tax_exempt_certificate: "RC-1",
      tax_exempt_until: "2027-12-31",
    });
    expect(JSON.parse(log[2]?.after ?? "")).toEqual({ tax_exempt_reason: null, tax_exempt_certificate: null });
    expect(log[0]?.user_id).toBe(userId);
  });

  it("is not for mechanics or the customer to say, nor a field of the customer that can be sent", async () => {
    const person = await aCustomer();
    const path = `/customers/${person.id}/tax-exemption`;
    for (const { token } of [await aMechanic(), person]) {
      expect((await client.put(path, RESALE, { token })).status).toBe(403);
      expect((await client.delete(path, { token })).status).toBe(403);
    }
    const sent = await client.patch(`/customers/${person.id}`, { tax_exemption: RESALE }, { token: (await anAdmin()).token });
    expect(sent.status).toBe(422);
    expect(await rows("select tax_exempt_reason from customers where id = ?", person.id)).toEqual([{ tax_exempt_reason: null }]);
  });

  it.each([
    ["reason", undefined],
    ["certificate", undefined],
    ["reason", ""],
    ["certificate", "x".repeat(61)],
    ["until", "2027-02-29"],
  ])("refuses %s %j", async (name, value) => {
    const [{ token }, person] = [await anAdmin(), await aCustomer()];
    const { status, body } = await client.put(`/customers/${person.id}/tax-exemption`, { ...RESALE, [name]: value }, { token });
    expect([status, places(body)]).toEqual([422, [`/body/${name}`]]);
  });

  it("compares versions, and is not said of somebody who is not there", async () => {
    const [{ token }, person] = [await anAdmin(), await aCustomer()];
    const path = `/customers/${person.id}/tax-exemption`;
    const headers = { "If-Match": (await client.get(`/customers/${person.id}`, { token })).headers.get("ETag") ?? "" };
    expect((await client.put(path, RESALE, { token, headers })).status).toBe(200);
    expect((await client.put(path, RESALE, { token, headers })).status).toBe(412);
    expect((await client.delete(path, { token, headers })).status).toBe(412);
    expect((await client.put("/customers/77777/tax-exemption", RESALE, { token })).status).toBe(404);
  });

  it("is forgotten with the person, and said of them no more", async () => {
    const [{ token }, person] = [await anAdmin(), await aCustomer()];
    await client.put(`/customers/${person.id}/tax-exemption`, { ...RESALE, certificate: "SECRET-7" }, { token });
    expect((await client.get(`/customers/${person.id}/export`, { token })).body.customer[0].tax_exemption.certificate).toBe("SECRET-7");
    expect((await client.post(`/customers/${person.id}/erase`, {}, { token })).status).toBe(200);
    expect((await client.get(`/customers/${person.id}`, { token })).body.tax_exemption).toBeNull();
    expect(await rows("select id from audit_log where concat(before, after) like '%SECRET-7%'")).toEqual([]);
    expect(await rows("select id from customers where tax_exempt_certificate is not null and id = ?", person.id)).toEqual([]);
    const again = await client.put(`/customers/${person.id}/tax-exemption`, RESALE, { token });
    expect([again.status, again.body.code]).toEqual([409, "customer_erased"]);
  });

  it("is kept by a merge, else taken whole from the other record", async () => {
    const { token } = await anAdmin();
    const walkIn = async () => (await client.post("/customers", { name: "Walk-in", phone: "+1 555 0100" }, { token })).body.id as number;
    const exempt = (id: number, exemption: object) => client.put(`/customers/${id}/tax-exemption`, exemption, { token });
    const merged = async (id: number, from_id: number) =>
      (await client.post(`/customers/${id}/merge`, { from_id }, { token })).body.tax_exemption;
    const [lacking, having, keeping, other] = [await walkIn(), await walkIn(), await walkIn(), await walkIn()];
    await exempt(having, RESALE);
    expect(await merged(lacking, having)).toEqual(RESALE);
    await exempt(keeping, { reason: "Church", certificate: "C-9" });
    await exempt(other, RESALE);
    expect(await merged(keeping, other)).toEqual({ reason: "Church", certificate: "C-9", until: null });
    expect(await merged(lacking, keeping)).toEqual(RESALE);
  });
});

it("nobody's vehicle or ticket shows the exemption of its owner", async () => {
  const [{ token }, person] = [await anAdmin(), await aCustomer()];
  const vehicle = await aVehicle(person.id);
  await client.put(`/customers/${person.id}/tax-exemption`, { reason: "Resale", certificate: "HIDDEN-1" }, { token });
  const ticket = await client.post(
    "/service-tickets",
    { customer_id: person.id, vehicle_id: vehicle.id, service_desc: "Oil", service_date: "2026-11-24" },
    { token },
  );
  expect(JSON.stringify(ticket.body)).not.toContain("HIDDEN-1");
});
