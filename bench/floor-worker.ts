import { DurableObject } from "cloudflare:workers";
import { AsyncLocalStorage } from "node:async_hooks";
import { type Context, Hono } from "hono";
import type { EnterAnswer, EnterMessage } from "../src/edge/gate/messages.ts";

/** Bare routes that do one thing more than a call of a Durable Object, each; the last does all of them, and nothing else. */

const WINDOW = { limit: 100_000_000, ms: 3_600_000 };
const MESSAGE: EnterMessage = {
  rules: [{ bucket: "GET /customers", policy: "staff", windows: [{ name: "staff-hour", ...WINDOW }], durable: false }],
  now: 1_795_132_800_000,
  session: { sid: "1", gen: 1 },
  tags: ["customers"],
};
const ANSWER: EnterAnswer = {
  quotas: [{ window: "staff-hour", ...WINDOW, remaining: 99_999_999, resetMs: 3_599_000 }],
  full: null,
  hasPendingWrite: false,
  isOpen: false,
  revoked: false,
  stamps: ["1|00000001-00000000-00000000-0123456789abcdef0123456789abcdef"],
};

export class Trivial extends DurableObject {
  call(): boolean {
    return true;
  }

  enter({ rules }: EnterMessage): EnterAnswer {
    return { ...ANSWER, hasPendingWrite: rules.length === 0 };
  }
}

interface Bindings {
  readonly TRIVIAL: DurableObjectNamespace<Trivial>;
}
type App = Context<{ Bindings: Bindings }>;

/** What the app answers: recorded once, before anything is measured. */
let body = "";
let headers = new Headers();

const gateOf = (c: App) => c.env.TRIVIAL.getByName("client");
const line = () => ({
  request_id: crypto.randomUUID(),
  route: "/customers",
  method: "GET",
  status: 200,
  ms: 1,
  trips: { gate: 1, kv: 0, d1: 0 },
});
const context = new AsyncLocalStorage<object>();

const inTime = async <T>(call: Promise<T>): Promise<T> => {
  const timer = setTimeout(() => undefined, 500);
  const answer = await call;
  clearTimeout(timer);
  return answer;
};

const bare = (c: App): Response => c.body(body, 200, { "Content-Type": "application/json" });
const whole = (): Response => new Response(body, { headers });

const app = new Hono<{ Bindings: Bindings }>();

app.put("/recorded", async (c) => {
  const recorded = await c.req.json<{ body: string; headers: Record<string, string> }>();
  body = recorded.body;
  headers = new Headers(recorded.headers);
  return c.body(null, 204);
});

app.get("/nothing", async (c) => {
  await gateOf(c).call();
  return bare(c);
});
app.get("/log", async (c) => {
  await gateOf(c).call();
  console.log(JSON.stringify(line()));
  return bare(c);
});
app.get("/timer", async (c) => {
  await inTime(gateOf(c).call());
  return bare(c);
});
app.get("/message", async (c) => {
  await gateOf(c).enter(MESSAGE);
  return bare(c);
});
app.get("/headers", async (c) => {
  await gateOf(c).call();
  return whole();
});
app.get("/context", (c) =>
  context.run({}, async () => {
    await gateOf(c).call();
    return bare(c);
  }),
);
app.get("/all", (c) =>
  context.run({}, async () => {
    await inTime(gateOf(c).enter(MESSAGE));
    console.log(JSON.stringify(line()));
    return whole();
  }),
);

export default app;
