import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { createApp, endpoints } from "../../src/app.ts";
import { FAILURES, isFailureCode } from "../../src/core/errors.ts";
import { createDeps } from "../../src/deps.ts";
import type { Deps } from "../../src/http/app-env.ts";
import { failuresOf, Problem } from "../../src/http/document/document.ts";
import { HEADERS, type HeaderName, headersOfFailure, headersOfSuccess } from "../../src/http/document/headers.ts";
import { Pagination } from "../../src/http/page.ts";
import { canonicalOf } from "../../src/http/pipeline/legacy-paths.ts";
import type { Endpoint } from "../../src/http/route.ts";
import { eachFile } from "./each-file.ts";

/** When each test file begins. */
export const START = Date.parse("2026-11-20T09:30:00.000Z");

/** The time of the tests: it stands still until a test moves it. */
export const clock = { now: START };
eachFile(() => {
  clock.now = START;
});

/** Limits that no test meets by accident; tests of limits set their own. */
const GENEROUS = "100000/hour";
const generous = Object.fromEntries(Object.keys(env).flatMap((name) => (name.startsWith("RATE_LIMIT_") ? [[name, GENEROUS]] : [])));

/** Variables, secrets and bindings, also those that are there only for a time or with some senders of mail. */
export type Variables = Partial<Env> & {
  readonly JWT_SECRET_PREVIOUS?: string;
  readonly MAIL?: SendEmail;
  readonly MAIL_API_KEY?: string;
  readonly MAIL_WEBHOOK_SECRET?: string;
  readonly ASSISTANT_API_KEY?: string;
};

/** More than any test meets by accident, in milliseconds. */
const LONG_TIMEOUTS = { gate: 20_000, cache: 20_000, database: 20_000, body: 20_000 };

/** The app's real parts, on the clock of the tests; variables may be set for one test. */
export const testDeps = (variables: Variables = {}, log: Deps["log"] = () => undefined, timeouts = LONG_TIMEOUTS): Deps => {
  const deps = createDeps({ ...env, ...generous, ...variables }, { clock: () => clock.now, sleep: async () => undefined, timeouts, log });
  if (!deps) throw new Error("misconfigured");
  return deps;
};

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the declared schema of the route has checked it.
  readonly body: any;
}

interface Options {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

const matches = (path: string, pattern: string): boolean => new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, "[^/]+")}/?$`).test(path);

const endpointOf = ({ method, path }: ReturnType<typeof canonicalOf>): Endpoint | undefined => {
  const here = endpoints.filter(({ spec }) => spec.method.toUpperCase() === method && matches(path, spec.path));
  return here.find(({ spec }) => !spec.path.includes("{")) ?? here[0];
};

/** A variable without a value that became a segment of a path: its answer would tell nothing about the record. */
const LOST = /\/(undefined|null|NaN|\[object Object\])(?=\/|\?|$)/;

/** What the document promises to send, whatever the answer. */
const isPromised = (name: HeaderName): boolean => "required" in HEADERS[name];

/** An exact number is at least that of the records shown: else a counter is missing, or the triggers that keep it are. */
const checkTotal = (body: unknown, path: string, where: string): void => {
  // A cursor carries the number on from whoever it was given to.
  if (path.includes("cursor=")) return;
  if (typeof body !== "object" || body === null || !("pagination" in body)) return;
  const { total_items: total, total_exact: isExact } = Pagination.parse(body.pagination);
  for (const [name, records] of Object.entries(body)) {
    if (!isExact || !Array.isArray(records)) continue;
    const why = `${where}: more ${name} than total_items. The row of the table 'counters' that this listing names, or a trigger that keeps it, is missing.`;
    expect(total, why).toBeGreaterThanOrEqual(records.length);
  }
};

/** What the document of the legacy paths promises of their successes, beside the same as for the canonical ones. */
const LEGACY_HEADERS = ["Deprecation", "Link"] as const;

/** Holds an answer against what its endpoint declares: status, headers, body, failure code. */
const checkAnswer = (endpoint: Endpoint, path: string, isLegacy: boolean, { status, body, headers }: Answer): void => {
  const { spec } = endpoint;
  const where = `${spec.method} ${spec.path} answered ${status} ${JSON.stringify(body).slice(0, 300)}`;
  const promised = [
    ...(status < 400 ? headersOfSuccess(endpoint) : headersOfFailure(status)).filter(isPromised),
    ...(isLegacy ? LEGACY_HEADERS : []),
  ];
  expect(headers.has("Deprecation"), `${where}: Deprecation`).toBe(isLegacy);
  expect(
    promised.filter((name) => !headers.has(name)),
    `${where}: headers that are missing`,
  ).toEqual([]);
  if (status < 400) {
    expect(status, where).toBe(spec.status ?? 200);
    expect(headers.has("ETag"), `${where}: ETag`).toBe(spec.versioned ?? false);
    const strict = spec.answer.safeParse(body);
    expect(strict.error?.issues ?? [], where).toEqual([]);
    expect(body, `${where}: fields that the schema does not show`).toEqual(strict.data);
    checkTotal(body, path, where);
    return;
  }
  const { code } = Problem.parse(body);
  if (!isFailureCode(code)) throw new Error(`${where}: unknown code`);
  expect(FAILURES[code].status, where).toBe(status);
  expect(failuresOf(endpoint), `${where}: not declared`).toContain(code);
};

/** A new key for the routes that cannot be asked without one. */
const keyFor = (endpoint: Endpoint | undefined): Record<string, string> =>
  endpoint?.policy.requiresIdempotencyKey ? { "Idempotency-Key": crypto.randomUUID() } : {};

/** What browsers say by themselves of the requests of our own pages. */
const pageOf = (endpoint: Endpoint | undefined): Record<string, string> =>
  endpoint?.policy.forOwnPages ? { "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json" } : {};

/** A client of the app whose every answer is checked against the declaration of its route. Where a key is required, it sends one; where only our pages may ask, it says what browsers say for them. */
export const createClient = (deps: Deps = testDeps(), address = "203.0.113.7") => {
  const app = createApp(deps);
  const send = async (method: string, path: string, { token, body, headers = {} }: Options = {}): Promise<Answer> => {
    if (LOST.test(path)) throw new Error(`${method} ${path}: an id of this path is missing in the test`);
    const isText = typeof body === "string";
    const place = canonicalOf(method.toUpperCase(), path.split("?")[0] ?? path);
    const endpoint = endpointOf(place);
    const init = {
      method: method.toUpperCase(),
      headers: {
        "CF-Connecting-IP": address,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...keyFor(endpoint),
        ...pageOf(endpoint),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    };
    const context = createExecutionContext();
    const response = await app.fetch(new Request(`https://shop.test${path}`, init), env, context);
    // A PDF is no text for the runtime, which says so.
    const text = new TextDecoder().decode(await response.arrayBuffer());
    await waitOnExecutionContext(context);
    const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
    const answer = { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    if (endpoint && isJson) checkAnswer(endpoint, path, place.isLegacy, answer);
    return answer;
  };
  return {
    send,
    get: (path: string, options?: Options) => send("get", path, options),
    post: (path: string, body?: unknown, options?: Options) => send("post", path, { ...options, body }),
    put: (path: string, body?: unknown, options?: Options) => send("put", path, { ...options, body }),
    patch: (path: string, body?: unknown, options?: Options) => send("patch", path, { ...options, body }),
    delete: (path: string, options?: Options) => send("delete", path, options),
  };
};

export type Client = ReturnType<typeof createClient>;
