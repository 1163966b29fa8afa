import { describe, expect, it } from "vitest";
import { endpoints } from "../../src/app.ts";
import { canonicalOf, canonicalQuery } from "../../src/http/pipeline/legacy-paths.ts";
import { clock, createClient, testDeps } from "../support/client.ts";
import { split, TABLE } from "../support/legacy-table.ts";
import { newMechanic } from "../support/mechanics.ts";
import { aCustomer, aMechanic, anAdmin, auditOf, PASSWORD, rows, unique } from "../support/people.ts";
import { bearer, rawClient } from "../support/raw.ts";
import { aShop, aTicket, stockOf } from "../support/shop.ts";

const [client, send] = [createClient(), rawClient()];
const DEPRECATED = "@1795132800";

const mapped = (method: string, path: string): string => {
  const found = canonicalOf(method, path);
  return `${found.method} ${found.path}`;
};

describe("a path", () => {
  it.each(TABLE)("%s is %s, also with a trailing slash, with HEAD for GET, and under /v1", (older, canonical) => {
    const [[method, path], [, now]] = [split(older), split(canonical)];
    for (const spelled of [path, `${path}/`, `/v1${path}`, `/v1${path}/`]) {
      expect(mapped(method, spelled).replace(/(?<=.)\/$/, ""), spelled).toBe(canonical);
      expect(canonicalOf(method, spelled).isLegacy, spelled).toBe(true);
      if (method === "GET") expect(mapped("HEAD", spelled).replace(/\/$/, ""), spelled).toBe(`HEAD ${now}`);
    }
  });

  it("of today stays as it is, with any method", () => {
    for (const { spec } of endpoints)
      for (const path of [spec.path, `/v1${spec.path}`])
        for (const method of [spec.method.toUpperCase(), "OPTIONS"])
          expect(canonicalOf(method, path), `${method} ${path}`).toEqual({ method, path: spec.path, isLegacy: false });
  });

  it.each(["/ticketsx", "/Tickets", "/my/tickets", "//tickets", "/v1/v1/tickets", "/v2/tickets", "/v1x", "/customers/register/1"])(
    "%s is not a legacy path",
    (path) => {
      for (const method of ["GET", "POST", "OPTIONS"]) expect(canonicalOf(method, path).isLegacy).toBe(false);
    },
  );

  it("with another query has what was meant there, and the client's own page", () => {
    const asked = (path: string, query: Record<string, string[]> = {}) => canonicalQuery("GET", path, query);
    expect(asked("/mechanics/popular")).toEqual({ per_page: ["5"] });
    expect(asked("/mechanics/popular", { per_page: ["7"], page: ["2"] })).toEqual({ per_page: ["7"], page: ["2"] });
    expect(asked("/v1/mechanics/ranked/")).toEqual({ has_tickets: ["true"], per_page: ["100"] });
    expect(asked("/inventory/search", { part_name: ["brake"], limit: ["50"] })).toEqual({ q: ["brake"], per_page: ["50"] });
    expect(asked("/inventory/search", { part_name: [""] })).toEqual({});
    expect(asked("/inventory/search", { part_name: ["a"], q: ["b"] })).toEqual({ q: ["b", "a"] });
    expect(asked("/tickets/mechanic/3/count", { page: ["2"] })).toEqual({ mechanic_id: ["3"], page: ["2"] });
    expect(asked("/tickets/mechanic/3/count", { mechanic_id: ["4"] })).toEqual({ mechanic_id: ["4", "3"] });
    const sent = { part_name: ["brake"] };
    expect(asked("/inventory", sent)).toBe(sent);
  });

  it("keeps to the methods of the table", () => {
    expect(mapped("PUT", "/service-tickets/my-tickets")).toBe("PUT /service-tickets/my-tickets");
    expect(mapped("GET", "/service-tickets/12/mechanics")).toBe("GET /service-tickets/12/mechanics");
    expect(mapped("GET", "/users/register")).toBe("GET /users/register");
  });
});

