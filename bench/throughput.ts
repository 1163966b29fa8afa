import { parseArgs } from "node:util";
import { type Asked, asAnyone, ask, asMechanic, get, inEpoch, newTicket, PASSWORD, passwordHash, send } from "./support/asked.ts";
import { press, type Run } from "./support/load-generator.ts";
import { MOST, type Recorded } from "./support/recorded.ts";
import { median, report } from "./support/results.ts";
import { loadRows } from "./support/rows.ts";
import { bundle, withFolder, withRuntime } from "./support/runtime.ts";
import type { Report } from "./support/watched-worker.ts";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "5" },
    connections: { type: "string", default: "16" },
    only: { type: "string", default: "" },
  },
});
const ROUNDS = Number(options.rounds);
const PRESSURE = { connections: Number(options.connections), seconds: Number(options.seconds) };
const ROWS = { customers: 100_000, tickets: 100_000, mechanics: 50, parts: 1_000 };

/** The number in the recorded request; it stands nowhere else in what is asked. */
const SAMPLE = 76_543;

interface Scenario {
  readonly name: string;
  readonly ceiling: "call" | "query" | "batch" | "hash-and-batch";
  /** The least part of the ceiling that the app has to reach, in percent. */
  readonly target?: number;
  /** The request about one number; from `MOST` on, none asks for the same twice. */
  readonly request: (n: number) => Asked;
  readonly connections?: number;
}

const staff = await asMechanic(1);
const cursorAfter = (id: number): string => Buffer.from(JSON.stringify(["id", id, id])).toString("base64url");
const credentials = { email: "mechanic7@example.com", password: PASSWORD };

const ALL: readonly Scenario[] = [
  { name: "a cached listing", ceiling: "call", target: 70, request: () => get("/customers", staff) },
  { name: "a listing that misses", ceiling: "query", request: (n) => get(`/customers?cursor=${cursorAfter(n)}`, staff) },
  { name: "one ticket", ceiling: "query", target: 60, request: (n) => get(`/service-tickets/${n}`, staff) },
  { name: "creating a ticket", ceiling: "batch", target: 50, request: (n) => send("POST", "/service-tickets", staff, newTicket(n)) },
  {
    name: "a login",
    ceiling: "hash-and-batch",
    request: () => send("POST", "/auth/login", asAnyone(), credentials),
    connections: 2,
  },
];
const SCENARIOS = ALL.filter(({ name }) => name.includes(options.only));

const nameOf = ({ name }: Scenario): string => name.replaceAll(" ", "-");

/** Each number once, in an order that jumps about: steps through them all, since the step shares no divisor with their count. */
const numbers = (): (() => number) => {
  let n = 0;
  return () => {
    n = (n + 35_317) % MOST;
    return n + 1;
  };
};

/** Has the app say what it asks D1 for a request, so that its ceiling asks the same. */
/** The epoch of the Worker that is watched: what it caches is not known to the other. */
const WATCHED = "watched";

const record = async (watched: string, ceilings: string, scenario: Scenario): Promise<void> => {
  const asked = await inEpoch(scenario.request(SAMPLE), WATCHED);
  // Twice, since the first fills the cache; only the listing that misses must not have been asked for before.
  const { text } = await ask(watched, asked);
  const again = scenario.ceiling === "call" ? (await ask(watched, asked)).text : text;
  const { status, body, calls } = JSON.parse(again) as Report;
  if (status >= 300) throw new Error(`${scenario.name} was answered ${status} ${body}`);
  const last = calls.filter(({ binding, end }) => binding === "D1" && end !== null).at(-1);
  const recorded: Recorded = { body, statements: last?.statements ?? [], varies: SAMPLE };
  await ask(ceilings, send("PUT", `/recorded/${nameOf(scenario)}`, {}, recorded));
};

interface Pair {
  readonly app: Run[];
  readonly ceiling: Run[];
}

