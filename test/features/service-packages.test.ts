import { describe, expect, it } from "vitest";
import { clock, createClient } from "../support/client.ts";
import { aCustomer, aMechanic, auditOf, rows, unique } from "../support/people.ts";
import { ABSENT, aBody, FEE, LABOR, linesOf } from "../support/service-packages.ts";
import { aPackage, aPart } from "../support/shop.ts";

const client = createClient();
const AT = new Date(clock.now).toISOString();

const everything = async () => [
  await rows("select * from service_packages"),
  await rows("select * from service_package_lines"),
  await rows("select * from audit_log"),
  await rows("select rowid from service_packages_search"),
];
const places = (body: { errors: { pointer: string }[] }) => body.errors.map(({ pointer }) => pointer).sort();

describe("POST /service-packages", () => {
  it("adds a package with its lines in their order, as they were sent, in one audited write", async () => {
    const { token, userId } = await aMechanic();
    const input = await aBody();
    const { status, body, headers } = await client.post("/service-packages", input, { token });
    expect(status).toBe(201);
    expect(headers.get("Location")).toBe(`/service-packages/${body.id}`);
    const lines = input.lines.map((line) => ({ ...ABSENT, ...line }));
    expect(body).toEqual({ id: body.id, ...input, lines, created_at: AT, updated_at: AT });
    expect((await client.get(`/service-packages/${body.id}`, { token })).body).toEqual(body);
    expect(await linesOf(body.id)).toMatchObject([
      { position: 1, quantity: 1_500, taxable: 1 },
      { position: 2, quantity: 2_000, discount_percent: 125_000 },
      { position: 3, quantity: 1_000, unit_price: 450, taxable: 0 },
    ]);
    const [entry, ...others] = await auditOf("service_package", body.id);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ action: "service_package.created", before: null, user_id: userId });
    expect(JSON.parse(entry?.after ?? "")).toMatchObject({
      name: input.name,
      lines: [
        { position: 1, kind: "labor", quantity: 1.5, taxable: true },
        { position: 2, kind: "part", quantity: 2, discount_percent: 12.5, discount_value: null },
        { position: 3, kind: "fee", unit_price: 450, taxable: false },
      ],
    });
  });

  it("takes lines of every kind: a flat amount, an amount off, a sublet with its cost, what the customer brings", async () => {
    const { token } = await aMechanic();
    const lines = [
      { kind: "labor", description: "Flat job", quantity: 0.5, flat_amount: 99 },
      { kind: "sublet", description: "Machine the rotors", provider: "Rotor Works", quantity: 1, unit_price: 80, unit_cost: 55.5 },
      { kind: "part", description: "Their own pads", condition: "customer_supplied", quantity: 1, unit_price: 0 },
      {
        kind: "part",
        description: "Rebuilt caliper",
        part_number: "C-1",
        condition: "rebuilt",
        quantity: 1,
        unit_price: 119,
        unit_cost: 70,
      },
      { kind: "fee", fee_kind: "towing", description: "Tow", quantity: 1, flat_amount: 75, discount: { amount: 75 } },
    ];
    const { status, body } = await client.post("/service-packages", await aBody({ lines, category: null, note: undefined }), { token });
    expect(status).toBe(201);
    expect(body).toMatchObject({ category: null, note: null, lines });
  });

  it.each([
    ["quantity", { ...LABOR, quantity: 0 }],
    ["quantity", { ...LABOR, quantity: -1 }],
    ["quantity", { ...LABOR, quantity: 1.0005 }],
    ["unit_price", { ...LABOR, unit_price: 1.005 }],
    ["unit_price", { ...LABOR, unit_price: -1 }],
    ["unit_price", { ...LABOR, unit_price: 10_000_000 }],
    ["flat_amount", { ...LABOR, unit_price: 1, flat_amount: 1 }],
    ["kind", { ...LABOR, kind: "labour" }],
    ["description", { kind: "labor", quantity: 1 }],
    ["description", { ...LABOR, description: "x".repeat(301) }],
    ["inventory_id", { ...LABOR, inventory_id: 1 }],
    ["part_number", { ...FEE, part_number: "P" }],
    ["condition", { ...LABOR, condition: "new" }],
    ["condition", { kind: "part", description: "Pads", quantity: 1, unit_price: 5 }],
    ["condition", { kind: "part", description: "Pads", quantity: 1, unit_price: 5, condition: "shiny" }],
    ["inventory_id", { kind: "part", inventory_id: 1, quantity: 1, condition: "customer_supplied" }],
    ["unit_price", { kind: "part", description: "Pads", quantity: 1, condition: "new" }],
    ["unit_price", { kind: "sublet", description: "Machining", quantity: 1 }],
    ["fee_kind", { kind: "fee", description: "Waste", quantity: 1, unit_price: 1 }],
    ["fee_kind", { ...LABOR, fee_kind: "other" }],
    ["provider", { ...LABOR, provider: "Somebody" }],
    ["unit_cost", { ...LABOR, unit_cost: 1 }],
    ["discount", { ...LABOR, discount: {} }],
    ["discount", { ...LABOR, discount: { percent: 1, amount: 1 } }],
    ["discount/percent", { ...LABOR, discount: { percent: 100.5 } }],
    ["discount/percent", { ...LABOR, discount: { percent: 0.00001 } }],
    ["discount/amount", { ...LABOR, discount: { amount: -1 } }],
    ["discount/amount", { ...LABOR, discount: { amount: 0 } }],
    ["mechanic_id", { ...LABOR, mechanic_id: 1 }],
  ])("refuses a wrong %s of a line at its place, and writes nothing", async (field, line) => {
    const { token } = await aMechanic();
    const before = await everything();
    const { status, body } = await client.post("/service-packages", { name: "Brakes", lines: [LABOR, line] }, { token });
    expect(status).toBe(422);
    expect(places(body)).toEqual([`/body/lines/1/${field}`]);
    expect(await everything()).toEqual(before);
  });

  it.each([
    ["/body/lines", { lines: [] }],
    ["/body/lines", { lines: undefined }],
    ["/body/name", { name: " " }],
    ["/body/name", { name: "x".repeat(121) }],
    ["/body/price", { price: 1 }],
  ])("refuses a body that is wrong at %s", async (place, fields) => {
    const { status, body } = await client.post("/service-packages", await aBody(fields), { token: (await aMechanic()).token });
    expect([status, places(body)]).toEqual([422, [place]]);
  });

  it("takes 50 lines of the greatest length, also in JSON that escapes every letter, and not one more", async () => {
    const { token } = await aMechanic();
    const long = (max: number) => "é".repeat(max);
    const sublet = {
      kind: "sublet",
      description: long(300),
      provider: long(120),
      quantity: 1_000_000,
      unit_price: 9.99,
      unit_cost: 9_999_999.99,
    };
    const of = (lines: number) => ({
      name: long(120),
      category: long(60),
      note: long(2_000),
      lines: Array.from({ length: lines }, () => sublet),
    });
    const escaped = JSON.stringify(of(50)).replaceAll("é", "\\u00e9");
    const { status, body } = await client.send("post", "/service-packages", { token, body: escaped });
    expect([status, body.lines]).toEqual([201, of(50).lines.map((line) => ({ ...ABSENT, ...line }))]);
    const { body: refused } = await client.put(`/service-packages/${body.id}`, { lines: of(51).lines }, { token });
    expect(places(refused)).toEqual(["/body/lines"]);
  });

  it("refuses a part that is not there, half a piece, a line over the cap and more off than it costs, and writes nothing", async () => {
    const { token } = await aMechanic();
    const part = await aPart();
    const before = await everything();
    const refused = [
      [{ kind: "part", inventory_id: 77_777, condition: "new", quantity: 1 }, "reference_not_found"],
      [{ kind: "part", inventory_id: part.id, condition: "new", quantity: 0.5 }, "whole_units_only"],
      [{ ...LABOR, quantity: 1_000_000, unit_price: 9_999_999.99 }, "amount_too_large"],
      [{ ...LABOR, quantity: 100_000.001, unit_price: 100 }, "amount_too_large"],
      [{ ...LABOR, unit_price: 100, discount: { amount: 150.01 } }, "discount_too_large"],
      [{ ...LABOR, flat_amount: 100, discount: { amount: 100.01 } }, "discount_too_large"],
    ] as const;
    for (const [line, code] of refused) {
      const { status, body } = await client.post("/service-packages", { name: "Brakes", lines: [LABOR, line] }, { token });
      expect([status, body.code]).toEqual([422, code]);
      if (code === "reference_not_found") expect(body).toMatchObject({ entity: "part", id: 77_777 });
    }
    expect(await everything()).toEqual(before);
  });

  it("is for staff only, and one package for one Idempotency-Key", async () => {
    const input = await aBody();
    expect((await client.post("/service-packages", input)).status).toBe(401);
    expect((await client.post("/service-packages", input, { token: (await aCustomer()).token })).status).toBe(403);
    const options = { token: (await aMechanic()).token, headers: { "Idempotency-Key": "package-once" } };
    const first = await client.post("/service-packages", input, options);
    expect((await client.post("/service-packages", input, options)).body).toEqual(first.body);
    expect(await rows("select count(*) as n from service_packages where name = ?", input.name)).toEqual([{ n: 1 }]);
  });
});

