import { env } from "cloudflare:workers";
import { Hono } from "hono";
import { createApp } from "../../src/app.ts";
import { createDeps } from "../../src/deps.ts";
import type { Deps } from "../../src/http/app-env.ts";
import type { Asked } from "./asked.ts";
import { type Part, partsOf } from "./cpu-parts.ts";
import { type Around, type Trip, wrapEnv } from "./wrapped-env.ts";

// biome-ignore lint/performance/noBarrelFile: the runtime finds the Durable Objects' classes among the exports of the entry.
export { AuditAnchor } from "../../src/edge/audit-anchor.ts";
export { ClientGate } from "../../src/edge/gate/client-gate.ts";

/** The app with bindings that answer at once, run many times in a row: what is left is its own work. */

/** What is to be run so many times; in a path, `{cursor}` is another one each time. */
export interface Order {
  readonly what: "app" | "bare" | "request" | "options" | Part;
  readonly asked: Asked;
  readonly times: number;
}

const kept = new Map<string, string>();
const answers = new Map<string, unknown>();

/** Safe: the same call has given it before, or it is what KV says of a key. */
const asAnswer = <T>(value: unknown): T => value as T;

/** KV in memory, so that what was put is found; D1 and gates answer as they did when the same order first asked them. */
const atOnce: Around = async <T>({ binding, method, subject, value }: Trip, run: () => Promise<T>): Promise<T> => {
  if (method === "put") kept.set(subject, value ?? "");
  if (binding === "KV") return asAnswer(kept.get(subject) ?? null);
  if (!answers.has(method)) answers.set(method, await run());
  return asAnswer(answers.get(method));
};

const made = createDeps(wrapEnv(env, atOnce, `00000001-00000002-00000003-${"0".repeat(32)}`));
if (!made) throw new Error("misconfigured");
const deps: Deps = made;
const app = createApp(deps);

const bare = new Hono();
let body = "";
bare.all("*", (c) => c.body(body, 200, { "Content-Type": "application/json" }));

/** Deferred work is done, but nobody waits for it. */
const context: ExecutionContext = Object.assign(Object.create(null), {
  waitUntil: (work: Promise<unknown>) => void work.catch(() => undefined),
  passThroughOnException: () => undefined,
});

/** A cursor behind the nth row, as the app makes them. */
const cursorAfter = (n: number): string =>
  btoa(JSON.stringify(["id", n, n, 200, true]))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const toRequest = ({ path, method, headers, body: sent }: Asked, n: number): Request =>
  new Request(`https://shop.test${path.replace("{cursor}", cursorAfter(n))}`, {
    method,
    headers,
    ...(sent === undefined ? {} : { body: sent }),
  });

/** What is run once for the nth time. */
const stepOf = ({ what, asked }: Order): ((n: number) => unknown) => {
  if (what === "app") return (n) => app.fetch(toRequest(asked, n), env, context);
  if (what === "bare") return (n) => bare.fetch(toRequest(asked, n), env, context);
  if (what === "request") return (n) => toRequest(asked, n);
  const { body: _body, ...plain } = asked;
  if (what === "options") return (n) => app.fetch(toRequest({ ...plain, method: "OPTIONS" }, n), env, context);
  return partsOf({ deps, asked: { ...asked, path: asked.path.replace("{cursor}", cursorAfter(1)) }, body })[what];
};

let count = 0;

export default {
  fetch: async (request: Request): Promise<Response> => {
    const order = await request.json<Order>();
    answers.clear();
    const first = await app.fetch(toRequest(order.asked, 0), env, context);
    body = await first.text();
    if (!first.ok) return new Response(`${order.asked.path} answered ${first.status} ${body}`, { status: 500 });
    const step = stepOf(order);
    for (let n = 0; n < order.times; n += 1) {
      count += 1;
      await step(count);
    }
    kept.clear();
    return new Response(null, { status: 204 });
  },
} satisfies ExportedHandler<Env>;
