import { type Asked, asAnyone, ask, asMechanic, get, inEpoch, newTicket, PASSWORD, passwordHash, send } from "./support/asked.ts";
import { heaviestChain } from "./support/chain.ts";
import { median, report } from "./support/results.ts";
import { loadRows } from "./support/rows.ts";
import { bundle, withFolder, withRuntime } from "./support/runtime.ts";
import type { Report, Watched } from "./support/watched-worker.ts";

/** What each binding is made to wait, in milliseconds. */
const DELAYS = { D1: 30, KV: 12, gate: 18 };
/** How much longer an answer may take than its trips: less than the shortest of them, so that none hides in it. */
const SLACK_MS = 10;
/** How often each kind of request is sent. */
const TIMES = 15;
/** Time in which what a request left for later is done. */
const PAUSE_MS = 60;

interface Kind {
  readonly name: string;
  /** How many trips, one after the other, it may take. */
  readonly trips: number;
  readonly request: (n: number) => Asked;
  /** The isolate that the nth request meets. */
  readonly isolate?: (n: number) => string;
  /** How many requests go before, uncounted. */
  readonly before?: number;
  /** What is answered; 200 unless said. */
  readonly status?: number;
}

const staff = await asMechanic(1);
/** Mechanics who log out, each once: for both Workers, and for the one request that goes before. */
const leaving = await Promise.all(Array.from({ length: 2 * (TIMES + 1) }, (_, n) => asMechanic(n + 19)));
const listing = (n: number): Asked => get(`/customers?page=${n + 2}`, staff);

const KINDS: readonly Kind[] = [
  { name: "a cached listing, known to the isolate", trips: 1, request: () => get("/customers", staff), before: 2 },
  { name: "a cached listing, from KV", trips: 1, request: () => get("/customers", staff), isolate: (n) => `cold ${n}` },
  { name: "a listing that misses", trips: 2, request: listing },
  { name: "one ticket", trips: 1, request: (n) => get(`/service-tickets/${n + 10}`, staff) },
  { name: "one customer", trips: 1, request: (n) => get(`/customers/${n + 10}`, staff) },
  { name: "creating a ticket", trips: 3, status: 201, request: (n) => send("POST", "/service-tickets", staff, newTicket(n + 1)) },
  { name: "changing a customer", trips: 3, request: (n) => send("PUT", `/customers/${n + 10}`, staff, { address: `${n} New Street` }) },
  {
    name: "a login",
    trips: 3,
    request: (n) => send("POST", "/auth/login", asAnyone(100 + n), { email: `mechanic${n + 2}@example.com`, password: PASSWORD }),
  },
  { name: "a logout, which voids a token", trips: 3, request: () => send("POST", "/auth/logout", leaving.pop() ?? staff, {}) },
  {
    name: "a client over its limit, once more (429)",
    trips: 0,
    request: () => get("/mechanics/leaderboard", asAnyone(9)),
    before: 5,
    status: 429,
  },
];

/** Safe: the Worker answers nothing else. */
const parseReport = (text: string): Report => JSON.parse(text) as Report;

/** A Worker, whose name is its epoch. */
interface Place {
  readonly address: string;
  readonly epoch: string;
}

interface Measured {
  readonly ms: number;
  /** The calls that had ended when the answer was sent. */
  readonly calls: readonly Watched[];
}

/** Sends the nth request of a kind to a Worker; what is left for later is done before the next. */
const askOnce = async ({ address, epoch }: Place, { request, isolate }: Kind, n: number): Promise<Report & { readonly wall: number }> => {
  const { text, ms } = await ask(address, await inEpoch(request(n), epoch), { "X-Isolate": isolate?.(n) ?? "warm" });
  await new Promise((done) => setTimeout(done, PAUSE_MS));
  return { ...parseReport(text), wall: ms };
};