describe("an answer to a legacy path", () => {
  it("says that it is deprecated and where to go, beside the links it has", async () => {
    const { token } = await aMechanic();
    const { status, headers } = await client.get("/tickets?per_page=1&status=open", { token });
    expect([status, headers.get("Deprecation")]).toEqual([200, DEPRECATED]);
    const [first, ...others] = (headers.get("Link") ?? "").split(", ");
    expect(first).toContain('rel="first"');
    expect(others.at(-1)).toBe('</service-tickets?per_page=1&status=open>; rel="successor-version"');
    expect(Number(DEPRECATED.slice(1)) * 1_000).toBeLessThanOrEqual(clock.now);
  });

  it("says so when it is refused, too", async () => {
    for (const [path, code] of [
      ["/service_tickets/1", "unauthenticated"],
      ["/tickets/1/nothing", "unknown_route"],
    ] as const) {
      const { headers, body } = await client.get(path);
      expect([body.code, headers.get("Deprecation")]).toEqual([code, DEPRECATED]);
      expect(headers.get("Link")).toBe(`</service-tickets${path.replace(/^\/\w+/, "")}>; rel="successor-version"`);
    }
  });

  it("has a link that the path cannot break out of", async () => {
    const { headers } = await client.get(`/tickets/1>;rel=x,<"?a=<b>`);
    expect(headers.get("Link")).toBe('</service-tickets/1%3E;rel=x,%3C%22?a=%3Cb%3E>; rel="successor-version"');
  });

  it("under /v1 is deprecated only if the rest of the path is", async () => {
    const { id, token } = await aCustomer();
    for (const path of ["/v1", "/v1/", "/v1/health", `/v1/customers/${id}`, "/v1/docs", "/v1/openapi.json"]) {
      const { status, headers } = await client.get(path, { token });
      expect([status, headers.has("Deprecation"), headers.has("Link")], path).toEqual([200, false, false]);
    }
    expect((await client.get("/v1/customers/mytickets", { token })).headers.get("Deprecation")).toBe(DEPRECATED);
    expect((await client.get("/v1/v1/health")).status).toBe(404);
    expect((await client.get("/customers/my-tickets", { token })).headers.has("Deprecation")).toBe(false);
  });
});

describe("a list at a legacy path means what it meant", () => {
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);

  it("/mechanics/ranked by number of tickets, only those with tickets; /mechanics/popular the first five", async () => {
    const { token } = await aMechanic();
    for (let n = 1; n <= 6; n++) {
      const mechanic = await aMechanic({ name: `Ranked ${n}` });
      const shop = await aShop();
      for (let tickets = 0; tickets < n; tickets++) await aTicket(client, shop, { mechanic_ids: [mechanic.id] });
    }
    const { body: ranked } = await client.get("/mechanics/ranked");
    const counts = ranked.mechanics.map(({ ticket_count }: { ticket_count: number }) => ticket_count);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(counts.at(-1)).toBeGreaterThan(0);
    expect(names(ranked.mechanics).filter((name) => name.startsWith("Ranked"))).toEqual([6, 5, 4, 3, 2, 1].map((n) => `Ranked ${n}`));
    expect(ranked.pagination).toMatchObject({ per_page: 100, total_items: ranked.mechanics.length });
    const popular = await client.get("/mechanics/popular", { token });
    expect(popular.body.mechanics).toEqual(ranked.mechanics.slice(0, 5));
    expect((await client.get("/mechanics/popular?per_page=2&page=2")).body.mechanics).toEqual(ranked.mechanics.slice(2, 4));
    expect(popular.headers.get("Link")).toContain('</mechanics/top?per_page=5>; rel="successor-version"');
  });

  it("of counts has the tickets of the one in the path, and of searches takes the older names", async () => {
    const shop = await aShop();
    const { id } = await aTicket(client, shop, { mechanic_ids: [shop.mechanic.id] });
    const { token } = shop.mechanic;
    for (const path of [`mechanic/${shop.mechanic.id}`, `customer/${shop.customer.id}`]) {
      const { body, headers } = await client.get(`/service-tickets/${path}/count?page=1`, { token });
      expect([body.pagination.total_items, body.service_tickets[0].id], path).toEqual([1, id]);
      expect(headers.get("Link")).toContain(`_id=${path.split("/")[1]}>; rel="successor-version"`);
    }
    const { body: part } = await client.post("/inventory", { name: `Zsearch${unique()}`, price: 1, quantity: 1 }, { token });
    for (const path of [
      `/inventory/search?part_name=${part.name}`,
      `/inventory/search?q=${part.name}&limit=5`,
      `/inventory/mechanic/search?q=${part.name}`,
    ])
      expect(names((await client.get(path, { token })).body.inventory), path).toEqual([part.name]);
    expect((await client.get(`/inventory/mechanic/${part.id}`, { token })).body.name).toBe(part.name);
    const name = `Zwrench${unique()}`;
    await client.post("/mechanics", { ...newMechanic(), name });
    expect(names((await client.get(`/mechanics/search?name=${name}`, { token })).body.mechanics)).toEqual([name]);
  });
});

