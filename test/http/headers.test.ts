import { afterEach, describe, expect, it, vi } from "vitest";
import { testDeps } from "../support/client.ts";
import { failing, faultyD1 } from "../support/faults.ts";
import { aCustomer, aMechanic, unique } from "../support/people.ts";
import { bearer, jsonBody, rawClient } from "../support/raw.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const SECURE = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "SAMEORIGIN",
  "referrer-policy": "no-referrer",
  "strict-transport-security": expect.stringContaining("max-age="),
  "cross-origin-resource-policy": "same-origin",
  "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
};
const SHOP = "https://shop.example";

/** What each kind of answer comes from; the app has limits of one request, and CORS for one origin. */
const ANSWERS: readonly [what: string, status: number, ask: () => Promise<Response>][] = (() => {
  const send = rawClient(testDeps({ CORS_ORIGINS: SHOP }));
  const limited = rawClient(testDeps({ RATE_LIMIT_DEFAULT: "1/hour" }));
  const broken = rawClient(testDeps({ DB: faultyD1(failing("a fault that nobody knows")) }));
  const away = rawClient(testDeps({ DB: faultyD1(failing("D1_ERROR: D1 DB is overloaded. Too many requests queued.")) }));
  const from = { "CF-Connecting-IP": "198.51.100.77" };
  return [
    ["a page", 200, () => send("/docs")],
    ["the document", 200, () => send("/openapi.json")],
    ["the index", 200, () => send("/")],
    ["a listing", 200, async () => send("/customers", { headers: bearer((await aMechanic()).token) })],
    ["OPTIONS", 204, () => send("/customers", { method: "OPTIONS" })],
    [
      "a preflight",
      204,
      () => send("/customers", { method: "OPTIONS", headers: { Origin: SHOP, "Access-Control-Request-Method": "GET" } }),
    ],
    ["HEAD", 200, () => send("/mechanics/top", { method: "HEAD" })],
    ["what cannot be parsed", 400, () => send("/auth/login", { method: "POST", ...jsonBody({}), body: "{" })],
    ["no token", 401, () => send("/customers")],
    ["another role", 403, async () => send("/audit-log", { headers: bearer((await aMechanic()).token) })],
    ["an unknown path", 404, () => send(`/nothing${unique()}`)],
    ["a legacy path", 401, () => send("/tickets")],
    ["another method", 405, () => send("/customers", { method: "PATCH" })],
    ["a body that is too large", 413, () => send("/customers", { method: "POST", ...jsonBody("x".repeat(1_000_001)) })],
    ["a body of another type", 415, () => send("/customers", { method: "POST", body: "a=1", headers: { "Content-Type": "text/plain" } })],
    ["an invalid request", 422, () => send("/customers", { method: "POST", ...jsonBody({}) })],
    [
      "too many requests",
      429,
      async () => [await limited("/mechanics/top", { headers: from }), await limited("/mechanics/top", { headers: from })][1] as Response,
    ],
    ["a fault of ours", 500, () => broken("/mechanics/top?limit=9")],
    ["a database that is away", 503, () => away("/mechanics/top?limit=8")],
    ["an app without its secrets", 503, () => rawClient(null)("/customers")],
  ];
})();

describe("an answer", () => {
  it.each(ANSWERS)("to or about %s (%i) has every secure header, its id, and no word of what runs it", async (_, status, ask) => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const response = await ask();
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject(SECURE);
    for (const name of ["X-Powered-By", "Server", "Set-Cookie", "Access-Control-Allow-Credentials"])
      expect(response.headers.has(name), name).toBe(false);
    expect(response.headers.get("Access-Control-Allow-Origin")).not.toBe("*");
    if (status >= 400) expect(response.headers.get("Cache-Control")).toBe("private, no-store");
    if ([429, 503].includes(status)) expect(Number(response.headers.get("Retry-After"))).toBeGreaterThan(0);
  });

  it("that is a 304 has them too, and no body", async () => {
    const [{ id, token }, send] = [await aCustomer(), rawClient()];
    const etag = (await send(`/customers/${id}`, { headers: bearer(token) })).headers.get("ETag") ?? "";
    const response = await send(`/customers/${id}`, { headers: { ...bearer(token), "If-None-Match": etag } });
    expect([response.status, await response.text()]).toEqual([304, ""]);
    expect(Object.fromEntries(response.headers)).toMatchObject(SECURE);
  });
});
