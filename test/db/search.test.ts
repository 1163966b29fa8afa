import { beforeAll, describe, expect, it } from "vitest";
import { codeTerms, nameTerms, phoneTerms } from "../../src/db/list/search.ts";
import { createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, type Person, rows, unique } from "../support/people.ts";
import { aPart, aVehicle } from "../support/shop.ts";
import { planOf, watchedD1 } from "../support/watched-d1.ts";

describe("the terms of a record", () => {
  it("are each word of its name with those after it, in lower case, without accents and double spaces", () => {
    expect(nameTerms("  Ada  Álvarez-López\tde la ŁÓDŹ ")).toEqual([
      "ada alvarez-lopez de la łodz",
      "alvarez-lopez de la łodz",
      "de la łodz",
      "la łodz",
      "łodz",
    ]);
    expect(nameTerms("Bo Bo")).toEqual(["bo bo", "bo"]);
    expect(nameTerms("ﬁne Ⅳ")).toEqual(["fine iv", "iv"]);
    expect(nameTerms("İpek")).toEqual(["ipek"]);
  });

  it("are the digits of its phone, and its codes as they are", () => {
    expect(phoneTerms("+1 (555) 010-0200")).toEqual(["15550100200"]);
    expect(phoneTerms("---")).toEqual([]);
    expect(codeTerms(" W-712/95 ")).toEqual(["w-712/95"]);
  });
});

describe("a search", () => {
  const client = createClient();
  let staff: Person;
  const ids: Record<string, number> = {};
  const add = async (key: string, name: string, phone: string, email = `search${unique()}@example.com`) => {
    ids[key] = (await client.post("/customers", { name, phone, email }, { token: staff.token })).body.id;
  };
  const find = async (q: string): Promise<string[]> => {
    const { status, body } = await client.get(`/customers?per_page=100&q=${encodeURIComponent(q)}`, { token: staff.token });
    expect(status, q).toBe(200);
    return body.customers.map(({ id }: { id: number }) => Object.keys(ids).find((key) => ids[key] === id));
  };

  beforeAll(async () => {
    staff = await aMechanic();
    await add("ada", "Ada Álvarez Stone", "+1 (555) 010-0200", "ada.stone@example.com");
    await add("adam", "Adam Stonehouse", "0049 170 9876", "stone@example.com");
    await add("odd", "100% O'Neil_Smith \\ {x}", "12345");
    await add("emoji", "Zoë 🛢️ Öl", "67890");
    await add("adaada", "Ada Ada", "555 010 0299");
  });

  it.each([
    ["ada", ["adaada", "ada", "adam"]],
    ["ADA", ["adaada", "ada", "adam"]],
    ["ada ", ["adaada", "ada", "adam"]],
    ["ada alv", ["ada"]],
    ["alvarez  STONE", ["ada"]],
    ["Álvarez", ["ada"]],
    ["A\u0301lvarez", ["ada"]],
    ["stone", ["ada", "adam"]],
    ["stone@", ["adam"]],
    ["ada.stone@example.com", ["ada"]],
    ["tone", []],
    ["+1 555 010", ["ada"]],
    ["1555010", ["ada"]],
    ["(0049) 170-98", ["adam"]],
    ["00491709876", ["adam"]],
    ["100%", ["odd"]],
    ["%", []],
    ["_", []],
    ["o'neil", ["odd"]],
    ["O'Neil_", ["odd"]],
    ["\\", ["odd"]],
    ["{x}", ["odd"]],
    ["zoe", ["emoji"]],
    ["🛢️ ö", ["emoji"]],
    ["\u0301", []],
    ["' or 1=1 --", []],
    ["nobody at all", []],
  ])("for %j finds %j, each once, in order of what it matches", async (q, keys) => {
    expect(await find(q)).toEqual(keys);
  });

  it("pages by number and by cursor over the same rows, with their number", async () => {
    const page = (query: string) => client.get(`/customers?q=stone&per_page=1${query}`, { token: staff.token });
    const first = await page("");
    expect(first.body.pagination).toMatchObject({ total_items: 2, total_exact: true, total_pages: 2 });
    const [byCursor, byNumber] = [await page(`&cursor=${first.body.pagination.next_cursor}`), await page("&page=2")];
    expect(byCursor.body.customers).toEqual(byNumber.body.customers);
    expect([first, byCursor].map(({ body }) => body.customers[0].id)).toEqual([ids.ada, ids.adam]);
  });

  it("follows a change of name, phone and e-mail, and a removal", async () => {
    await add("gone", "Mary Before", "777 1111", "before@example.com");
    const [id, { token }] = [ids.gone, await anAdmin()];
    await client.put(`/customers/${id}`, { name: "Mary After", phone: "777 2222", email: "after@example.com" }, { token });
    for (const q of ["before", "7771", "before@"]) expect(await find(q), q).toEqual([]);
    for (const q of ["after", "7772", "after@"]) expect(await find(q), q).toEqual(["gone"]);
    await client.delete(`/customers/${id}`, { token });
    expect(await find("mary")).toEqual([]);
    expect(await rows("select * from search_terms where entity = 'customer' and entity_id = ?", id)).toEqual([]);
  });

  it("finds a code with its dashes, where there are no phones to be found", async () => {
    const part = { name: `Filter ${unique()}`, part_number: `90915-1000${unique()}`, price: 9.9, quantity: 0 };
    const { body } = await client.post("/inventory", part, { token: staff.token });
    for (const q of [part.part_number, "90915-1", "filter"]) {
      const found = await client.get(`/inventory?q=${q}`, { token: staff.token });
      expect(
        found.body.inventory.map(({ id }: { id: number }) => id),
        q,
      ).toEqual([body.id]);
    }
  });
});

describe("the plan of a read", () => {
  it.each([
    "/customers",
    "/customers?sort=name",
    "/customers?sort=-name&page=3",
    "/customers?sort=-created_at",
    "/customers?sort=ticket_count",
    "/customers?q=ada",
    "/customers?q=555",
    "/customers/top",
    "/customers/1",
    "/mechanics?sort=-name",
    "/mechanics?q=max",
    "/mechanics/top",
    "/mechanics/leaderboard",
    "/mechanics/1",
    "/vehicles",
    "/vehicles/1",
    "/service-tickets",
    "/service-tickets?status=open&customer_id=1",
    "/service-tickets?mechanic_id=1",
    "/service-tickets?from=2026-01-01&to=2026-12-31",
    "/inventory?sort=price",
    "/inventory?q=part",
    "/inventory?category=oil",
    "/inventory/low-stock",
    "/users",
    "/audit-log",
    "/audit-log?entity=customer&entity_id=1",
    "/assignments",
  ])("of %s sorts nothing by itself, also at a cursor", async (path) => {
    const [{ token }, customer] = [await anAdmin(), await aCustomer()];
    await Promise.all([aMechanic(), aVehicle(customer.id), aPart(), aPart()]);
    const { d1, asked } = watchedD1();
    const client = createClient({ ...testDeps(), d1 });
    const { status, body } = await client.get(path, { token });
    expect([200, 404]).toContain(status);
    if (body.pagination?.next_cursor)
      await client.get(`${path}${path.includes("?") ? "&" : "?"}cursor=${body.pagination.next_cursor}`, { token });
    expect(asked.length).toBeGreaterThan(0);
    for (const statement of asked) for (const step of await planOf(statement)) expect(step, statement.sql).not.toContain("TEMP B-TREE");
  });
});
