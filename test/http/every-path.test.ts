import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { createApp, documents, endpoints } from "../../src/app.ts";
import { Problem } from "../../src/http/document/document.ts";
import { canonicalOf, legacyNamesOf } from "../../src/http/pipeline/legacy-paths.ts";
import { testDeps } from "../support/client.ts";
import { anAdmin } from "../support/people.ts";

/** Every method, with every kind of body, at every path and its other spellings. */

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

const TEXT = '{"nobody":"knows this"}';
const inPieces = () => new Response(TEXT).body;

/** What a body comes with. A length of more than is sent is what a client declares that hangs up. */
const BODIES: readonly (readonly [name: string, body: () => BodyInit | null, headers: Record<string, string>])[] = [
  ["no body", () => null, {}],
  ["JSON", () => TEXT, { "Content-Type": "application/json" }],
  ["JSON in pieces, without a length", inPieces, { "Content-Type": "application/json" }],
  ["JSON of another type", () => TEXT, { "Content-Type": "text/plain" }],
  ["JSON without a type", () => new TextEncoder().encode(TEXT), {}],
  ["JSON with a wrong length", () => TEXT, { "Content-Type": "application/json", "Content-Length": "5" }],
  ["JSON with a length that is too large", () => TEXT, { "Content-Type": "application/json", "Content-Length": "1000001" }],
  ["a length that is no number", () => TEXT, { "Content-Type": "application/json", "Content-Length": "many" }],
];

const lines: Readonly<Record<string, unknown>>[] = [];
const app = createApp(testDeps({}, (line) => lines.push(line)));

/** A request as a socket brings it: `new Request` refuses a GET with a body, which clients send all the same. */
const requestOf = (method: string, path: string, body: BodyInit | null, headers: Record<string, string>): Request => {
  const request = new Request(`https://shop.test${path}`, { method: body === null ? method : "POST", body, headers });
  return body === null ? request : Object.defineProperty(request, "method", { value: method });
};

const ask = async (method: string, path: string, [, body, headers]: (typeof BODIES)[number], token?: string) => {
  const context = createExecutionContext();
  const asked = { "CF-Connecting-IP": "203.0.113.9", ...headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const response = await app.fetch(requestOf(method, path, body(), asked), env, context);
  const text = new TextDecoder().decode(await response.arrayBuffer());
  await waitOnExecutionContext(context);
  return { status: response.status, headers: response.headers, text };
};

/** Holds an answer to what is promised of every one, and returns what must be the same for each spelling of a path. */
const check = (what: string, method: string, { status, headers, text }: Awaited<ReturnType<typeof ask>>): unknown => {
  const id = headers.get("X-Request-Id");
  expect(status, `${what}: ${text}`).toBeLessThan(500);
  expect(lines.splice(0), what).toMatchObject([{ request_id: id, status }]);
  if (status < 400) return [status, headers.get("RateLimit-Policy")];
  expect(headers.get("Content-Type"), what).toBe("application/problem+json");
  const code = method === "HEAD" ? null : Problem.parse(JSON.parse(text));
  if (code) expect([code.status, code.request_id], what).toEqual([status, id]);
  return [status, code?.code, headers.get("RateLimit-Policy")];
};

const PATHS = [...new Set([...endpoints.map(({ spec }) => spec.path), ...Object.keys(documents), "/docs", "/nothing"])];

/** The legacy paths of a canonical one, and everything under /v1. */
const spellingsOf = (path: string): string[] => {
  const legacy = METHODS.flatMap((method) => legacyNamesOf(method, path)).map((place) => place.path);
  const all = [...new Set([path, ...legacy])];
  return [...all, ...all.map((spelled) => `/v1${spelled}`)].map((spelled) => spelled.replaceAll(/\{\w+\}/g, "999999"));
};

describe("a request with any method and body", () => {
  it.each(PATHS)("gets an answer of the API at every spelling of %s, the same at each, and a line in the log", async (path) => {
    const errors = vi.spyOn(console, "error");
    const { token } = await anAdmin();
    for (const method of METHODS)
      for (const sent of BODIES) {
        const answers = new Map<string, unknown>();
        for (const spelled of spellingsOf(path)) {
          const what = `${method} ${spelled} with ${sent[0]}`;
          const now = canonicalOf(method === "HEAD" ? "GET" : method, spelled);
          const answer = check(what, method, await ask(method, spelled, sent));
          const name = `${now.method} ${now.path}`;
          expect(answer, what).toEqual(answers.get(name) ?? answer);
          answers.set(name, answer);
        }
      }
    for (const spelled of spellingsOf(path))
      for (const method of METHODS)
        for (const sent of BODIES.slice(0, 2)) check(`${method} ${spelled} as an admin`, method, await ask(method, spelled, sent, token));
    expect(errors).not.toHaveBeenCalled();
  });

  it("counts with a body as without one, at a legacy path as at the canonical one", async () => {
    const narrow = createApp(testDeps({ RATE_LIMIT_DEFAULT: "3/hour" }));
    const statuses: number[] = [];
    for (const path of ["/mechanics/top", "/mechanics/popular", "/v1/mechanics/top", "/v1/mechanics/popular"]) {
      const context = createExecutionContext();
      const request = requestOf("GET", path, TEXT, { "CF-Connecting-IP": "198.51.100.231", "Content-Type": "application/json" });
      statuses.push((await narrow.fetch(request, env, context)).status);
      await waitOnExecutionContext(context);
    }
    expect(statuses).toEqual([200, 200, 200, 429]);
  });
});

describe("an error outside of the routes", () => {
  const fail = (thrown: unknown) => (): never => {
    throw thrown;
  };

  it.each([
    ["before the request has an id", { newId: fail(new Error("zebra")) }],
    ["that is no Error", { clock: fail("zebra") }],
    ["that is nothing at all", { clock: fail(undefined) }],
  ])("%s is a problem document with an id, and a line in the log", async (_when, change) => {
    const errors = vi.spyOn(console, "error").mockImplementation(() => undefined);
    for (const method of ["GET", "POST", "HEAD"]) {
      const logged: Readonly<Record<string, unknown>>[] = [];
      const broken = createApp({ ...testDeps({}, (line) => logged.push(line)), ...change });
      const response = await broken.fetch(requestOf(method, "/tickets", null, {}), env, createExecutionContext());
      const [id, text] = [response.headers.get("X-Request-Id"), await response.text()];
      expect([response.status, response.headers.get("X-Content-Type-Options")]).toEqual([500, "nosniff"]);
      if (method !== "HEAD") expect(Problem.parse(JSON.parse(text))).toMatchObject({ code: "internal", request_id: id });
      expect(logged).toMatchObject([{ request_id: id, method, status: 500, trips: { gate: 0, kv: 0, d1: 0 } }]);
      expect(Object.keys(logged[0] ?? {}).sort()).toEqual(["method", "ms", "request_id", "route", "status", "trips"]);
      expect(errors.mock.calls.splice(0)).toEqual([[expect.stringContaining(String(id))]]);
      expect(text).not.toContain("zebra");
    }
    errors.mockRestore();
  });
});
