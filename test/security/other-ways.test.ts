import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer } from "../support/client.ts";
import { rows, unique } from "../support/people.ts";
import { idIn } from "../support/world.ts";
import { ask, client, operations, printTried, textOf } from "./asking.ts";
import { ACTORS, aMarkedWorld, type MarkedWorld } from "./marked-world.ts";

afterAll(printTried);

describe("every other way to another's record", () => {
  let world: MarkedWorld;
  beforeAll(async () => {
    world = await aMarkedWorld(client);
  });

  /** Paths that lead to the records of `customer` and `mechanic`, by the way they go. */
  const waysTo = ({ mine, other, words }: MarkedWorld): Record<string, string[]> => {
    const { customers: customer, mechanics: mechanic, vehicles: vehicle, "service-tickets": ticket, inventory: part } = mine.ids;
    const lists = ["/customers", "/mechanics", "/vehicles", "/service-tickets", "/inventory", "/assignments", "/users", "/audit-log"];
    return {
      listing: [
        ...lists,
        ...lists.map((path) => `/v1${path}`),
        "/tickets",
        "/inventory/low-stock?threshold=100",
        "/customers/my-tickets",
        "/mechanics/my-tickets",
      ].map((path) => `${path}${path.includes("?") ? "&" : "?"}per_page=100`),
      sort: [
        ...["id", "-id", "name", "-created_at"].flatMap((sort) =>
          ["/customers", "/mechanics"].map((path) => `${path}?per_page=100&sort=${sort}`),
        ),
        "/service-tickets?sort=-id",
        "/vehicles?sort=-id",
      ],
      filter: [
        ...[
          `customer_id=${customer}`,
          `mechanic_id=${mechanic}`,
          `vehicle_id=${vehicle}`,
          "status=open",
          "from=2000-01-01&to=2100-01-01",
          `customer_id=${customer}&status=open`,
        ].map((query) => `/service-tickets?${query}`),
        ...[`customer_id=${customer}`, `vin=${words.vin}`].map((query) => `/vehicles?${query}`),
        ...[`service_ticket_id=${ticket}`, `mechanic_id=${mechanic}`].map((query) => `/assignments?${query}`),
        `/users?customer_id=${customer}`,
        `/audit-log?entity=customer&entity_id=${customer}`,
        "/mechanics?status=active",
      ],
      search: [words.name, words.email, words.phone, words.name.slice(0, 4), `${words.email}@example.com`].flatMap((word) => [
        `/customers?q=${word}`,
        `/mechanics?q=${word}`,
        `/inventory?q=${word}`,
      ]),
      "two values": [
        `/service-tickets?customer_id=${other.ids.customers}&customer_id=${customer}`,
        `/vehicles?customer_id=${customer}&customer_id=${other.ids.customers}`,
      ],
      nested: [
        ...[mine, other].flatMap(({ ids }) => [
          `/customers/${ids.customers}`,
          `/mechanics/${ids.mechanics}`,
          `/service-tickets/${ids["service-tickets"]}`,
          `/vehicles/${ids.vehicles}`,
        ]),
        `/service-tickets/${ticket}/parts`,
        `/service-tickets/${ticket}/mechanics`,
        `/inventory/${part}/movements`,
        `/mechanics/${mechanic}/schedule?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z`,
      ],
      "public list": [
        "/mechanics/top?limit=100",
        "/mechanics/leaderboard?per_page=100",
        "/mechanics/ranked",
        "/mechanics/popular",
        "/customers/top?limit=100",
      ],
    };
  };

  it.each(ACTORS)("path, listing, sort, filter, search, nested and public lists show the %s nothing of others", async (actor) => {
    for (const [way, paths] of Object.entries(waysTo(world)))
      for (const path of paths) expect((await ask(world, actor, way, "get", path)).status, path).toBeLessThan(500);
  });

  it("a cached listing shows nobody what another role was shown first, in either order", async () => {
    const lists = [
      "/customers",
      "/mechanics",
      "/vehicles",
      "/service-tickets",
      "/inventory",
      "/mechanics/top",
      "/mechanics/leaderboard",
      "/customers/top",
    ];
    for (const order of [[...ACTORS].reverse(), [...ACTORS]])
      for (const path of lists.map((list) => `${list}?${list.endsWith("top") ? "limit" : "per_page"}=${20 + (unique() % 80)}`))
        for (const actor of order) await ask(world, actor, "cached listing", "get", path);
  });

  it("a cursor of another leads nobody further than the own records", async () => {
    const listsOf = ["/service-tickets", "/vehicles", "/customers", "/mechanics", "/inventory", "/users", "/audit-log", "/assignments"];
    for (const from of ["admin", "mechanic", "customer"] as const)
      for (const list of listsOf) {
        const { body } = await ask(world, from, "cursor", "get", `${list}?per_page=1`);
        const cursors = [
          body.pagination?.next_cursor,
          Buffer.from('["id",0,0]').toString("base64url"),
          Buffer.from('["-id",999999,999999]').toString("base64url"),
        ].filter(Boolean);
        for (const actor of ACTORS)
          for (const to of listsOf)
            for (const cursor of cursors.slice(0, to === list ? 3 : 1))
              await ask(world, actor, "cursor", "get", `${to}?per_page=100&cursor=${cursor}`);
      }
  });

  it("an Idempotency-Key of another brings back nothing of its answer", async () => {
    const headers = { "Idempotency-Key": `matrix-${unique()}` };
    const { mine } = world;
    const body = {
      vin: `2M8GDM9AXKP${100_000 + unique()}`,
      make: "M",
      model: "M",
      year: 2020,
      license_plate: "qzkept",
      customer_id: mine.ids.customers,
    };
    const first = await ask(world, "mechanic", "idempotency key", "post", "/vehicles", { body, headers });
    expect(first.status).toBe(201);
    for (const actor of ACTORS.filter((name) => name !== "mechanic")) {
      const again = await ask(world, actor, "idempotency key", "post", "/vehicles", { body, headers });
      expect([again.status === 201, again.headers.has("Idempotent-Replayed")], actor).toEqual([false, false]);
      expect(textOf(again), actor).not.toContain("qzkept");
    }
    expect(
      (await ask(world, "mechanic", "idempotency key", "post", "/vehicles", { body, headers })).headers.get("Idempotent-Replayed"),
    ).toBe("true");
  });

  it("a vehicle that has changed hands shows its new owner nothing of the old one's tickets", async () => {
    const moved = await aMarkedWorld(client);
    const { mine, other } = moved;
    const transfer = await client.put(
      `/vehicles/${mine.ids.vehicles}`,
      { customer_id: other.ids.customers, color: "red", license_plate: "NEW1" },
      { token: moved.actors.admin?.token },
    );
    expect(transfer.status).toBe(200);
    // The vehicle's own marks are the new owner's to see now.
    const without = { ...moved, marks: moved.marks.filter(({ what }) => what !== "VIN") };
    for (const path of [
      `/vehicles/${mine.ids.vehicles}`,
      "/vehicles",
      `/customers/${other.ids.customers}`,
      `/service-tickets?vehicle_id=${mine.ids.vehicles}`,
      `/service-tickets/${mine.ids["service-tickets"]}`,
      "/customers/my-tickets",
    ])
      await ask(without, "other customer", "transfer", "get", path);
    expect(
      (await ask(without, "other customer", "transfer", "get", `/service-tickets?vehicle_id=${mine.ids.vehicles}`)).body.service_tickets,
    ).toEqual([]);
    expect((await ask(without, "customer", "transfer", "get", `/vehicles/${mine.ids.vehicles}`)).status).toBe(404);
  });

  it("what another has is told from what nobody has by no status, body, header or condition", async () => {
    const { mine } = world;
    const records = operations.filter(({ path }) => /^\/(customers|vehicles|service-tickets)\/\{id\}$/.test(path));
    const shape = ({ status, body, headers }: Answer) => [status, { ...body, request_id: "" }, [...headers.keys()].sort()];
    for (const operation of records)
      for (const headers of [
        {},
        { "If-Match": '"1.0123456789abcdef"' },
        { "If-None-Match": "*" },
        { "Idempotency-Key": `oracle-${unique()}` },
      ])
        for (const body of operation.method === "get" ? [undefined] : [undefined, { name: "x" }, { unknown: 1 }, "{"]) {
          const id = String(idIn(operation.path, mine));
          const [theirs, nobodys] = [
            await ask(world, "other customer", "oracle", operation.method, operation.path.replace("{id}", id), { body, headers }),
            await ask(world, "other customer", "oracle", operation.method, operation.path.replace("{id}", "987654321"), { body, headers }),
          ];
          expect(shape(theirs), `${operation.method} ${operation.path}`).toEqual(shape(nobodys));
          expect(theirs.status).toBeGreaterThanOrEqual(400);
        }
  });

  it("what one may not see one may not set: a customer names no owner, no staff field and no role", async () => {
    const { mine, other, actors } = world;
    const vehicle = { vin: `3M8GDM9AXKP${100_000 + unique()}`, make: "M", model: "M", year: 2020, customer_id: mine.ids.customers };
    expect((await ask(world, "other customer", "property", "post", "/vehicles", { body: vehicle })).status).toBe(403);
    expect(
      (
        await ask(world, "other customer", "property", "put", `/vehicles/${other.ids.vehicles}`, {
          body: { customer_id: mine.ids.customers },
        })
      ).status,
    ).toBe(403);
    for (const [actor, path, body] of [
      ["other customer", `/customers/${other.ids.customers}`, { role: "admin" }],
      ["other customer", `/customers/${other.ids.customers}`, { ticket_count: 9 }],
      ["other customer", `/customers/${other.ids.customers}`, { id: mine.ids.customers }],
      ["other customer", `/customers/${other.ids.customers}`, { password_hash: "x" }],
      ["mechanic", `/mechanics/${mine.ids.mechanics}`, { completed_count: 99 }],
    ] as const)
      expect((await ask(world, actor, "property", "patch", path, { body })).status, JSON.stringify(body)).toBe(422);
    expect(
      (await ask(world, "mechanic", "property", "patch", `/mechanics/${mine.ids.mechanics}`, { body: { salary: 99_999 } })).status,
    ).toBe(403);
    expect(
      (await ask(world, "mechanic", "property", "patch", `/mechanics/${mine.ids.mechanics}`, { body: { status: "disabled" } })).status,
    ).toBe(403);
    expect(await rows("select role from users where id = ?", actors["other customer"]?.userId)).toEqual([{ role: "customer" }]);
  });

  it("an account that may not come in gets no token, neither with its password nor with what it had before", async () => {
    const { actors } = world;
    for (const [actor, code] of [
      ["pending", "account_pending"],
      ["disabled", "account_disabled"],
    ] as const) {
      const { status, body } = await client.post("/auth/login", { email: actors[actor]?.email, password: "correct horse battery" });
      expect([status, body.code, body.token]).toEqual([403, code, undefined]);
      expect((await client.get("/auth/me", { token: actors[actor]?.token })).status).toBe(401);
    }
  });
});
