import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createDeps } from "../../src/deps.ts";
import type { Deps } from "../../src/http/app-env.ts";
import { createClient, testDeps } from "../support/client.ts";
import { type Fault, failing, faultyD1, faultyGates, faultyKv } from "../support/faults.ts";
import { aCustomer, aMechanic, anAdmin, PASSWORD, unique } from "../support/people.ts";
import { bearer, rawClient } from "../support/raw.ts";
import { aShop, aTicket } from "../support/shop.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** In lower case, and each too long or of other letters than the random ids of requests could hold. */
const SECRETS = ["zebra", "zelda", "@", "private.example", "555 0987", "5550987", "eyj", "203.0.113"];

/** A client, and the lines that its requests leave in the log. */
const logged = (variables: Partial<Env> = {}, change: Partial<Deps> = {}) => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const deps = { ...testDeps(variables, (line) => lines.push(line)), ...change };
  return { lines, client: createClient(deps), send: rawClient(deps) };
};

describe("the log", () => {
  it("has one line per request: which, what route, how it went, how long, how many round trips", async () => {
    const { lines, client } = logged();
    const { id, token } = await aCustomer();
    const { headers } = await client.get(`/customers/${id}`, { token });
    expect(lines).toEqual([
      {
        request_id: headers.get("X-Request-Id"),
        route: "/customers/{id}",
        method: "GET",
        status: 200,
        ms: expect.any(Number),
        trips: { gate: 1, kv: 0, d1: 1 },
      },
    ]);
  });

  it.each([
    ["GET", "/", "/", 200],
    ["GET", "/docs", "/docs", 200],
    ["GET", "/customers/top", "/customers/top", 401],
    ["GET", "/customers/12", "/customers/{id}", 401],
    ["HEAD", "/customers/12/", "/customers/{id}", 401],
    ["OPTIONS", "/customers/12", "/customers/{id}", 204],
    ["DELETE", "/auth/me", "/auth/me", 405],
    ["GET", "/nothing/ada@example.com", "unknown", 404],
    ["GET", "/%E0%A4%A", "unknown", 404],
    ["PUT", "/tickets/1/remove-part/2", "/service-tickets/{id}/parts/{inventory_id}", 401],
    ["GET", "/v1/service_tickets/my-tickets", "/customers/my-tickets", 401],
  ])("names %s %s as %s", async (method, path, route, status) => {
    const { lines, send } = logged();
    await send(path, { method });
    expect(lines).toEqual([expect.objectContaining({ route, status, method: route.includes("parts/") ? "DELETE" : method })]);
  });

  it("counts the round trips of a cached listing, and of a write", async () => {
    const { lines, client } = logged();
    const [{ token }, shop] = [await aMechanic(), await aShop()];
    const path = `/service-tickets?customer_id=${shop.customer.id}`;
    await client.get(path, { token });
    await client.get(path, { token });
    await client.get(path, { token });
    // An entry and a clock are looked up, then the isolate remembers; the second time the entry is put.
    expect(lines.map(({ trips }) => trips)).toEqual([
      { gate: 1, kv: 2, d1: 1 },
      { gate: 1, kv: 1, d1: 0 },
      { gate: 1, kv: 0, d1: 0 },
    ]);
    lines.length = 0;
    await aTicket(client, shop);
    expect(lines).toMatchObject([{ status: 201, trips: { gate: 2, d1: 1 } }]);
  });

  it("keeps the round trips of requests that run at the same time apart", async () => {
    const { lines, client } = logged();
    const people = await Promise.all(Array.from({ length: 20 }, () => aCustomer()));
    await Promise.all(people.map(({ token }, i) => client.get(i % 2 ? "/auth/me" : "/", { token })));
    for (const { route, trips } of lines)
      expect(trips, String(route)).toEqual(route === "/" ? { gate: 1, kv: 0, d1: 0 } : { gate: 1, kv: 0, d1: 1 });
    expect(lines).toHaveLength(20);
  });

  it("counts no round trip for what is refused by what the isolate remembers", async () => {
    const { lines, client } = logged({ RATE_LIMIT_DEFAULT: "1/hour" });
    const { token } = await aCustomer();
    for (let i = 0; i < 3; i++) await client.get("/auth/me", { token });
    expect(lines.map(({ status, trips }) => [status, trips])).toEqual([
      [200, { gate: 1, kv: 0, d1: 1 }],
      [429, { gate: 1, kv: 0, d1: 1 }],
      [429, expect.objectContaining({ gate: 0 })],
    ]);
  });

  it("holds nothing that clients wrote: no e-mail, token, password, name, query or path", async () => {
    const consoles = (["log", "info", "warn", "error", "debug"] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(() => undefined),
    );
    const { lines, client, send } = logged();
    const [admin, customer] = [await anAdmin(), await aCustomer({ name: "Zelda Zebra", phone: "+1 555 0987" })];
    const email = `secret${unique()}@private.example`;
    const prepare = () => {
      throw new Error(`Failed query: select '${email}'`);
    };
    // Safe here: a session is asked for these only.
    const d1 = { withSession: () => ({ prepare, getBookmark: () => null }) } as unknown as D1Database;
    const broken = logged({}, { d1 });

    const { body } = await client.post("/customers", { name: "Zelda Zebra", email, phone: "+1 555 0987", password: PASSWORD });
    const login = await client.post("/login", { email, password: PASSWORD });
    await client.post("/auth/login", { email, password: "wrong password" });
    await client.put("/auth/password", { current_password: PASSWORD, new_password: "another zebra crossing" }, { token: login.body.token });
    await client.get(`/customers?q=zebra&sort=name`, { token: admin.token });
    await client.get(`/customers/${body.id}?token=${customer.token}`, { token: customer.token });
    await client.put(`/customers/${body.id}`, `{"name": "Zelda`, { token: admin.token, headers: { "Idempotency-Key": "zebra-key" } });
    await client.get(`/customers/${email}`, { token: admin.token });
    await client.get(`/${email}/${PASSWORD.replaceAll(" ", "-")}`, { token: "zebra-token" });
    await send("/auth/me", { headers: { ...bearer("zebra"), Cookie: "zebra=1", "User-Agent": "zebra", "X-Request-Id": "zebra" } });
    expect((await broken.client.get("/auth/me", { token: customer.token })).status).toBe(500);

    const written = JSON.stringify([lines, broken.lines, consoles.map(({ mock }) => mock.calls)]);
    expect(lines.length + broken.lines.length).toBe(11);
    expect(written).toContain("/customers/{id}");
    for (const secret of [...SECRETS, email, "correct", "wrong", "another", "%40"])
      expect(written.toLowerCase(), secret).not.toContain(secret);
    for (const token of [login.body.token, customer.token, admin.token]) expect(written).not.toContain(token.split(".")[2]);
  });

  it("holds nothing of them either when parts fail, whatever the route, and names the request of each error", async () => {
    const errors = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const admin = await anAdmin();
    const words = { name: "Zelda Zebra", email: `secret${unique()}@private.example`, phone: "+1 555 0987", password: "zebra crossing" };
    const telling = `Failed query: insert into zebra values ('${words.email}', '${words.password}')`;
    const faults: readonly [string, (fault: Fault) => Partial<Env>, number][] = [
      ["D1_ERROR: Network connection lost: zebra", (fault) => ({ DB: faultyD1(fault) }), 503],
      [telling, (fault) => ({ DB: faultyD1(fault) }), 500],
      [telling, (fault) => ({ GATES: faultyGates(fault) }), 503],
      [telling, (fault) => ({ LISTINGS: faultyKv(fault) }), 201],
    ];
    const lines: Readonly<Record<string, unknown>>[] = [];
    for (const [message, variables, status] of faults) {
      const broken = logged(variables(failing(message)));
      const options = { token: admin.token, headers: { "Idempotency-Key": "zebra-key", "User-Agent": "zebra" } };
      const made = await broken.client.post("/customers", words, options);
      expect(made.status, message).toBe(status);
      await broken.client.post("/auth/login", { email: words.email, password: words.password });
      await broken.client.get(`/customers?q=${words.email}`, { token: admin.token });
      await broken.client.delete(`/customers/${words.email}`, { token: admin.token, headers: { "If-Match": '"zebra"' } });
      lines.push(...broken.lines);
    }
    expect(lines).toHaveLength(16);
    for (const line of lines) {
      expect(Object.keys(line).sort()).toEqual(["method", "ms", "request_id", "route", "status", "trips"]);
      expect(JSON.stringify(line)).toMatch(
        /^\{"request_id":"[0-9a-f-]{36}","route":"\/[\w/{}-]*","method":"[A-Z]+","status":\d{3},"ms":\d+,/,
      );
    }
    const known = lines.map(({ request_id }) => request_id);
    const told = errors.mock.calls.map(([line]) => JSON.parse(line));
    expect(told.length).toBeGreaterThan(2);
    for (const { request_id } of told) expect(known).toContain(request_id);
    const written = JSON.stringify([lines, told]).toLowerCase();
    for (const secret of [...SECRETS, "insert"]) expect(written, secret).not.toContain(secret);
  });

  it("tells message and cause of an error in development, and neither in production", async () => {
    const errors = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { token } = await anAdmin();
    const prepare = () => {
      throw new Error("Failed query: select zebra", { cause: new Error("no such table: zebra") });
    };
    // Safe here: a session is asked for these only.
    const d1 = { withSession: () => ({ prepare, getBookmark: () => null }) } as unknown as D1Database;
    for (const isDevelopment of [true, false])
      expect((await logged({}, { d1, isDevelopment }).client.get("/auth/me", { token })).status).toBe(500);
    const [inDevelopment, inProduction] = errors.mock.calls.map(([line]) => JSON.parse(line));
    expect(inDevelopment.messages).toEqual(["Failed query: select zebra", "no such table: zebra"]);
    expect(Object.keys(inProduction).sort()).toEqual(["error", "request_id", "where"]);
    expect(JSON.stringify(inProduction)).not.toContain("zebra");
  });

  it("is written as one line of JSON", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    await rawClient(createDeps(env))("/");
    expect(log.mock.calls).toHaveLength(1);
    const [line] = log.mock.calls[0] ?? [];
    expect(JSON.parse(line)).toMatchObject({ route: "/", status: 200 });
    expect(line).not.toContain("\n");
  });
});

