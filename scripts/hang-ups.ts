import { connect } from "node:net";
import { type Asked, ask, asMechanic, get, PASSWORD, passwordHash, send } from "../bench/support/asked.ts";
import { loadRows } from "../bench/support/rows.ts";
import { bundle, type Runtime, withFolder, withRuntime } from "../bench/support/runtime.ts";
import { LISTING_TAGS, type ListingTag } from "../src/core/ports.ts";
import { unstamp } from "../src/edge/stamp.ts";

/**
 * Clients hang up at random moments in every kind of request, while others go on; then come plain requests. In a workerd with a
 * socket of its own, since the proxy of `wrangler dev` hides hang-ups from it. Fails when a request hangs, an answer is a 5xx, a
 * write that hung up is not completed at its gate, or a watermark in KV stays behind a write.
 */
const HANG_UPS = 50;
const PLAIN = 500;
const AT_ONCE = 8;
/** A client hangs up within so many times the usual time of a write. */
const HANG_UP_WITHIN = 1.2;
/** In so many milliseconds a watermark is in KV: it waits for others of its second. */
const WATERMARK_MS = 3_000;
/** How often a write under each tag hangs up with no other that would raise its watermark. */
const ROUNDS = 6;
const EPOCH = "1";

const staff = await asMechanic(1);
let count = 0;
const person = () => ({ name: "Hang Up", email: `hangup${++count}@example.com`, phone: "+1 555 0177" });

/** A write under each tag. */
const WRITES: Readonly<Record<ListingTag, () => Asked>> = {
  customers: () => send("PUT", "/customers/2", staff, { address: `${++count} New Street` }),
  mechanics: () => send("PUT", "/mechanics/1", staff, { phone: `+1 555 ${1_000 + (++count % 9_000)}` }),
  vehicles: () => send("PUT", "/vehicles/2", staff, { color: `blue ${++count}` }),
  service_tickets: () => send("PUT", "/service-tickets/2", staff, { service_desc: `Squeals, heard ${++count} times` }),
  inventory: () => send("PUT", "/inventory/2", staff, { name: `Oil filter ${++count}` }),
};
const ENTITIES: Readonly<Record<ListingTag, string>> = {
  customers: "customer",
  mechanics: "mechanic",
  vehicles: "vehicle",
  service_tickets: "service_ticket",
  inventory: "part",
};
const READS = ["/customers", "/customers/2", "/mechanics", "/vehicles", "/service-tickets/2", "/inventory", "/health", "/"].map(
  (path) => () => get(path, staff),
);
const EVERY_KIND = [
  ...Object.values(WRITES),
  ...READS,
  () => send("POST", "/customers", staff, person()),
  () => send("POST", "/auth/login", staff, { email: "mechanic7@example.com", password: PASSWORD }),
];

const nth = (kinds: readonly (() => Asked)[], n: number): Asked => {
  const kind = kinds[n % kinds.length];
  if (!kind) throw new Error("There are no requests.");
  return kind();
};

