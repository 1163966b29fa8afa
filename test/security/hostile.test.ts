import { describe, expect, it } from "vitest";
import { createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, anAdmin, PASSWORD, rows, unique } from "../support/people.ts";
import { bearer, rawClient } from "../support/raw.ts";

const client = createClient();
const send = rawClient();
const newCustomer = (fields: object = {}) => ({
  name: "Ada",
  email: `hostile${unique()}@example.com`,
  phone: "+1 555 0100",
  password: PASSWORD,
  ...fields,
});

describe("a path", () => {
  it.each([
    "//customers",
    "/customers//",
    "/CUSTOMERS",
    "/Customers/1",
    "/customers%2F1",
    "/customers%2f..%2fusers",
    "/customers/1%2f",
    "/%63ustomers/../users%00",
    "/customers;/1",
    "/v1/v1/customers",
    "/v1//customers",
    "/service-tickets%20",
    "/.%2e/users",
    "/users%23",
    "/tickets%2F1",
  ])("of %s reaches no record that its role may not reach", async (path) => {
    const [customer, other] = [await aCustomer(), await aCustomer()];
    const response = await send(path.replace("1", String(other.id)), { headers: bearer(customer.token) });
    expect([403, 404, 422]).toContain(response.status);
    expect(await response.text()).not.toContain(other.email);
  });

  it("with dot segments is the path that they lead to, under its own policy", async () => {
    const { token } = await aCustomer();
    for (const path of ["/customers/../users", "/docs/../users", "/customers/%2e%2e/users", "/v1/../users", "/assets/../../users"]) {
      const { status } = await send(path, { headers: bearer(token) });
      expect(status, path).toBe(403);
    }
  });

  it("in another spelling counts where its route does: case, slashes and encodings open no second log", async () => {
    const narrow = rawClient(testDeps({ RATE_LIMIT_DEFAULT: "1/hour" }));
    const at = (path: string, more: RequestInit = {}) => narrow(path, { headers: { "CF-Connecting-IP": "198.51.100.78" }, ...more });
    expect((await at("/mechanics/top")).status).toBe(200);
    for (const path of ["/mechanics/top/", "/mechanics/popular", "/v1/mechanics/top", "/mechanics/top?limit=4", "/v1/mechanics/popular/"]) {
      expect((await at(path)).status, path).toBe(429);
      expect((await at(path, { method: "HEAD", headers: { "CF-Connecting-IP": "198.51.100.78" } })).status, path).toBe(429);
    }
    expect((await at("/Mechanics/top")).status).toBe(404);
    for (const path of ["/MECHANICS/TOP", "//mechanics/top", "/mechanics%2Ftop", "/nothing"])
      expect((await at(path)).status, path).toBe(429);
  });
});

describe("the limit of an account", () => {
  it("is one for all its tokens and addresses", async () => {
    const deps = testDeps({ RATE_LIMIT_DEFAULT: "2/hour" });
    const { id, userId, token } = await aCustomer();
    const another = (sid: string) => deps.tokens.sign({ role: "customer", customerId: id, userId, session: { sid, gen: 1 } }, deps.clock());
    const as = async (asToken: string, address: string) => (await createClient(deps, address).get("/auth/me", { token: asToken })).status;
    expect([await as(token, "192.0.2.1"), await as(await another("two"), "192.0.2.2")]).toEqual([200, 200]);
    expect([await as(await another("three"), "192.0.2.3"), await as(token, "2001:db8::1")]).toEqual([429, 429]);
  });
});

describe("a header", () => {
  it.each([
    "X-HTTP-Method-Override",
    "X-Method-Override",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-Forwarded-Host",
    "X-Forwarded-Prefix",
    "Forwarded",
  ])("named %s changes nothing", async (name) => {
    const [{ token }, other] = [await aCustomer(), await aCustomer()];
    const response = await send("/auth/me", {
      headers: { ...bearer(token), [name]: name.includes("Method") ? "DELETE" : `/customers/${other.id}` },
    });
    expect([response.status, (await response.json<{ email: string }>()).email === other.email]).toEqual([200, false]);
  });

  it("is never written with what a client sent: no line break comes through a path, a query or a value", async () => {
    const { token } = await aMechanic();
    const paths = [
      "/tickets?q=%0d%0aX-Injected:%201",
      "/customers?q=a%0d%0aX-Injected:%201",
      "/tickets/%0d%0aX-Injected:1",
      "/mechanics/popular?limit=%0aX-Injected:1",
      "/inventory?category=%0d%0aX-Injected:%201",
    ];
    for (const path of paths) {
      const response = await send(path, { headers: { ...bearer(token), Origin: "https://x\u00e4" } });
      expect(response.headers.has("X-Injected"), path).toBe(false);
      for (const [, value] of response.headers) expect(value, path).not.toMatch(/[\r\n]/);
    }
  });

  it("of the host names no place in an answer", async () => {
    const { token } = await aMechanic();
    const response = await send("/tickets?per_page=1", {
      headers: { ...bearer(token), Host: "evil.example", "X-Forwarded-Host": "evil.example" },
    });
    expect(JSON.stringify([...response.headers])).not.toContain("evil.example");
  });
});

describe("a body", () => {
  it.each([
    ["lists", "[".repeat(30_000) + "]".repeat(30_000)],
    ["objects", `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`],
    ["lists in a field", `{"name":${"[".repeat(30_000)}${"]".repeat(30_000)}}`],
    ["open lists", "[".repeat(60_000)],
  ])("of deeply nested %s is refused, in time", async (_, body) => {
    const start = performance.now();
    const { status } = await client.post("/customers", body);
    expect([400, 422]).toContain(status);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it("of thousands of unknown fields is refused, in time", async () => {
    const body = Object.fromEntries(Array.from({ length: 4_000 }, (_, i) => [`field${i}`, 1]));
    const start = performance.now();
    const { status } = await client.post("/customers", body);
    expect([status, performance.now() - start < 3_000]).toEqual([422, true]);
  });

  it("pollutes no prototype", async () => {
    const text = JSON.stringify(newCustomer()).replace(
      "{",
      '{"__proto__":{"role":"admin","polluted":1},"constructor":{"prototype":{"polluted":1}},',
    );
    expect((await client.post("/customers", text)).status).toBe(422);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain("polluted");
  });

  it("with NUL, lone surrogates and odd spaces is refused or kept as text", async () => {
    const { token } = await anAdmin();
    expect((await client.post("/customers", newCustomer({ name: "A\u0000da" }), { token })).status).toBe(422);
    const sql = "Robert'); drop table customers; --";
    const made = await client.post("/customers", newCustomer({ name: sql }), { token });
    expect([made.status, made.body.name]).toEqual([201, sql]);
    expect(await rows("select name from customers where id = ?", made.body.id)).toEqual([{ name: sql }]);
    const odd = await client.post("/customers", newCustomer({ name: "A\ud800da" }), { token });
    expect([201, 422]).toContain(odd.status);
  });
});

describe("a long search", () => {
  it.each(["q", "category"])("of %s is refused", async (name) => {
    const { token } = await aMechanic();
    const { status, body } = await client.get(`/inventory?${name}=${"a".repeat(10_000)}`, { token });
    expect([status, body.errors[0].pointer]).toEqual([422, `/query/${name}`]);
    expect(JSON.stringify(body).length).toBeLessThan(1_000);
  });
});