describe("a flood", () => {
  it.each<[string, string, string, unknown?]>([
    ["a record", "GET", "/auth/me"],
    ["a listing", "GET", "/mechanics?per_page={n}"],
    ["a write", "POST", "/inventory", { name: "Brake pad", price: 10 }],
    ["a login", "POST", "/auth/login", { email: "nobody@example.com", password: PASSWORD }],
  ])("of requests for %s makes no round trip once its client is denied", async (_what, method, path, body) => {
    const { lines, client } = logged({ RATE_LIMIT_DEFAULT: "1/hour", RATE_LIMIT_STAFF: "1/hour", RATE_LIMIT_LOGIN: "1/hour" });
    const { token } = await aMechanic();
    for (let i = 0; i < 4; i++) await client.send(method, path.replace("{n}", `${i + 1}`), { token, body });
    expect(lines.map(({ status }) => status).slice(1)).toEqual([429, 429, 429]);
    for (const { trips } of lines.slice(2)) expect(trips).toEqual({ gate: 0, kv: 0, d1: 0 });
  });
});

describe("Server-Timing", () => {
  it("tells in development what took the time, of a read, a cached listing and a write", async () => {
    const { client } = logged({ ENVIRONMENT: "development" });
    const shop = await aShop();
    const timing = async (path: string) => (await client.get(path, { token: shop.mechanic.token })).headers.get("Server-Timing");
    expect(await timing(`/customers/${shop.customer.id}`)).toMatch(/^gate;dur=\d+\.\d, d1;dur=\d+\.\d$/);
    expect(await timing(`/service-tickets?customer_id=${shop.customer.id}`)).toMatch(/^gate;dur=[\d.]+, kv;dur=[\d.]+, d1;dur=[\d.]+$/);
    const change = await client.put(`/customers/${shop.customer.id}`, { name: "New" }, { token: shop.mechanic.token });
    expect(change.headers.get("Server-Timing")).toMatch(/gate;dur=.*d1;dur=/);
    expect((await client.get("/docs")).headers.has("Server-Timing")).toBe(false);
  });

  it("adds up the time in which at least one call was under way", async () => {
    const get = async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return null;
    };
    const slow = { ...env, LISTINGS: { get, put: async () => undefined } as unknown as KVNamespace, ENVIRONMENT: "development" };
    const { client } = logged({}, { cache: testDeps(slow).cache, isDevelopment: true });
    const { headers } = await client.get("/mechanics/top?limit=7");
    const [, ms] = /kv;dur=([\d.]+)/.exec(headers.get("Server-Timing") ?? "") ?? [];
    expect(Number(ms)).toBeGreaterThanOrEqual(290);
    expect(Number(ms)).toBeLessThan(590);
  });

  it("is not told in production, which is how it is shipped", async () => {
    expect(env.ENVIRONMENT).toBe("production");
    const { client } = logged();
    for (const path of ["/", "/health", "/mechanics/top", "/nothing"])
      expect((await client.get(path)).headers.has("Server-Timing")).toBe(false);
  });

  it.each(["", "prod", "test"])("stops the start when ENVIRONMENT is %j, and names it", (ENVIRONMENT) => {
    expect(() => createDeps({ ...env, ENVIRONMENT })).toThrow("ENVIRONMENT");
  });
});
