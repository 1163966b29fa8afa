import { type Asked, asAnyone, ask, asMechanic, get, newTicket, PASSWORD, passwordHash, send } from "./support/asked.ts";
import { report } from "./support/results.ts";
import { loadRows } from "./support/rows.ts";
import { bundle, withFolder, withRuntime } from "./support/runtime.ts";
import type { Report, Rows, Watched } from "./support/watched-worker.ts";

/** What a shop asks for in a day, per 1,000 requests. Tickets and customers are the nth of the load. */
interface Kind {
  readonly name: string;
  readonly share: number;
  readonly request: (n: number, staff: Record<string, string>) => Asked;
}

const STAFF = 8;
const KINDS: readonly Kind[] = [
  { name: "first page of open tickets", share: 140, request: (_n, staff) => get("/service-tickets?status=open&sort=-id", staff) },
  { name: "first page of customers", share: 60, request: (_n, staff) => get("/customers", staff) },
  { name: "first page of parts", share: 50, request: (_n, staff) => get("/inventory", staff) },
  { name: "leaderboard", share: 40, request: (n) => get("/mechanics/leaderboard", asAnyone(20 + (n % 60))) },
  { name: "search for a customer", share: 60, request: (n, staff) => get(`/customers?q=customer%20${n}`, staff) },
  { name: "tickets of a customer", share: 40, request: (n, staff) => get(`/service-tickets?customer_id=${n}`, staff) },
  { name: "own tickets of a mechanic", share: 60, request: (_n, staff) => get("/mechanics/my-tickets", staff) },
  { name: "one ticket", share: 240, request: (n, staff) => get(`/service-tickets/${n}`, staff) },
  { name: "one customer", share: 80, request: (n, staff) => get(`/customers/${n}`, staff) },
  { name: "one vehicle", share: 40, request: (n, staff) => get(`/vehicles/${n}`, staff) },
  {
    name: "login",
    share: 20,
    request: (n) => send("POST", "/auth/login", asAnyone(100 + n), { email: `mechanic${1 + (n % 50)}@example.com`, password: PASSWORD }),
  },
  { name: "new ticket", share: 40, request: (n, staff) => send("POST", "/service-tickets", staff, newTicket(n)) },
  {
    name: "ticket started",
    share: 40,
    request: (n, staff) => send("PUT", `/service-tickets/${n}/status`, staff, { status: "in_progress" }),
  },
  {
    name: "part put on a ticket",
    share: 60,
    request: (n, staff) => send("PUT", `/service-tickets/${n}/add-part/9`, staff, { quantity: 1 }),
  },
  { name: "customer changed", share: 30, request: (n, staff) => send("PUT", `/customers/${n}`, staff, { address: `${n} New Street` }) },
];

/** The day's requests in an order that mixes the kinds, the same at each run. */
const day = async (): Promise<Asked[]> => {
  const staff = await Promise.all(Array.from({ length: STAFF }, (_, index) => asMechanic(index + 1)));
  const all = KINDS.flatMap(({ share, request }, kind) =>
    Array.from({ length: share }, (_, n) => request(100 + kind * 50 + n, staff[(kind + n) % STAFF] ?? {})),
  );
  const step = 379;
  return all.map((_, index) => all[(index * step) % all.length]).filter((asked) => asked !== undefined);
};

/** Time in which what a request left for later is done. */
const PAUSE_MS = 60;

/** Safe: the Worker answers nothing else. */
const parseReport = (text: string): Report => JSON.parse(text) as Report;

interface Bill {
  readonly calls: readonly Watched[];
  readonly hits: number;
  readonly misses: number;
  readonly gates: Rows;
}

/** @param isQuiet every request comes to an isolate that remembers nothing, after all entries have ended their lives */
const spend = async (address: string, isQuiet: boolean): Promise<Bill> => {
  const [calls, caches]: [Watched[], string[]] = [[], []];
  for (const [index, asked] of (await day()).entries()) {
    const { text } = await ask(address, asked, { "X-Isolate": isQuiet ? `cold ${index}` : "warm" });
    const { status, body, headers, calls: own } = parseReport(text);
    if (status >= 300) throw new Error(`${asked.method} ${asked.path} was answered ${status} ${body}`);
    calls.push(...own);
    caches.push(headers["x-cache"] ?? "");
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
  const count = (what: string): number => caches.filter((cache) => cache === what).length;
  // Safe: that is what the Worker answers there.
  const gates = JSON.parse((await ask(address, get("/rows-of-gates", {}))).text) as Rows;
  return { calls, hits: count("hit"), misses: count("miss"), gates };
};

const ROWS = { customers: 2_000, tickets: 20_000, mechanics: 50, parts: 200 };

const bills = await withFolder(async (folder) => {
  const module = await bundle("bench/support/watched-worker.ts", folder);
  const worker = (name: string, forgets: string) => ({
    name,
    module,
    variables: { DELAYS: '{"D1":0,"KV":0,"gate":0}', FORGETS: forgets },
  });
  const spendIn = (name: string, isQuiet: boolean) =>
    withRuntime(`${folder}/${name}`, [worker(name, isQuiet ? "yes" : "")], async ({ addressOf, d1 }) => {
      await loadRows(d1, ROWS, passwordHash(1));
      return spend(await addressOf(name), isQuiet);
    });
  return [await spendIn("busy", false), await spendIn("quiet", true)];
});

const total = (calls: readonly Watched[], of: "read" | "written"): number => calls.reduce((sum, { rows }) => sum + rows[of], 0);
const count = (calls: readonly Watched[], binding: string, method?: string): number =>
  calls.filter((call) => call.binding === binding && (method === undefined || call.method === method)).length;

const LINES: readonly (readonly [string, (bill: Bill) => number])[] = [
  ["requests of the Worker", () => 1_000],
  ["listings from the cache", ({ hits }) => hits],
  ["listings read from D1", ({ misses }) => misses],
  ["D1 rows read", ({ calls }) => total(calls, "read")],
  ["D1 rows written", ({ calls }) => total(calls, "written")],
  ["KV reads", ({ calls }) => count(calls, "KV", "get")],
  ["KV writes", ({ calls }) => count(calls, "KV", "put")],
  ["calls to gates (Durable Objects)", ({ calls }) => count(calls, "gate")],
  ["rows that gates read", ({ gates }) => gates.read],
  ["rows that gates write", ({ gates }) => gates.written],
];

await report(
  "day",
  "A shop's day",
  [
    `1,000 requests over ${ROWS.customers} customers and ${ROWS.tickets} tickets: ${KINDS.map(({ name, share }) => `${share} × ${name}`).join(", ")}.`,
    "`busy`: so many at once that entries are asked for again within their lives; what writes move is read anew. `quiet`: so few that nothing",
    "is remembered anywhere, and every listing is read from D1. A real day lies between them.",
  ],
  ["per 1,000 requests", "busy", "quiet"],
  LINES.map(([name, of]) => [name, ...bills.map(of)]),
);
