import { env } from "cloudflare:workers";
import { Hono } from "hono";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FAILURES, Failure } from "../../src/core/errors.ts";
import { createDeps } from "../../src/deps.ts";
import type { AppEnv } from "../../src/http/app-env.ts";
import { Problem } from "../../src/http/document/document.ts";
import { begin } from "../../src/http/pipeline/answer.ts";
import { onError } from "../../src/http/pipeline/problem.ts";
import { createClient, testDeps } from "../support/client.ts";
import { aCustomer, aMechanic, unique } from "../support/people.ts";
import { bearer, rawClient } from "../support/raw.ts";

const client = createClient();
const send = rawClient();
const status = async (answer: Promise<{ status: number }>): Promise<number> => (await answer).status;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a request that no route takes", () => {
  it.each(["/nothing", "/customers/1/nothing", "//customers", "/Customers", "/customers.json", "/%", "/auth", "/.env"])(
    "is 404 for %s",
    async (path) => {
      const { status, body, headers } = await client.get(path);
      expect([status, body.code, headers.get("Content-Type")]).toEqual([404, "unknown_route", "application/problem+json"]);
      expect(Problem.parse(body).request_id).toBe(headers.get("X-Request-Id"));
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    },
  );

  it.each([
    ["delete", "/auth/me", ["GET", "HEAD", "OPTIONS"]],
    ["get", "/auth/login", ["OPTIONS", "POST"]],
    ["get", "/customers/login", ["OPTIONS", "POST"]],
    ["patch", "/customers", ["GET", "HEAD", "OPTIONS", "POST"]],
    ["post", "/customers/1", ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "PUT"]],
    ["put", "/customers/top/", ["GET", "HEAD", "OPTIONS"]],
    ["post", "/", ["GET", "HEAD", "OPTIONS"]],
    ["post", "/docs", ["GET", "HEAD", "OPTIONS"]],
    ["delete", "/openapi.json", ["GET", "HEAD", "OPTIONS"]],
    ["post", "/openapi-legacy.json", ["GET", "HEAD", "OPTIONS"]],
  ])("is 405 for %s %s, and names the methods that are there", async (method, path, allowed) => {
    const response = await send(path, { method: method.toUpperCase() });
    const body = await response.json<{ code: string; allow: string }>();
    expect([response.status, body.code]).toEqual([405, "method_not_allowed"]);
    const allow = response.headers.get("Allow");
    expect(allow?.split(", ").sort()).toEqual(allowed);
    expect(body.allow).toBe(allow);
    const options = await send(path, { method: "OPTIONS" });
    expect([options.status, options.headers.get("Allow"), options.body]).toEqual([204, allow, null]);
  });

  it("is refused with 401 first when its token does not verify", async () => {
    expect(await status(client.get("/nothing", { token: "x" }))).toBe(401);
    expect(await status(client.delete("/auth/me", { token: "x" }))).toBe(401);
  });
});

