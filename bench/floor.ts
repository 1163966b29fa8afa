import { ask, asMechanic, get, passwordHash, send } from "./support/asked.ts";
import { press, type Run } from "./support/load-generator.ts";
import { median, report } from "./support/results.ts";
import { loadRows } from "./support/rows.ts";
import { bundle, withFolder, withRuntime } from "./support/runtime.ts";

const ROUNDS = 9;
const PRESSURE = { connections: 16, seconds: 2 };

/** What a cached listing does besides the call that its ceiling makes. */
const STEPS = [
  ["nothing", "the ceiling: a Durable Object call that does nothing"],
  ["context", "its trips counted in an asynchronous context"],
  ["timer", "a time limit for the gate"],
  ["headers", "the headers of the contract"],
  ["message", "the message to the gate and its answer, with nothing decided"],
  ["log", "a line of log"],
  ["all", "all of these"],
] as const;

const staff = await asMechanic(1);
const listing = get("/customers", staff);

const rows = await withFolder(async (folder) => {
  const durableObjects = { TRIVIAL: { className: "Trivial", useSQLite: true } };
  const workers = [
    { name: "app", module: await bundle("src/index.ts", folder) },
    { name: "floor", module: await bundle("bench/floor-worker.ts", folder, { plain: true }), durableObjects },
  ] as const;
  return withRuntime(folder, workers, async ({ addressOf, d1 }) => {
    await loadRows(d1, { customers: 1_000, tickets: 1_000, mechanics: 50, parts: 100 }, passwordHash(1));
    const [app, floor] = [await addressOf("app"), await addressOf("floor")];
    const { text, headers } = await ask(app, listing);
    const { connection: _connection, "content-length": _length, ...own } = headers;
    await ask(floor, send("PUT", "/recorded", {}, { body: text, headers: own }));
    const requests = [
      ...STEPS.map(([path, what]) => ({ what, address: floor, asked: get(`/${path}`, staff) })),
      { what: "the app", address: app, asked: listing },
    ];
    const runs = new Map<string, Run[]>(requests.map(({ what }) => [what, []]));
    // The round before the first is not counted: code gets compiled in it.
    for (let round = 0; round <= ROUNDS; round += 1)
      for (const { what, address, asked } of requests) {
        const ran = await press(address, () => asked, PRESSURE);
        if (round > 0) runs.get(what)?.push(ran);
      }
    const cpuOf = (of: readonly Run[]): number => median(of.map(({ cpu }) => cpu));
    const bare = cpuOf(runs.get(STEPS[0][1]) ?? []);
    return [...runs].map(([what, of]) => [
      what,
      Math.round(median(of.map(({ rps }) => rps))),
      cpuOf(of).toFixed(0),
      (cpuOf(of) - bare).toFixed(0),
      `${((100 * bare) / cpuOf(of)).toFixed(0)} %`,
    ]);
  });
});

await report(
  "floor",
  "The floor under a cached listing",
  [
    "Bare Hono routes in workerd that make the call of the ceiling and one thing more, each as cheaply as we know how; then one that does all of these,",
    `and the app. ${PRESSURE.connections} connections, medians of ${ROUNDS} rounds of ${PRESSURE.seconds} seconds each, taken in turn; CPU in microseconds of workerd per request.`,
  ],
  ["besides the call", "per s", "CPU", "more", "of the ceiling"],
  rows,
);
