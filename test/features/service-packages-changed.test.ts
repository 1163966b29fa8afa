import { describe, expect, it } from "vitest";
import { attempt } from "../support/attacks.ts";
import { clock, createClient } from "../support/client.ts";
import { aMechanic, auditOf, insert as insertRow } from "../support/people.ts";
import { ABSENT, aBody, FEE, LABOR, linesOf } from "../support/service-packages.ts";
import { aPackage, aPart } from "../support/shop.ts";

const client = createClient();
const AT = new Date(clock.now).toISOString();

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