/** Sends a request, or half of its body, and resets the connection after some milliseconds: of one that is only closed workerd takes no notice. */
const hangUp = (address: string, { method, path, headers, body = "" }: Asked, afterMs: number, half: boolean): Promise<void> =>
  new Promise((done) => {
    const { hostname, port, host } = new URL(address);
    const lines = Object.entries({ Host: host, ...headers, "Content-Length": body.length }).map(([name, value]) => `${name}: ${value}\r\n`);
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${half ? body.slice(0, body.length / 2) : body}`);
      setTimeout(() => socket.resetAndDestroy(), afterMs);
    });
    socket.once("error", () => undefined);
    socket.once("close", () => done());
  });

/** Runs `work` for each number below `total`, some at once. */
const times = async (total: number, work: (n: number) => Promise<void>): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < total) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
};

const pause = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));

/** The newest point in the history of the database; the local one counts reads too. */
const newest = async (d1: D1Database): Promise<string> => {
  const session = d1.withSession("first-primary");
  await session.prepare("select 1").run();
  return session.getBookmark() ?? "";
};

/** The tags whose watermark in KV is not later than this point. */
const tagsBehind = async (kv: KVNamespace, bookmark: string): Promise<ListingTag[]> => {
  const marks = await Promise.all(LISTING_TAGS.map(async (tag) => unstamp(EPOCH, await kv.get(`watermark:${tag}`)) ?? ""));
  return LISTING_TAGS.filter((_, index) => (marks[index] ?? "") <= bookmark);
};

const lastAuditId = async (d1: D1Database): Promise<number> =>
  (await d1.prepare("select coalesce(max(id), 0) as id from audit_log").first<number>("id")) ?? 0;

/** The tags under which something was changed after this row of the audit log. */
const tagsChangedSince = async (d1: D1Database, id: number): Promise<ListingTag[]> => {
  const { results } = await d1.prepare("select distinct entity from audit_log where id > ?").bind(id).all<{ entity: string }>();
  return LISTING_TAGS.filter((tag) => results.some(({ entity }) => entity === ENTITIES[tag]));
};

const run = async ({ addressOf, d1, kv }: Runtime, hung: () => number): Promise<string[]> => {
  await loadRows(d1, { customers: 50, tickets: 50, mechanics: 10, parts: 10 }, passwordHash());
  const address = await addressOf("app");
  const complaints: string[] = [];
  const plain = async (asked: Asked): Promise<number> => {
    const { status, text, ms } = await ask(address, asked);
    if (status >= 400) complaints.push(`${asked.method} ${asked.path} is ${status}: ${text.slice(0, 300)}`);
    return ms;
  };
  const lengths: number[] = [];
  for (let n = 0; n < 5; n++) lengths.push(...(await Promise.all(Object.values(WRITES).map((write) => plain(write())))));
  const usualMs = lengths.sort((a, b) => a - b)[Math.floor(lengths.length / 2)] ?? 0;
  const someTime = () => Math.random() * usualMs * HANG_UP_WITHIN;

  await times(HANG_UPS, (n) => hangUp(address, nth(EVERY_KIND, n), someTime(), n % 7 === 6));
  await times(PLAIN, async (n) => void (await plain(nth([...Object.values(WRITES), ...READS], n))));
  const afterPlain = hung();

  let committed = 0;
  let untold = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const [before, lastEntry] = [await newest(d1), await lastAuditId(d1)];
    await Promise.all(Object.values(WRITES).map((write) => hangUp(address, write(), someTime(), false)));
    await pause(WATERMARK_MS);
    const changed = await tagsChangedSince(d1, lastEntry);
    const behind = (await tagsBehind(kv, before)).filter((tag) => changed.includes(tag));
    [committed, untold] = [committed + changed.length, untold + behind.length];
    if (behind.length > 0) complaints.push(`round ${round}: committed without their watermarks: ${behind.join(", ")}`);
  }
  await plain(get("/vehicles", staff));
  const { headers } = await ask(address, get("/vehicles", staff));
  const isPending = headers["x-cache"] !== "hit";
  if (isPending) complaints.push("the gate takes a write that was committed as pending still: nothing comes from the cache");
  if (hung() > 0) complaints.push(`${hung()} requests hung`);
  process.stdout.write(
    `A write takes ${usualMs.toFixed(0)} ms. Hung: ${afterPlain} after ${HANG_UPS} hang-ups and ${PLAIN} plain requests, ${hung()} at the end. ` +
      `Of ${ROUNDS * LISTING_TAGS.length} writes that hung up ${committed} were committed, ${untold} without their watermark; ` +
      `${isPending ? "writes stay pending" : "no write stays pending"}.\n`,
  );
  return complaints;
};

const complaints = await withFolder(async (folder) => {
  const lines: string[] = [];
  const module = await bundle("src/index.ts", folder);
  const hung = () => lines.filter((line) => /\bhung\b|different request context/.test(line)).length;
  return withRuntime(
    folder,
    [{ name: "app", module }],
    (runtime) => run(runtime, hung),
    ({ level, message }) => {
      if (process.env.VERBOSE) process.stderr.write(`${level} ${message.slice(0, 200)}\n`);
      lines.push(message);
    },
  );
});
for (const complaint of new Set(complaints)) process.stderr.write(`${complaint}\n`);
process.exitCode = complaints.length > 0 ? 1 : 0;