describe("GET /service-packages", () => {
  const idsOf = (body: { service_packages: { id: number }[] }) => body.service_packages.map(({ id }) => id);

  it("finds by the beginnings of words of name and category, and by what was changed, without lines", async () => {
    const { token } = await aMechanic();
    const mark = `zq${unique()}x`;
    const { body: made } = await client.post("/service-packages", await aBody({ name: `Öil ${mark} Change`, category: "Oil Service" }), {
      token,
    });
    for (const q of [mark, `oil ${mark}`, `${mark} chan serv`, mark.toUpperCase()]) {
      const { body } = await client.get(`/service-packages?q=${encodeURIComponent(q)}`, { token });
      expect(idsOf(body), q).toEqual([made.id]);
      expect(body.service_packages[0]).not.toHaveProperty("lines");
    }
    await client.patch(`/service-packages/${made.id}`, { name: "Renamed" }, { token });
    expect(idsOf((await client.get(`/service-packages?q=${mark}`, { token })).body)).toEqual([]);
    await client.delete(`/service-packages/${made.id}`, { token });
    expect(idsOf((await client.get("/service-packages?q=renamed", { token })).body)).toEqual([]);
    expect(await rows("select rowid from service_packages_search where rowid = ?", made.id)).toEqual([]);
  });

  it("narrows by category in any case, pages, sorts and tells how many there are", async () => {
    const { token } = await aMechanic();
    const category = `Category ${unique()}`;
    const part = await aPart();
    const add = async (name: string) =>
      (await client.post("/service-packages", await aBody({ name, category }), { token })).body.id as number;
    const [b, a] = [await add("b"), await add("A")];
    await aPackage(part);
    const { body } = await client.get(`/service-packages?category=${encodeURIComponent(category.toUpperCase())}`, { token });
    expect(idsOf(body)).toEqual([b, a]);
    expect(body.pagination).toMatchObject({ total_items: 2, total_exact: true });
    const all = await client.get("/service-packages?per_page=100&sort=name", { token });
    const ids = idsOf(all.body);
    expect(ids.indexOf(a)).toBeLessThan(ids.indexOf(b));
    expect(all.body.pagination.total_items).toBe(ids.length);
    expect(await rows("select value from counters where name = 'service_packages'")).toEqual([{ value: ids.length }]);
  });

  it("is for staff only", async () => {
    expect((await client.get("/service-packages", { token: (await aCustomer()).token })).status).toBe(403);
    expect((await client.get("/service-packages")).status).toBe(401);
  });
});
