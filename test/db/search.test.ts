import { beforeAll, describe, expect, it } from "vitest";
import { createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, type Person, rows, unique } from "../support/people.ts";
import { aPart, aVehicle } from "../support/shop.ts";
import { planOf, watchedD1 } from "../support/watched-d1.ts";

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
    await add("hyphen", "Maria Delgado-Zwickl", "888001");
    await add("brackets", "Miller Transport (Ztransit)", "888002");
    await add("five", "Anna Maria Zluisa Weber", "888003");
    await add("typographic", "Erin O’Zneil", "888004");
    await add("polish", "Łukasz Zwójcik", "+1 (555) 733-0147");
    await add("german", "Hans Zgroßmann", "+49 170 777 0101");
    await add("towing", "24/7 Ztowing", "888005");
  });

  it.each([
    ["ada", ["adaada", "adam", "ada"]],
    ["ADA", ["adaada", "adam", "ada"]],
    ["ada alv", ["ada"]],
    ["alvarez  STONE", ["ada"]],
    ["stone, ada", ["adam", "ada"]],
    ["Álvarez", ["ada"]],
    ["A\u0301lvarez", ["ada"]],
    ["stone@", ["adam", "ada"]],
    ["stone@example", ["adam", "ada"]],
    ["ada.stone@example.com", ["ada"]],
    ["tone", []],
    ["+1 555 010", ["ada"]],
    ["1555010", ["ada"]],
    ["010-0200", ["ada"]],
    ["(555) 010", ["adaada", "ada"]],
    ["(0049) 170-98", ["adam"]],
    ["0170 9876", ["adam"]],
    ["100%", ["odd"]],
    ["%", []],
    ["_", []],
    ["o'neil", ["odd"]],
    ["oneil", ["odd"]],
    ["\\", []],
    ["{x}", ["odd"]],
    ["zoe", ["emoji"]],
    ["' or 1=1 --", []],
    ["nobody at all", []],
    ["zwickl", ["hyphen"]],
    ["maria zwickl", ["hyphen"]],
    ["ztransit", ["brackets"]],
    ["zluisa weber", ["five"]],
    ["anna weber", ["five"]],
    ["o'zneil", ["typographic"]],
    ["ozneil", ["typographic"]],
    ["lukasz zwojcik", ["polish"]],
    ["zgrossmann", ["german"]],
    ["0170 7770101", ["german"]],
    ["0049 170 777 0101", ["german"]],
    ["+49 170 7770101", ["german"]],
    ["733-0147", ["polish"]],
    ["(555) 733-0147", ["polish"]],
    ["lukasz 733-0147", ["polish"]],
    ["24/7", ["towing"]],
  ])("for %j finds %j, each once, the newest first", async (q, keys) => {
    expect(await find(q)).toEqual(keys);
  });

  it("pages by number and by cursor over the same rows, with their number", async () => {
    const page = (query: string) => client.get(`/customers?q=stone&per_page=1${query}`, { token: staff.token });
    const first = await page("");
    expect(first.body.pagination).toMatchObject({ total_items: 2, total_exact: true, total_pages: 2 });
    const [byCursor, byNumber] = [await page(`&cursor=${first.body.pagination.next_cursor}`), await page("&page=2")];
    expect(byCursor.body.customers).toEqual(byNumber.body.customers);
    expect([first, byCursor].map(({ body }) => body.customers[0].id)).toEqual([ids.adam, ids.ada]);
  });

  it("follows a change of name, phone and e-mail, and a removal", async () => {
    await add("gone", "Mary Before", "777 1111", "before@example.com");
    const [id, { token }] = [ids.gone, await anAdmin()];
    await client.put(`/customers/${id}`, { name: "Mary After", phone: "777 2222", email: "after@example.com" }, { token });
    for (const q of ["before", "7771", "before@"]) expect(await find(q), q).toEqual([]);
    for (const q of ["after", "7772", "after@"]) expect(await find(q), q).toEqual(["gone"]);
    await client.delete(`/customers/${id}`, { token });
    expect(await find("mary")).toEqual([]);
    expect(await rows("select * from customers_search where rowid = ?", id)).toEqual([]);
  });

  it("finds parts by their number with and without marks, and by name", async () => {
    const number = unique();
    const part = { name: `Oil/zfuel filter kit ${number}`, part_number: `90915-ZYZD${number}`, price: 9.9, quantity: 0 };
    const { body } = await client.post("/inventory", part, { token: staff.token });
    for (const q of [part.part_number, `90915zyzd${number}`, `90915 zyzd${number}`, `zfuel ${number}`]) {
      const found = await client.get(`/inventory?q=${encodeURIComponent(q)}`, { token: staff.token });
      expect(
        found.body.inventory.map(({ id }: { id: number }) => id),
        q,
      ).toEqual([body.id]);
    }
  });

  it("finds a vehicle by its plate, its VIN and the end of it, and its tickets by their words, plate and customer", async () => {
    const owner = await aCustomer({ name: "Zelda Zylinder" });
    const vehicle = {
      vin: "1M8GDM9AXKPZ42788",
      make: "Zastava",
      model: "Yugo 45",
      year: 1988,
      license_plate: "B-ZY 4711",
      customer_id: owner.id,
    };
    const { id } = (await client.post("/vehicles", vehicle, { token: staff.token })).body;
    for (const q of ["B-ZY 4711", "bzy4711", "KPZ42788", "1M8GDM9AXKPZ42788", "zastava yugo"]) {
      const { body } = await client.get(`/vehicles?q=${encodeURIComponent(q)}`, { token: staff.token });
      expect(
        body.vehicles.map((found: { id: number }) => found.id),
        q,
      ).toEqual([id]);
    }
    const ticket = { customer_id: owner.id, vehicle_id: id, service_desc: "Zischt beim Bremsen", service_date: "2026-11-24" };
    const opened = (await client.post("/service-tickets", ticket, { token: staff.token })).body;
    const found = async (q: string) =>
      (await client.get(`/service-tickets?q=${encodeURIComponent(q)}`, { token: staff.token })).body.service_tickets.map(
        (each: { id: number }) => each.id,
      );
    for (const q of ["zischt", "zylinder brem", "bzy4711", "B-ZY 4711"]) expect(await found(q), q).toEqual([opened.id]);
    await client.patch(`/customers/${owner.id}`, { name: "Zelda Zahnrad" }, { token: staff.token });
    await client.patch(`/vehicles/${id}`, { license_plate: "B-ZY 4712" }, { token: staff.token });
    for (const q of ["zylinder", "bzy4711"]) expect(await found(q), q).toEqual([]);
    for (const q of ["zahnrad", "bzy4712"]) expect(await found(q), q).toEqual([opened.id]);
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
