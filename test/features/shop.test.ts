import { afterEach, describe, expect, it } from "vitest";
import { checkShopDay, onShopDay, type ShopDay } from "../../src/db/shop-day.ts";
import { attempt } from "../support/attacks.ts";
import { clock, createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, type Person, rows } from "../support/people.ts";
import { aTax, aVehicle } from "../support/shop.ts";

const client = createClient();
const AT = new Date(clock.now).toISOString();

const places = (body: { errors: { pointer: string }[] }) => body.errors.map(({ pointer }) => pointer).sort();
const audited = () => rows("select count(*) as n from audit_log");

describe("the shop", () => {
  const PLAIN = {
    name: "Mechanic Shop",
    time_zone: "UTC",
    currency: "USD",
    labor_rate: 75,
    payment_terms_days: 0,
    estimate_valid_days: 30,
  };
  const EMPTY = [
    "legal_name",
    "address",
    "phone",
    "email",
    "registration_number",
    "tax_number",
    "epa_number",
    "estimate_text",
    "invoice_text",
  ];
  const reset = { ...PLAIN, authorization: "posting", ...Object.fromEntries(EMPTY.map((name) => [name, null])) };

  afterEach(async () => {
    await client.put("/shop", reset, { token: (await anAdmin()).token });
  });

  it("is there from the start, with plain defaults, for staff", async () => {
    const { status, body } = await client.get("/shop", { token: (await aMechanic()).token });
    expect(status).toBe(200);
    const { updated_at: _, ...plain } = body;
    expect(plain).toEqual(reset);
    expect((await client.get("/shop")).status).toBe(401);
    expect((await client.get("/shop", { token: (await aCustomer()).token })).status).toBe(403);
  });

  it("is changed by admins in the given fields only, with what it was and what it is in the audit log", async () => {
    const { token, userId } = await anAdmin();
    const filled = {
      legal_name: "Example Garage LLC",
      address: "1 Garage Lane\nSpringfield",
      phone: "+1 555 0100",
      email: "Garage@Example.com",
      registration_number: "ARD 1",
      tax_number: "00-1",
      epa_number: "XXD0",
      time_zone: "America/Chicago",
      currency: "CAD",
      labor_rate: 120.5,
      payment_terms_days: 14,
      estimate_valid_days: 7,
      authorization: "work",
      estimate_text: "Parts are kept.",
      invoice_text: "Thank you.",
    };
    const { status, body, headers } = await client.patch("/shop", filled, { token });
    expect(status).toBe(200);
    expect(body).toEqual({ name: "Mechanic Shop", ...filled, email: "garage@example.com", updated_at: AT });
    expect((await client.get("/shop", { token })).body).toEqual(body);
    expect((await client.put("/shop", { epa_number: null }, { token })).body).toEqual({ ...body, epa_number: null });
    const [filling, clearing] = (await auditOf("shop", 1)).slice(-2);
    expect(filling).toMatchObject({ action: "shop.updated", user_id: userId, request_id: headers.get("X-Request-Id") });
    expect(JSON.parse(filling?.before ?? "")).toMatchObject({ authorization: "posting", labor_rate: 7_500, time_zone: "UTC" });
    expect(JSON.parse(filling?.after ?? "")).toMatchObject({ authorization: "work", labor_rate: 12_050, time_zone: "America/Chicago" });
    expect([clearing?.before, clearing?.after].map((image) => JSON.parse(image ?? ""))).toEqual([
      { epa_number: "XXD0" },
      { epa_number: null },
    ]);
  });

  it("is not changed by mechanics", async () => {
    for (const send of [client.put, client.patch])
      expect((await send("/shop", { labor_rate: 1 }, { token: (await aMechanic()).token })).status).toBe(403);
  });

  it.each([
    ["time_zone", "America/Nowhere"],
    ["time_zone", "+05:30"],
    ["time_zone", ""],
    ["currency", "usd"],
    ["currency", "XQQ"],
    ["currency", "EURO"],
    ["currency", "JPY"],
    ["email", "nobody"],
    ["phone", "12"],
    ["name", null],
    ["name", " "],
    ["labor_rate", -1],
    ["labor_rate", 1.005],
    ["labor_rate", 10_000_000],
    ["payment_terms_days", 366],
    ["payment_terms_days", -1],
    ["estimate_valid_days", 0],
    ["estimate_valid_days", 1.5],
    ["authorization", "never"],
    ["estimate_text", "x".repeat(2_001)],
    ["registration_number", "x".repeat(61)],
  ])("refuses %s %j with its place and one reason, and writes nothing", async (name, value) => {
    const { token } = await anAdmin();
    const before = [await rows("select * from shop"), await audited()];
    const { status, body } = await client.patch("/shop", { [name]: value }, { token });
    expect(status).toBe(422);
    expect(places(body)).toEqual([`/body/${name}`]);
    expect([await rows("select * from shop"), await audited()]).toEqual(before);
  });

  it("takes every currency with two decimals and every zone of the IANA database that is asked for", async () => {
    const { token } = await anAdmin();
    for (const currency of ["EUR", "GBP", "HUF", "MXN"])
      expect((await client.patch("/shop", { currency }, { token })).body).toMatchObject({ currency });
    for (const time_zone of ["Asia/Kolkata", "Etc/GMT+6", "America/Argentina/Buenos_Aires"])
      expect((await client.patch("/shop", { time_zone }, { token })).body).toMatchObject({ time_zone });
  });

  it("compares versions: of two admins who read the same shop, the second is told", async () => {
    const { token } = await anAdmin();
    const etag = (await client.get("/shop", { token })).headers.get("ETag") ?? "";
    const headers = { "If-Match": etag };
    expect((await client.patch("/shop", { labor_rate: 80 }, { token, headers })).status).toBe(200);
    const late = await client.patch("/shop", { labor_rate: 90 }, { token, headers });
    expect([late.status, late.body.code]).toEqual([412, "precondition_failed"]);
    expect((await client.get("/shop", { token })).body.labor_rate).toBe(80);
    expect((await client.get("/shop", { token, headers: { "If-None-Match": etag } })).status).toBe(200);
  });

  it("is changed once by a request that comes twice with one key", async () => {
    const { token } = await anAdmin();
    const options = { token, headers: { "Idempotency-Key": "shop-once" } };
    const [{ version } = { version: 0 }] = await rows<{ version: number }>("select version from shop");
    const first = await client.patch("/shop", { labor_rate: 81 }, options);
    expect((await client.patch("/shop", { labor_rate: 81 }, options)).body).toEqual(first.body);
    expect(await rows("select version from shop")).toEqual([{ version: version + 1 }]);
    expect((await client.patch("/shop", { labor_rate: 82 }, options)).body.code).toBe("idempotency_key_reused");
  });

  it("stays one row, whatever is tried", async () => {
    expect(await attempt("delete from shop")).toBe("conflict");
    expect(await attempt("update shop set id = 2")).toBe("CHECK");
    for (const way of ["insert", "insert or replace"]) {
      expect(await attempt(`${way} into shop (id, name, created_at, updated_at) values (1, 'x', 'x', 'x')`)).toBe("conflict");
      expect(await attempt(`${way} into shop (id, name, created_at, updated_at) values (2, 'x', 'x', 'x')`)).toBe("CHECK");
    }
    expect(await rows("select id, name from shop")).toEqual([{ id: 1, name: "Mechanic Shop" }]);
  });

  it("has the day of its zone from the next request on, also where the isolate knew another one", async () => {
    const { token } = await anAdmin();
    const dayOf = (now: string): Promise<string> =>
      onShopDay(testDeps().primary(), now, async (day: ShopDay) => {
        const [found] = await rows<{ time_zone: string }>("select time_zone from shop");
        checkShopDay(day, found?.time_zone ?? "");
        return day.date;
      });
    const night = "2026-12-31T23:30:00.000Z";
    expect(await dayOf(night)).toBe("2026-12-31");
    await client.patch("/shop", { time_zone: "Pacific/Auckland" }, { token });
    expect(await dayOf(night)).toBe("2027-01-01");
    await client.patch("/shop", { time_zone: "America/Los_Angeles" }, { token });
    expect(await dayOf("2027-01-01T07:59:59.999Z")).toBe("2026-12-31");
    expect(await dayOf("2027-01-01T08:00:00.000Z")).toBe("2027-01-01");
  });
});

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
