import { resolve } from "node:path";
import { mustRun, ROOT } from "../scripts/support/wrangler.ts";
import { endpoints } from "../src/app.ts";
import { type Asked, ask, asMechanic, get, newTicket, passwordHash, send } from "./support/asked.ts";
import { PARTS } from "./support/cpu-parts.ts";
import { childrensCpu } from "./support/cpu-time.ts";
import type { Order } from "./support/cpu-worker.ts";
import { median, report, tableOf } from "./support/results.ts";
import { loadRows } from "./support/rows.ts";
import { bundle, variables, withFolder, withRuntime } from "./support/runtime.ts";

/** How long each thing is run in one go, in microseconds, and how many goes there are, in turn with all others. */
const GO_US = 500_000;
const ROUNDS = 5;
/** How often it is run first, to see how long it takes. */
const FIRST = 500;
/** How often each bundle is imported. */
const IMPORTS = 15;
/** What the import may take of that of the bare app. */
const MOST = 1.5;

const staff = await asMechanic(1);
const REQUESTS: Readonly<Record<string, Asked>> = {
  "cached listing": get("/customers", staff),
  "listing that misses": get("/customers?cursor={cursor}", staff),
  "one customer": get("/customers/76", staff),
  "one ticket": get("/service-tickets/76", staff),
  "creating a ticket": send("POST", "/service-tickets", staff, newTicket(76)),
};

const WHAT = ["app", "bare", "request", "options", ...PARTS] as const;

/** Microseconds of CPU for one run of something; of the clock where CPU time is not told. */
const runOnce = async (address: string, order: Order): Promise<number> => {
  const [cpu, start] = [childrensCpu(), performance.now()];
  const { status, text } = await ask(address, send("POST", "/", {}, order));
  if (status !== 204) throw new Error(text);
  const used = childrensCpu() - cpu;
  return (Number.isNaN(used) ? (performance.now() - start) * 1_000 : used) / order.times;
};

/** Every thing of every request, in turn. */
const measureAll = async (address: string): Promise<Map<string, number[]>> => {
  const measured = new Map<string, number[]>();
  const times = new Map<string, number>();
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const [name, asked] of Object.entries(REQUESTS))
      for (const what of WHAT) {
        const key = `${name} ${what}`;
        const took = await runOnce(address, { what, asked, times: times.get(key) ?? FIRST });
        // The round before the first is not counted: code gets compiled in it.
        if (round === 0) times.set(key, Math.min(100_000, Math.ceil(GO_US / Math.max(took, 1))));
        else measured.set(key, [...(measured.get(key) ?? []), took]);
      }
  return measured;
};

const LABELS: Readonly<Record<(typeof WHAT)[number], string>> = {
  app: "**the app**",
  bare: "**a bare Hono route**, same bytes",
  request: "making the request",
  options: "middleware, routing, headers (an OPTIONS request)",
  token: "the token",
  validation: "validation of the input",
  gate: "the client of the gate, without the gate",
  cache: "looking in the cache",
  query: "the handler: SQL built by Drizzle, rows read",
  JSON: "the answer from JSON and to JSON",
  ETag: "the ETag",
};

/** Parts that a request does not have cost nothing. */
const partsIn = (measured: Map<string, number[]>) =>
  WHAT.map((what) => [LABELS[what], ...Object.keys(REQUESTS).map((name) => median(measured.get(`${name} ${what}`) ?? [0]).toFixed(1))]);

const importOf = async (module: string): Promise<number> =>
  Number(await mustRun(resolve(ROOT, "bench/support/import-time.ts"), [module, JSON.stringify(variables())]));

const imports = async (folder: string) => {
  const app = await bundle("src/index.ts", folder);
  const bare = await bundle("bench/support/bare-openapi.ts", folder, { define: `ROUTES:${endpoints.length}`, plain: true });
  const took: { readonly app: number[]; readonly bare: number[] } = { app: [], bare: [] };
  for (let n = 0; n < IMPORTS; n += 1) {
    took.app.push(await importOf(app));
    took.bare.push(await importOf(bare));
  }
  return { app: median(took.app), bare: median(took.bare) };
};

const [rows, imported] = await withFolder(async (folder) => {
  const took = await imports(folder);
  const module = await bundle("bench/support/cpu-worker.ts", folder);
  const measured = await withRuntime(folder, [{ name: "cpu", module }], async ({ addressOf, d1 }) => {
    await loadRows(d1, { customers: 200, tickets: 200, mechanics: 50, parts: 20 }, passwordHash(1));
    return measureAll(await addressOf("cpu"));
  });
  return [partsIn(measured), took] as const;
});

const ratio = imported.app / imported.bare;
await report(
  "cpu",
  "CPU",
  [
    `Microseconds of CPU for each request in workerd, with D1, KV and gates that answer at once: medians of ${ROUNDS} rounds in turn.`,
    "The parts are run alone as well; they do not add up to the whole, since a request has some of them only, and more than them.",
  ],
  ["µs", ...Object.keys(REQUESTS)],
  rows,
  [
    `Importing a bundle in Node, CPU in milliseconds, medians of ${IMPORTS}; the bare zod-openapi app has ${endpoints.length} routes too. At most ${MOST} times.`,
    "",
    tableOf(["the app", "bare", "ratio"], [[imported.app.toFixed(1), imported.bare.toFixed(1), ratio.toFixed(2)]]),
  ],
);
if (ratio > MOST) process.exitCode = 1;
