import { describe, expect, it } from "vitest";
import { attempt } from "../support/attacks.ts";
import { clock, createClient } from "../support/client.ts";
import { aCustomer, aMechanic, auditOf, insert as insertRow, rows, unique } from "../support/people.ts";
import { aPackage, aPart } from "../support/shop.ts";

const client = createClient();
const AT = new Date(clock.now).toISOString();

const LABOR = { kind: "labor", description: "Replace front pads", quantity: 1.5 };
const FEE = { kind: "fee", fee_kind: "hazardous_waste", description: "Brake fluid disposal", quantity: 1, unit_price: 4.5, taxable: false };
const ABSENT = {
  description: null,
  inventory_id: null,
  part_number: null,
  condition: null,
  fee_kind: null,
  provider: null,
  unit_price: null,
  flat_amount: null,
  unit_cost: null,
  discount: null,
  taxable: true,
};

const aBody = async (fields: object = {}) => {
  const part = await aPart();
  const pads = { kind: "part", inventory_id: part.id, condition: "new", quantity: 2, discount: { percent: 12.5 } };
  return { name: `Front brakes ${unique()}`, category: "Brakes", note: "With a test drive", lines: [LABOR, pads, FEE], ...fields };
};

const linesOf = (id: number) => rows("select * from service_package_lines where service_package_id = ? order by position", id);
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

describe("PUT and PATCH /service-packages/{id}", () => {
  it("change the given fields only, and take all lines for those that are sent", async () => {
    const { token } = await aMechanic();
    const { body: made } = await client.post("/service-packages", await aBody(), { token });
    const renamed = await client.patch(`/service-packages/${made.id}`, { name: "Brakes, front" }, { token });
    expect(renamed.body).toEqual({ ...made, name: "Brakes, front" });
    const lines = [FEE, { ...LABOR, quantity: 2 }];
    const put = await client.put(`/service-packages/${made.id}`, { lines }, { token });
    expect(put.body).toEqual({ ...made, name: "Brakes, front", lines: lines.map((line) => ({ ...ABSENT, ...line })) });
    expect(await linesOf(made.id)).toHaveLength(2);
    const [, , entry] = await auditOf("service_package", made.id);
    expect(
      JSON.parse(entry?.before ?? "")
        .lines.map(({ kind }: { kind: string }) => kind)
        .sort(),
    ).toEqual(["fee", "labor", "part"]);
    expect(
      JSON.parse(entry?.after ?? "")
        .lines.map(({ kind }: { kind: string }) => kind)
        .sort(),
    ).toEqual(["fee", "labor"]);
  });

  it("leave the lines that were there when one of the new ones is refused", async () => {
    const { token } = await aMechanic();
    const { body: made } = await client.post("/service-packages", await aBody(), { token });
    const lines = [LABOR, { kind: "part", inventory_id: 77_777, condition: "new", quantity: 1 }];
    expect((await client.put(`/service-packages/${made.id}`, { lines }, { token })).body.code).toBe("reference_not_found");
    expect((await client.put(`/service-packages/${made.id}`, { lines: [] }, { token })).status).toBe(422);
    expect((await client.put(`/service-packages/${made.id}`, {}, { token })).status).toBe(422);
    expect((await client.get(`/service-packages/${made.id}`, { token })).body).toEqual(made);
  });

  it("compare versions, and answer 404 where there is none", async () => {
    const { token } = await aMechanic();
    const { body: made, headers } = await client.post("/service-packages", await aBody(), { token });
    const options = { token, headers: { "If-Match": headers.get("ETag") ?? "" } };
    expect((await client.patch(`/service-packages/${made.id}`, { note: "a" }, options)).status).toBe(200);
    expect((await client.patch(`/service-packages/${made.id}`, { note: "b" }, options)).status).toBe(412);
    expect((await client.delete(`/service-packages/${made.id}`, options)).status).toBe(412);
    expect((await client.patch("/service-packages/77777", { note: "a" }, { token })).status).toBe(404);
  });

  it("of ten changes of the lines at once leave the lines of one of them, whole", async () => {
    const { token } = await aMechanic();
    const { body: made } = await client.post("/service-packages", await aBody(), { token });
    const of = (n: number) => ({ lines: Array.from({ length: 3 }, () => ({ ...LABOR, description: `Mechanic ${n}` })) });
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => client.put(`/service-packages/${made.id}`, of(n), { token })));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    const lines = await linesOf(made.id);
    expect(lines.map(({ position }) => position)).toEqual([1, 2, 3]);
    expect(new Set(lines.map(({ description }) => description)).size).toBe(1);
  });
});

