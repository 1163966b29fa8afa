import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createDeps } from "../../src/deps.ts";
import { testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, unique } from "../support/people.ts";
import { bearer, rawClient } from "../support/raw.ts";

const SHOP = "https://shop.example";
const ADMIN = "http://localhost:5173";
const send = rawClient(testDeps({ CORS_ORIGINS: `${SHOP}, ${ADMIN}` }));
const ask = (path: string, origin?: string, init: RequestInit = {}) =>
  send(path, { ...init, headers: { ...(origin === undefined ? {} : { Origin: origin }), ...(init.headers as Record<string, string>) } });
const preflight = (path: string, origin = SHOP, on = ask) =>
  on(path, origin, {
    method: "OPTIONS",
    headers: { "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization,if-match" },
  });
const corsHeaders = ({ headers }: Response) => [...headers.keys()].filter((name) => name.startsWith("access-control-"));
const listed = (response: Response, name: string) => (response.headers.get(name) ?? "").split(", ").sort();

describe("a page of an allowed origin", () => {
  it.each([SHOP, ADMIN])("%s may read the answer with the headers that tell something", async (origin) => {
    const response = await ask("/health", origin);
    expect([response.status, response.headers.get("Access-Control-Allow-Origin")]).toEqual([200, origin]);
    expect(listed(response, "Access-Control-Expose-Headers")).toEqual(
      [
        ["Deprecation", "ETag", "Idempotent-Replayed", "Link", "Location", "RateLimit", "RateLimit-Policy"],
        ["Retry-After", "Server-Timing", "X-Cache", "X-Request-Id"],
      ].flat(),
    );
    expect(response.headers.get("Vary")).toBe("Origin");
    expect(response.headers.has("Access-Control-Allow-Credentials")).toBe(false);
  });

  it("may read failures, too", async () => {
    for (const [path, status] of [
      ["/nothing", 404],
      ["/customers", 401],
      ["/tickets?x=1", 401],
    ] as const) {
      const response = await ask(path, SHOP);
      expect([response.status, response.headers.get("Access-Control-Allow-Origin"), response.headers.get("Vary")]).toEqual([
        status,
        SHOP,
        "Origin",
      ]);
    }
  });

  it.each(["/customers/1", "/tickets/1", "/v1/inventory", "/nothing", "/docs"])("is answered its preflight of %s", async (path) => {
    const response = await preflight(path);
    expect([response.status, await response.text()]).toEqual([204, ""]);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe(SHOP);
    expect(listed(response, "Access-Control-Allow-Methods")).toEqual(["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]);
    expect(listed(response, "Access-Control-Allow-Headers")).toEqual([
      "Authorization",
      "Content-Type",
      "Idempotency-Key",
      "If-Match",
      "If-None-Match",
      "MCP-Protocol-Version",
      "Mcp-Method",
      "Mcp-Name",
      "Share-Token",
    ]);
    expect(response.headers.get("Vary")).toBe("Origin");
  });

  it("still learns the methods of a path by OPTIONS", async () => {
    const response = await ask("/auth/me", SHOP, { method: "OPTIONS" });
    expect([response.status, response.headers.get("Allow")]).toEqual([204, "GET, HEAD, OPTIONS"]);
  });
});

describe("a page of another origin", () => {
  it.each(["https://shop.example.evil.test", "https://evil.test", "http://shop.example", "https://shop.example:8443", "null", ""])(
    "%j is allowed nothing",
    async (origin) => {
      const [plain, asked] = [await ask("/health", origin), await preflight("/health", origin)];
      expect([plain.status, corsHeaders(plain), plain.headers.get("Vary")]).toEqual([200, [], "Origin"]);
      expect([asked.status, corsHeaders(asked), asked.headers.get("Vary")]).toEqual([204, [], "Origin"]);
    },
  );

  it("is none when the list is empty, as it is shipped", async () => {
    const shipped = rawClient(testDeps());
    const response = await shipped("/health", { headers: { Origin: SHOP } });
    expect([env.CORS_ORIGINS, response.status, corsHeaders(response), response.headers.has("Vary")]).toEqual(["", 200, [], false]);
  });
});

describe("OPTIONS", () => {
  it("is not counted, be it a preflight or not, on a path that is there or not", async () => {
    const narrow = rawClient(testDeps({ CORS_ORIGINS: SHOP, RATE_LIMIT_DEFAULT: "1/hour", RATE_LIMIT_LOGIN: "1/minute" }));
    const from = `198.51.100.${unique()}`;
    const at = (path: string, origin?: string, init: RequestInit = {}) =>
      narrow(path, {
        ...init,
        headers: { "CF-Connecting-IP": from, ...(origin ? { Origin: origin } : {}), ...(init.headers as Record<string, string>) },
      });
    for (const path of ["/nothing", "/auth/login", "/login", "/mechanics/top"])
      for (let i = 0; i < 3; i++) {
        const [asked, plain] = [await preflight(path, SHOP, at), await at(path, undefined, { method: "OPTIONS" })];
        expect([asked.status, plain.status], path).toEqual([204, path === "/nothing" ? 404 : 204]);
        expect([asked.headers.has("RateLimit"), plain.headers.has("RateLimit")], path).toEqual([false, false]);
      }
    expect([(await at("/nothing")).status, (await at("/nothing")).status]).toEqual([404, 429]);
    expect([(await at("/mechanics/top")).status, (await at("/mechanics/top")).status]).toEqual([200, 429]);
  });
});

describe("CORS_ORIGINS", () => {
  it.each(["*", "shop.example", "https://shop.example/", "https://shop.example/app", "https://*.example", "null", "HTTPS://Shop.example"])(
    "stops the start for %j, and is named",
    (origin) => {
      expect(() => createDeps({ ...env, CORS_ORIGINS: `${SHOP} ${origin}` })).toThrow(/CORS_ORIGINS/);
    },
  );

  it("is a list by spaces, commas and lines", () => {
    const { allowedOrigins } = testDeps({ CORS_ORIGINS: ` ${SHOP},${ADMIN}\n https://a.example ` });
    expect([...allowedOrigins]).toEqual([SHOP, ADMIN, "https://a.example"]);
  });

  it("opens nothing of what a token opens: without one an allowed origin is anonymous", async () => {
    const [{ id }, { token }] = [await aCustomer(), await aMechanic()];
    expect((await ask(`/customers/${id}`, SHOP)).status).toBe(401);
    expect((await ask(`/customers/${id}`, SHOP, { headers: bearer(token) })).status).toBe(200);
  });
});
