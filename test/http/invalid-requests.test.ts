import { beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, type Person, rows } from "../support/people.ts";
import { bearer, rawClient } from "../support/raw.ts";

const client = createClient();
const send = rawClient();
const pointersOf = ({ body }: { body: { errors: { pointer: string }[] } }): string[] => body.errors.map(({ pointer }) => pointer).sort();

let staff: Person;
beforeAll(async () => {
  staff = await aMechanic();
});

describe("an invalid request", () => {
  it("is told all its wrong places at once, in the path, the query and the body", async () => {
    const body = { name: "", email: 5, phone: ["x"], nickname: "A", "a/b~c": 1, constructor: 1, ["__proto__"]: 1 };
    const answer = await client.put("/customers/abc?verbose=1", body, { token: staff.token });
    expect(answer.status).toBe(422);
    expect(pointersOf(answer)).toEqual([
      "/body/__proto__",
      "/body/a~1b~0c",
      "/body/constructor",
      "/body/email",
      "/body/name",
      "/body/nickname",
      "/body/phone",
      "/path/id",
      "/query/verbose",
    ]);
    expect(answer.body.errors).toContainEqual({
      pointer: "/body/nickname",
      code: "unknown_field",
      detail: "Unknown field.",
    });
    for (const error of answer.body.errors)
      expect(error).toEqual({ pointer: expect.any(String), code: expect.any(String), detail: expect.any(String) });
  });

  it("is told the place inside a list", async () => {
    const body = {
      customer_id: 1,
      vehicle_id: 1,
      service_desc: "x",
      service_date: "2026-11-24",
      parts: [
        { inventory_id: 1, quantity: 1 },
        { inventory_id: 0, quantity: 1.0005, price: 1 },
      ],
    };
    const answer = await client.post("/service-tickets", body, { token: staff.token });
    expect(pointersOf(answer)).toEqual(["/body/parts/1/inventory_id", "/body/parts/1/price", "/body/parts/1/quantity"]);
  });

  it("changes nothing", async () => {
    const { id } = await aCustomer();
    const before = await rows("select * from customers where id = ?", id);
    expect((await client.put(`/customers/${id}`, { name: "New", unknown: 1 }, { token: staff.token })).status).toBe(422);
    expect((await client.put(`/customers/${id}`, {}, { token: staff.token })).status).toBe(422);
    expect(await rows("select * from customers where id = ?", id)).toEqual(before);
  });

  it.each(["0", "-1", "1.5", "1e3", "01", "abc", "%20", "9".repeat(16), "%E0%A4%A", "1%00"])("is one for the id %s", async (id) => {
    const response = await send(`/customers/${id}`, { headers: bearer(staff.token) });
    expect([response.status, pointersOf({ body: await response.json() })]).toEqual([422, ["/path/id"]]);
  });

  it.each(["?q=m%FCller", "?q=100%", "?q=%E0%A4%A", "?%=1", "?page=1&q=a%2"])("that cannot be decoded is malformed: %s", async (query) => {
    for (const path of ["/customers", "/mechanics/top", "/tickets", "/v1/inventory"]) {
      const answer = await client.get(path + query, { token: staff.token });
      expect([answer.status, answer.body.code], path).toEqual([400, "malformed_request"]);
    }
    expect((await client.get("/customers?q=m%C3%BCller+%25", { token: staff.token })).status).toBe(200);
  });

  it.each([
    ["?page=1&page=2", "/query/page"],
    ["?pgae=1", "/query/pgae"],
    ["?page=", "/query/page"],
    ["?page=0", "/query/page"],
    ["?page=+1", "/query/page"],
    ["?per_page=101", "/query/per_page"],
    ["?sort=password", "/query/sort"],
    ["?constructor=1", "/query/constructor"],
    ["?__proto__=1", "/query/__proto__"],
    ["?q[]=1", "/query/q[]"],
    ["?Page=1", "/query/Page"],
  ])("is one for the query %s", async (query, pointer) => {
    const answer = await client.get(`/customers${query}`, { token: staff.token });
    expect([answer.status, pointersOf(answer)]).toEqual([422, [pointer]]);
  });
});

describe("a route without fields", () => {
  it.each([
    ["no body", undefined, 200],
    ["an empty object", {}, 200],
    ["a field", { force: true }, 422],
    ["a list", [], 422],
    ["broken JSON", "{", 400],
  ])("answers %s with the right status", async (_, body, status) => {
    const [{ id }, admin] = [await aCustomer(), await anAdmin()];
    const answer = await client.send("delete", `/customers/${id}`, { body, token: admin.token });
    expect(answer.status).toBe(status);
    expect(await rows("select id from customers where id = ?", id)).toHaveLength(status === 200 ? 0 : 1);
  });

  it("takes no query", async () => {
    const answer = await client.get("/auth/me?x=1", { token: staff.token });
    expect(pointersOf(answer)).toEqual(["/query/x"]);
  });
});