describe("a route", () => {
  it("answers with and without a trailing slash, without a redirect", async () => {
    const { id, token } = await aCustomer();
    for (const path of ["/auth/me", `/customers/${id}`, "/health"]) {
      const [plain, slashed] = [await client.get(path, { token }), await client.get(`${path}/`, { token })];
      expect([plain.status, slashed.status], path).toEqual([200, 200]);
    }
    expect(await status(client.get("/customers/?per_page=1", { token: (await aMechanic()).token }))).toBe(200);
  });

  it("answers HEAD as GET, without the body", async () => {
    const { token } = await aMechanic();
    for (const path of ["/auth/me", "/customers?per_page=1", "/", "/docs"]) {
      const [head, get] = [await send(path, { method: "HEAD", headers: bearer(token) }), await send(path, { headers: bearer(token) })];
      expect([head.status, await head.text()], path).toEqual([200, ""]);
      for (const name of ["Content-Type", "Cache-Control", "Link"]) expect(head.headers.get(name), path).toBe(get.headers.get(name));
    }
    expect(await status(send("/customers/0", { method: "HEAD", headers: bearer(token) }))).toBe(422);
  });

  it("names each request anew, whatever the client calls it", async () => {
    const ids = await Promise.all(
      [1, 2, 3].map(async () => (await client.get("/", { headers: { "X-Request-Id": "mine" } })).headers.get("X-Request-Id")),
    );
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it("says how it may be kept", async () => {
    const { id, token } = await aMechanic();
    const caching = async (path: string) => (await client.get(path, { token })).headers.get("Cache-Control");
    expect(await caching(`/mechanics/${id}`)).toBe("private, no-cache");
    expect([await caching("/customers"), await caching("/auth/me"), await caching("/nothing")]).toEqual(Array(3).fill("private, no-store"));
  });

  it("takes a token from the Authorization header as a bearer token, and from nowhere else", async () => {
    const { token } = await aCustomer();
    const as = (path: string, authorization?: string) =>
      status(send(path, { headers: authorization === undefined ? {} : { Authorization: authorization } }));
    expect([await as("/auth/me", `Bearer ${token}`), await as("/auth/me", `bearer  ${token} `)]).toEqual([200, 200]);
    for (const wrong of [
      `Token ${token}`,
      `Basic ${token}`,
      token,
      `Bearer ${token} x`,
      `Bearer${token}`,
      "Bearer",
      "Bearer ",
      "",
      `"Bearer ${token}"`,
    ])
      expect(await as("/auth/me", wrong), wrong.replace(token, "<token>")).toBe(401);
    for (const query of ["token", "access_token", "jwt", "Authorization"]) expect(await as(`/auth/me?${query}=${token}`)).toBe(401);
    expect(await status(send("/auth/me", { headers: { Cookie: `token=${token}`, "X-Access-Token": token } }))).toBe(401);
    const refused = await send("/auth/me");
    expect(refused.headers.get("WWW-Authenticate")).toBe("Bearer");
  });

  it("that is open to all still refuses a token that does not verify, but for those that must work without one", async () => {
    expect(await status(client.get("/mechanics/top", { token: "x" }))).toBe(401);
    for (const path of ["/", "/health", "/docs", "/openapi.json", "/openapi-legacy.json"])
      expect(await status(client.get(path, { token: "x" })), path).toBe(200);
    expect(await status(client.post("/auth/login", { email: "nobody@example.com", password: "x" }, { token: "x" }))).toBe(401);
    expect((await client.post("/auth/login", {}, { token: "x" })).body.code).toBe("invalid");
  });
});

describe("the order of answers", () => {
  it("is 401, 429, 403, 400, 422, 404", async () => {
    const limits = { RATE_LIMIT_DEFAULT: "1/hour", RATE_LIMIT_STAFF: "1/hour" };
    const [narrow, customer, mechanic, other] = [
      createClient(testDeps(limits), `192.0.2.${unique()}`),
      await aCustomer(),
      await aMechanic(),
      await aMechanic(),
    ];
    const codeOf = async (who: typeof client, method: string, path: string, body: unknown, token?: string) =>
      (await who.send(method, path, { body, token })).body.code;

    expect(await codeOf(narrow, "post", "/service-tickets", "{", "no token")).toBe("unauthenticated");
    expect(await codeOf(narrow, "post", "/service-tickets", "{", "no token")).toBe("unauthenticated");
    expect(await codeOf(narrow, "post", "/service-tickets", "{", customer.token)).toBe("forbidden");
    expect(await codeOf(narrow, "post", "/service-tickets", "{", customer.token)).toBe("rate_limited");
    expect(await codeOf(client, "put", `/mechanics/${other.id}`, "{", mechanic.token)).toBe("forbidden");
    expect(await codeOf(client, "put", `/mechanics/${other.id}`, { name: "" }, mechanic.token)).toBe("forbidden");
    expect(await codeOf(client, "put", "/customers/abc", "{", mechanic.token)).toBe("malformed_request");
    expect(await codeOf(client, "put", "/customers/999999", { name: "" }, mechanic.token)).toBe("invalid");
    expect(await codeOf(client, "put", `/customers/${customer.id + 1}`, { name: "" }, customer.token)).toBe("invalid");
    expect(await codeOf(client, "put", "/customers/999999", { name: "x" }, mechanic.token)).toBe("not_found");
  });

  it("puts a token that was ended before the limit", async () => {
    const deps = testDeps({ RATE_LIMIT_DEFAULT: "1/hour" });
    const [narrow, { userId, token }] = [createClient(deps), await aCustomer()];
    expect(await status(narrow.get("/auth/me", { token }))).toBe(200);
    await deps.gate.revoke(`user:${userId}`, 2, deps.clock());
    expect(await status(narrow.get("/auth/me", { token }))).toBe(401);
  });
});

describe("a failure", () => {
  it.each(Object.keys(FAILURES) as (keyof typeof FAILURES)[])(
    "%s keeps the members of its problem document, whatever its details are called",
    async (code) => {
      const details = { type: "x", title: "x", status: "x", detail: "x", code: "x", message: "x", request_id: "x", extra: 1 };
      const app = new Hono<AppEnv>().onError(onError).all("*", (c) => {
        begin(c, "ours");
        throw new Failure(code, details);
      });
      const response = await rawClient(null, app)("/");
      expect(await response.json()).toMatchObject({
        code,
        status: FAILURES[code].status,
        title: FAILURES[code].title,
        request_id: "ours",
        extra: 1,
      });
      expect(response.status).toBe(FAILURES[code].status);
    },
  );

  it("that nobody foresaw is a 500 that says nothing, and a log line that names the request and no values", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const prepare = () => {
      throw new Error("Failed query: select 'ada@example.com'");
    };
    // Safe here: a session is asked for these only.
    const d1 = { withSession: () => ({ prepare, getBookmark: () => null }) } as unknown as D1Database;
    const { status, body } = await createClient({ ...testDeps(), d1 }).get("/auth/me", { token: (await aCustomer()).token });
    expect([status, body.code]).toEqual([500, "internal"]);
    expect(JSON.stringify(body)).not.toContain("ada@");
    const [line] = log.mock.calls.flat().map(String);
    expect(line).toContain(body.request_id);
    expect(line).not.toContain("ada@");
  });
});

describe("the configuration", () => {
  it.each([undefined, "", "short", "x".repeat(31)])(
    "without a secret of 32 characters (%j) answers 503 to everything and names the secret in the log",
    async (secret) => {
      const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
      // Safe here: a secret that was not set is undefined.
      const deps = createDeps({ ...env, JWT_SECRET: secret as string });
      expect(log.mock.calls.flat().join()).toContain("JWT_SECRET");
      if (secret) expect(log.mock.calls.flat().join()).not.toContain(secret);
      for (const path of ["/", "/health", "/docs", "/openapi.json", "/customers", "/nothing"]) {
        const response = await rawClient(deps)(path);
        const body = Problem.parse(await response.json());
        expect([response.status, body.code, response.headers.get("Retry-After")], path).toEqual([503, "misconfigured", "5"]);
        expect(response.headers.get("X-Request-Id")).toBe(body.request_id);
        expect(JSON.stringify(body)).not.toContain("JWT");
      }
    },
  );

  it.each(Object.keys(env).filter((name) => name.startsWith("RATE_LIMIT_")))(
    "stops the start when %s is not in the notation or missing, and names it",
    (name) => {
      for (const text of ["5 per minute", "", undefined]) expect(() => createDeps({ ...env, [name]: text })).toThrow(name);
    },
  );

  it("stops the start when MECHANIC_SIGNUP is unknown, and names it", () => {
    expect(() => createDeps({ ...env, MECHANIC_SIGNUP: "sometimes" })).toThrow("MECHANIC_SIGNUP");
  });
});