describe("a legacy path", () => {
  it("answers HEAD, OPTIONS and other methods as its canonical path does", async () => {
    const { token } = await aCustomer();
    const head = await send("/customers/mytickets/", { method: "HEAD", headers: bearer(token) });
    expect([head.status, await head.text(), head.headers.get("Deprecation")]).toEqual([200, "", DEPRECATED]);
    const allowed = async (path: string) => (await send(path, { method: "OPTIONS" })).headers.get("Allow");
    expect(await allowed("/tickets/")).toBe(await allowed("/service-tickets"));
    expect(await allowed("/login")).toBe("POST, OPTIONS");
    expect(await allowed("/mechanics/admin/update/1")).toBe(await allowed("/mechanics/1"));
    expect(await allowed("/service-tickets/1/mechanics")).toBe("GET, HEAD, OPTIONS");
    expect((await client.get("/login")).body).toMatchObject({ code: "unknown_route" });
    expect((await client.post("/tickets/1", {})).body).toMatchObject({ code: "method_not_allowed" });
  });

  it.each(["/api/docs", "/api/docs/", "/swagger", "/v1/swagger"])("shows the docs at %s", async (path) => {
    const [older, docs] = [await client.get(path), await client.get("/docs")];
    expect([older.status, older.body]).toEqual([200, docs.body]);
    expect(older.headers.get("Content-Security-Policy")).toBe(docs.headers.get("Content-Security-Policy"));
  });

  it("counts together with its canonical route, which no spelling dodges", async () => {
    const narrow = createClient(testDeps({ RATE_LIMIT_STAFF: "5/hour" }));
    const { token } = await aMechanic();
    const paths = ["/tickets", "/service_tickets", "/v1/service-tickets", "/v1/tickets/", "/service-tickets"];
    for (const path of paths) expect((await narrow.get(path, { token })).status, path).toBe(200);
    for (const path of paths) expect((await narrow.get(path, { token })).status, path).toBe(429);
  });

  it("counts as a login, and as a registration", async () => {
    const at = () => `198.51.100.${unique()}`;
    const login = createClient(testDeps({ RATE_LIMIT_LOGIN: "3/minute" }), at());
    const credentials = { email: "nobody@example.com", password: "wrong password" };
    for (const path of ["/login", "/users/login", "/v1/auth/login"]) expect((await login.post(path, credentials)).status, path).toBe(401);
    for (const path of ["/login", "/users/login", "/auth/login"]) expect((await login.post(path, credentials)).status, path).toBe(429);
    const register = createClient(testDeps({ RATE_LIMIT_REGISTER: "2/hour" }), at());
    const someone = () => ({ name: "Ada", email: `older${unique()}@example.com`, phone: "+1 555 0100", password: PASSWORD });
    for (const path of ["/customers/register", "/users/register"]) expect((await register.post(path, someone())).status, path).toBe(201);
    expect((await register.post("/customers", someone())).status).toBe(429);
  });

  it("shares the cached listing of its canonical route", async () => {
    const [{ token }, { id }] = [await aMechanic(), await aCustomer()];
    const look = async (path: string) => (await client.get(`${path}?customer_id=${id}`, { token })).headers.get("X-Cache");
    expect([await look("/service-tickets"), await look("/tickets"), await look("/v1/service_tickets")]).toEqual(["miss", "hit", "hit"]);
    expect(await look("/service-tickets")).toBe("hit");
  });

  it("of a write shares the Idempotency-Key of its canonical route", async () => {
    const shop = await aShop(5);
    const { id } = await aTicket(client, shop);
    const options = { token: shop.mechanic.token, headers: { "Idempotency-Key": "once" } };
    const first = await client.put(`/tickets/${id}/add-part/${shop.part.id}`, { quantity: 2 }, options);
    const again = await client.put(`/v1/service-tickets/${id}/add-part/${shop.part.id}`, { quantity: 2 }, options);
    expect([first.status, again.status, again.headers.get("Idempotent-Replayed")]).toEqual([200, 200, "true"]);
    expect(await stockOf(shop.part)).toBe(3);
  });

  it("that was a PUT deletes where the canonical route is a DELETE", async () => {
    const shop = await aShop(5);
    const { id } = await aTicket(client, shop, { parts: [{ inventory_id: shop.part.id, quantity: 2 }] });
    const path = `/tickets/${id}/remove-part/${shop.part.id}`;
    const refused = await client.put(path, {}, { token: shop.customer.token });
    expect([refused.status, await stockOf(shop.part)]).toEqual([403, 3]);
    const { status, body } = await client.put(path, {}, { token: shop.mechanic.token });
    expect([status, body.parts, await stockOf(shop.part)]).toEqual([200, [], 5]);
    expect((await auditOf("service_ticket", id)).at(-1)).toMatchObject({ user_id: shop.mechanic.userId });
  });

  it("is for those whom its canonical route is for", async () => {
    const [admin, mechanic, customer] = [await anAdmin(), await aMechanic(), await aCustomer()];
    const other = await aCustomer();
    const status = async (method: string, path: string, token?: string, body?: unknown) =>
      (await client.send(method, path, { token, body })).status;
    expect(await status("delete", `/customers/admin/delete/${other.id}`, customer.token)).toBe(404);
    expect(await status("delete", `/customers/admin/delete/${other.id}`, mechanic.token)).toBe(403);
    expect(await status("put", `/mechanics/admin/update/${mechanic.id}`, mechanic.token, { salary: 90_000 })).toBe(403);
    expect(await rows("select id from customers where id = ?", other.id)).toHaveLength(1);
    expect(await status("delete", `/customers/admin/delete/${other.id}`, admin.token)).toBe(200);
    expect(await status("put", `/mechanics/admin/update/${mechanic.id}`, admin.token, { salary: 90_000 })).toBe(200);
    expect(await rows("select salary from mechanics where id = ?", mechanic.id)).toEqual([{ salary: 9_000_000 }]);
    expect(await rows("select id from customers where id = ?", other.id)).toEqual([]);
  });
});