describe("DELETE /service-packages/{id}", () => {
  it("removes the package with its lines, which the audit log keeps, and frees its parts", async () => {
    const { token } = await aMechanic();
    const part = await aPart(0);
    const id = await aPackage(part);
    const kept = await client.delete(`/inventory/${part.id}`, { token });
    expect([kept.status, kept.body.code]).toEqual([409, "part_in_use"]);
    expect((await client.delete(`/service-packages/${id}`, { token })).body).toEqual({
      id,
      deleted: true,
      message: `Service package ${id} was deleted.`,
    });
    expect((await client.get(`/service-packages/${id}`, { token })).status).toBe(404);
    expect(await linesOf(id)).toEqual([]);
    const [entry] = await auditOf("service_package", id);
    expect(entry).toMatchObject({ action: "service_package.deleted", after: null });
    expect(JSON.parse(entry?.before ?? "").lines).toHaveLength(2);
    expect((await client.delete(`/inventory/${part.id}`, { token })).status).toBe(200);
  });
});

describe("the lines of packages, against SQL past the app", () => {
  const insert = (id: number, columns: Record<string, string | number>) =>
    attempt(
      `insert into service_package_lines (service_package_id, position, quantity, ${Object.keys(columns).join(", ")})
        values (${id}, 9, 1000, ${Object.values(columns).join(", ")})`,
    );

  it("never change, are not replaced, and are 50 at most", async () => {
    const id = await aPackage(await aPart());
    expect(await attempt(`update service_package_lines set quantity = 2000 where service_package_id = ${id}`)).toBe("conflict");
    expect(await attempt(`insert or replace into service_package_lines select * from service_package_lines limit 1`)).toBe("conflict");
    const empty = await insertRow("service_packages", { name: "Empty", created_at: AT, updated_at: AT });
    expect(await attempt(`update service_packages set id = ${empty + 1_000} where id = ${empty}`)).toBe("conflict");
    expect(await attempt(`insert or replace into service_packages select * from service_packages where id = ${id}`)).toBe("conflict");
    for (let n = 0; n < 48; n += 1) expect(await insert(id, { kind: "'labor'", description: "'x'" })).toBe("done");
    expect(await insert(id, { kind: "'labor'", description: "'x'" })).toBe("conflict");
  });

  it("have the fields of their kind, and what a line of a ticket needs", async () => {
    const part = await aPart();
    const id = await aPackage(part);
    const named = { description: "'x'", unit_price: 1 };
    const refused: Record<string, string | number>[] = [
      { kind: "'part'", ...named },
      { kind: "'fee'", ...named },
      { kind: "'labor'", ...named, condition: "'new'" },
      { kind: "'labor'", ...named, fee_kind: "'other'" },
      { kind: "'labor'", ...named, inventory_id: part.id },
      { kind: "'labor'", ...named, part_number: "'x'" },
      { kind: "'labor'", ...named, provider: "'x'" },
      { kind: "'fee'", fee_kind: "'other'", ...named, unit_cost: 1 },
      { kind: "'part'", condition: "'customer_supplied'", inventory_id: part.id },
      { kind: "'part'", condition: "'new'", description: "'x'" },
      { kind: "'sublet'", description: "'x'" },
      { kind: "'labor'", unit_price: 1 },
      { kind: "'labor'", description: "'x'", unit_price: -1 },
      { kind: "'labor'", description: "'x'", unit_price: 1_000_000_000 },
      { kind: "'labor'", description: "'x'", discount_percent: 1_000_001 },
    ];
    const codes = await Promise.all(refused.map((columns) => insert(id, columns)));
    expect(codes.map((code, n) => [code, refused[n]])).toEqual(
      refused.map((columns) => [expect.stringMatching(/^(conflict|amount_too_large)$/), columns]),
    );
    expect(await linesOf(id)).toHaveLength(2);
  });
});
