import { env } from "cloudflare:workers";
import { AsyncLocalStorage } from "node:async_hooks";
import { createApp } from "../../src/app.ts";
import type { ListingCache } from "../../src/core/ports.ts";
import { createDeps } from "../../src/deps.ts";
import { ClientGate as Gate } from "../../src/edge/gate/client-gate.ts";
import { type Around, type Trip, wrapEnv } from "./wrapped-env.ts";

// biome-ignore lint/performance/noBarrelFile: the runtime finds the Durable Objects' classes among the exports of the entry.
export { AuditAnchor } from "../../src/edge/audit-anchor.ts";

/**
 * The app with delayed bindings that says, with every answer, what it called on the way. Passwords are not hashed
 * anew after a login, since that would take the time of the next request.
 */

/** One call with its times in milliseconds since the request came; `end` is null while it lasts. */
export interface Watched extends Trip {
  readonly start: number;
  end: number | null;
  /** What D1 bills for it. */
  rows: Rows;
}

export interface Rows {
  readonly read: number;
  readonly written: number;
}

const NONE: Rows = { read: 0, written: 0 };

/** Safe: calls of D1 answer one result or a list of them, here always with meta. */
const rowsOf = (answer: unknown): Rows =>
  ([answer].flat() as D1Result[]).reduce(
    ({ read, written }, { meta }) => ({ read: read + meta.rows_read, written: written + meta.rows_written }),
    NONE,
  );

/** What the Worker says instead of the answer. */
export interface Report {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly ms: number;
  readonly calls: readonly Watched[];
}

type Cursor = SqlStorageCursor<Record<string, SqlStorageValue>>;

/** All that gates have asked of their SQLite, and the alarms that they have set: each is billed as a row written. */
const asked: Cursor[] = [];
let alarms = 0;

/** A gate whose storage is watched. */
export class ClientGate extends Gate {
  constructor(state: DurableObjectState, bindings: Env) {
    const { storage } = state;
    const [exec, setAlarm] = [storage.sql.exec.bind(storage.sql), storage.setAlarm.bind(storage)];
    const watched = (query: string, ...values: unknown[]): Cursor => {
      const cursor = exec(query, ...values);
      asked.push(cursor);
      return cursor;
    };
    Object.defineProperty(storage.sql, "exec", { value: watched });
    Object.defineProperty(storage, "setAlarm", {
      value: (at: number) => {
        alarms += 1;
        return setAlarm(at);
      },
    });
    super(state, bindings);
  }
}

const rowsOfGates = (): Rows => ({
  read: asked.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
  written: asked.reduce((sum, { rowsWritten }) => sum + rowsWritten, alarms),
});

interface Delays {
  readonly D1: number;
  readonly KV: number;
  readonly gate: number;
}

/** Safe: the script that starts this Worker adds these variables; with FORGETS all entries of the cache have died. */
const { DELAYS, FORGETS } = env as unknown as { DELAYS: string; FORGETS?: string };
const delays = JSON.parse(DELAYS) as Delays;

const requests = new AsyncLocalStorage<{ readonly came: number; readonly calls: Watched[] }>();

const watch: Around = async (trip, run) => {
  const request = requests.getStore();
  const since = () => Date.now() - (request?.came ?? 0);
  const call: Watched = { ...trip, start: since(), end: null, rows: NONE };
  request?.calls.push(call);
  if (delays[trip.binding] > 0) await scheduler.wait(delays[trip.binding]);
  const ended = run().finally(() => {
    call.end = since();
  });
  if (trip.binding === "D1") call.rows = rowsOf(await ended);
  return ended;
};

const forgetful = (cache: ListingCache): ListingCache => ({
  ...cache,
  lookup: async (key, tags) => ({ ...(await cache.lookup(key, tags)), entry: null }),
});

const makeApp = () => {
  const deps = createDeps(wrapEnv(env, watch));
  if (!deps) return createApp(null);
  const cache = FORGETS ? forgetful(deps.cache) : deps.cache;
  return createApp({ ...deps, cache, passwords: { ...deps.passwords, isOutdated: () => false } });
};

/** Each isolate has memory of its own; the header X-Isolate names one. */
const isolates = new Map<string, ReturnType<typeof makeApp>>();

export default {
  fetch: async (request: Request, _env: Env, context: ExecutionContext): Promise<Response> => {
    if (new URL(request.url).pathname === "/rows-of-gates") return Response.json(rowsOfGates());
    const name = request.headers.get("X-Isolate") ?? "";
    const app = isolates.get(name) ?? makeApp();
    isolates.set(name, app);
    const store = { came: Date.now(), calls: [] };
    return requests.run(store, async () => {
      const answer = await app.fetch(request, env, context);
      const body = await answer.text();
      const headers = Object.fromEntries(answer.headers);
      const report: Report = { status: answer.status, headers, body, ms: Date.now() - store.came, calls: store.calls };
      return Response.json(report);
    });
  },
} satisfies ExportedHandler<Env>;