const measure = async (place: Place, kind: Kind): Promise<Measured[]> => {
  for (let n = 0; n < (kind.before ?? 1); n += 1) await askOnce(place, kind, TIMES + n);
  const measured: Measured[] = [];
  for (let n = 0; n < TIMES; n += 1) {
    const { status, body, ms, wall, calls } = await askOnce(place, kind, n);
    if (status !== (kind.status ?? 200)) throw new Error(`${kind.name} was answered ${status} ${body}`);
    measured.push({ ms: wall, calls: calls.filter(({ end }) => end !== null && end <= ms) });
  }
  return measured;
};

const waitOf = (calls: readonly Watched[]): number => calls.reduce((sum, { binding }) => sum + DELAYS[binding], 0);
/** First by its number of trips, then by what they take. */
const byTrips = (calls: readonly Watched[]): number => calls.length * 1_000 + waitOf(calls);

/** All calls in short: `gate + 2 KV`. */
const inShort = (calls: readonly Watched[]): string =>
  [...Map.groupBy(calls, ({ binding }) => binding)].map(([name, of]) => (of.length > 1 ? `${of.length} ${name}` : name)).join(" + ") ||
  "none";

/** A row of the table; the request with the most trips stands for its kind. */
const rowOf = ({ name, trips }: Kind, waiting: readonly Measured[], atOnce: readonly Measured[]) => {
  const { calls } = waiting.reduce((most, next) => (next.calls.length > most.calls.length ? next : most));
  const chain = heaviestChain(calls, byTrips);
  const wanted = waitOf(heaviestChain(calls, waitOf));
  const without = median(atOnce.map(({ ms }) => ms));
  const waited = median(waiting.map(({ ms }) => ms)) - without;
  const steps = chain.map(({ binding, method }) => `${binding} ${method}`).join(" → ") || "none";
  const ok = chain.length <= trips && waited <= wanted + SLACK_MS;
  const times = [waitOf(calls), wanted, waited.toFixed(1), without.toFixed(1)];
  return { ok, cells: [name, inShort(calls), steps, `${chain.length} of ${trips}`, ...times, ok ? "" : "over"] };
};

const rows = await withFolder(async (folder) => {
  const module = await bundle("bench/support/watched-worker.ts", folder);
  const worker = (name: string, delays: typeof DELAYS) => ({
    name,
    module,
    // An epoch of its own: nothing that the other has cached is known to it.
    variables: { DELAYS: JSON.stringify(delays), DATABASE_EPOCH: name, RATE_LIMIT_DEFAULT: "3/hour" },
  });
  const workers = [worker("waiting", DELAYS), worker("at-once", { D1: 0, KV: 0, gate: 0 })] as const;
  return withRuntime(folder, workers, async ({ addressOf, d1 }) => {
    await loadRows(d1, { customers: 200, tickets: 200, mechanics: 50, parts: 20 }, passwordHash(1));
    const placeOf = async (epoch: string): Promise<Place> => ({ address: await addressOf(epoch), epoch });
    const [waiting, atOnce] = [await placeOf("waiting"), await placeOf("at-once")];
    const made = [];
    for (const kind of KINDS) made.push(rowOf(kind, await measure(waiting, kind), await measure(atOnce, kind)));
    return made;
  });
});

await report(
  "trips",
  "Trips",
  [
    `Every binding waits before it answers: D1 ${DELAYS.D1} ms, KV ${DELAYS.KV} ms, the gate ${DELAYS.gate} ms. Each kind of request was sent ${TIMES} times.`,
    "`calls` had ended when the answer was sent; `sum` is what they would take one after the other. `chain` is the longest row of calls that",
    "waited for each other, and `at best` is what they have to take side by side. `waited` is what an answer took longer than `without waits`,",
    "where the same bindings answer as soon as they can; both are medians, up to the end of the answer.",
  ],
  ["request", "calls", "chain", "trips", "sum, ms", "at best, ms", "waited, ms", "without waits, ms", ""],
  rows.map(({ cells }) => cells),
);
if (rows.some(({ ok }) => !ok)) process.exitCode = 1;