const medianOf = (runs: readonly Run[], of: keyof Run): number => median(runs.map((run) => run[of]));

/** A row of the table, and whether the target is met. */
const rowOf = ({ name, ceiling: kind, target }: Scenario, { app, ceiling }: Pair) => {
  const ratio = (100 * medianOf(app, "rps")) / medianOf(ceiling, "rps");
  const of = (runs: readonly Run[]) => [
    Math.round(medianOf(runs, "rps")),
    medianOf(runs, "p50"),
    medianOf(runs, "p99"),
    Math.round(medianOf(runs, "cpu")),
  ];
  const ok = target === undefined || ratio >= target;
  return {
    ok,
    cells: [name, ...of(app), kind, ...of(ceiling), `${ratio.toFixed(0)} %`, target === undefined ? "" : `${target} %`, ok ? "" : "under"],
  };
};

const rows = await withFolder(async (folder) => {
  const durableObjects = { TRIVIAL: { className: "Trivial", useSQLite: true } };
  const workers = [
    { name: "app", module: await bundle("src/index.ts", folder) },
    {
      name: "watched",
      module: await bundle("bench/support/watched-worker.ts", folder),
      variables: { DELAYS: '{"D1":0,"KV":0,"gate":0}', DATABASE_EPOCH: WATCHED },
    },
    { name: "ceilings", module: await bundle("bench/ceilings.ts", folder, { plain: true }), durableObjects },
  ] as const;
  return withRuntime(folder, workers, async ({ addressOf, d1 }) => {
    await loadRows(d1, ROWS, passwordHash());
    const [app, watched, ceilings] = [await addressOf("app"), await addressOf("watched"), await addressOf("ceilings")];
    const pairs = new Map<Scenario, Pair>();
    for (const scenario of SCENARIOS) {
      await record(watched, ceilings, scenario);
      pairs.set(scenario, { app: [], ceiling: [] });
    }
    const next = numbers();
    // The round before the first is not counted: code gets compiled and pages get read in it.
    for (let round = 0; round <= ROUNDS; round += 1)
      for (const [scenario, pair] of pairs) {
        const { request, ceiling, connections = PRESSURE.connections } = scenario;
        const pressure = { ...PRESSURE, connections };
        const ran = await press(app, () => request(next()), pressure);
        const bare = await press(ceilings, () => ({ ...request(SAMPLE), path: `/${ceiling}/${nameOf(scenario)}` }), pressure);
        if (round > 0) pair.app.push(ran);
        if (round > 0) pair.ceiling.push(bare);
        process.stderr.write(
          `round ${round}: ${scenario.name} ${ran.rps.toFixed(0)}/s, its ceiling ${bare.rps.toFixed(0)}/s; CPU ${ran.cpu.toFixed(0)} and ${bare.cpu.toFixed(0)} µs\n`,
        );
      }
    return [...pairs].map(([scenario, pair]) => rowOf(scenario, pair));
  });
});

await report(
  "throughput",
  "Throughput",
  [
    `The production bundle in workerd, on a socket of its own, with ${ROWS.customers} customers and ${ROWS.tickets} tickets; D1, KV and Durable Objects are the local ones.`,
    `${PRESSURE.connections} connections (2 for logins), medians of ${ROUNDS} rounds of ${PRESSURE.seconds} seconds each, taken in turn. Latencies in milliseconds, CPU in microseconds of workerd per request.`,
    "A ceiling is a bare Hono route in the same process that answers the same bytes: `call` makes one Durable Object call that does nothing; `query`",
    "makes it beside the same query of D1, prepared; `batch` makes it, then the same batch; `hash-and-batch` verifies a password between the two.",
  ],
  ["request", "per s", "p50", "p99", "CPU", "ceiling", "per s", "p50", "p99", "CPU", "ratio", "target", ""],
  rows.map(({ cells }) => cells),
);
if (rows.some(({ ok }) => !ok)) process.exitCode = 1;
