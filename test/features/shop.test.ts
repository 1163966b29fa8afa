import { afterEach, describe, expect, it } from "vitest";
import { checkShopDay, onShopDay, type ShopDay } from "../../src/db/shop-day.ts";
import { attempt } from "../support/attacks.ts";
import { clock, createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, rows } from "../support/people.ts";

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
    paper: "letter",
    locale: "en-US",
    mail_receipts: false,
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
    "reminder_hours",
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
      paper: "a4",
      locale: "fr-CA",
      mail_receipts: true,
      reminder_hours: 24,
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
