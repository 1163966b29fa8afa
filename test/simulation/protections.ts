/** One protection, and the change to the code that takes it away. */
export interface Protection {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const GATE = "src/edge/gate/client-gate.ts";
const GATES = "src/edge/gate/gate-client.ts";
const LOCAL = "src/edge/gate/local-gate.ts";
const LOGS = "src/edge/gate/sliding-log.ts";
const DENIALS = "src/edge/gate/remembered-denials.ts";
const CACHE = "src/edge/listing-cache.ts";
const STAMP = "src/edge/stamp.ts";
const READ = "src/http/pipeline/read.ts";
const WRITE = "src/http/pipeline/write.ts";
const ADMIT = "src/http/pipeline/admit.ts";

const remove = (name: string, file: string, from: string, to = ""): Protection => ({ name, file, from, to });

/** What keeps clients from reading older than their own writes. */
const OWN_WRITES = [
  remove("a write is pending from its start", GATE, "if (write !== undefined && verdict", "if (write === '' && verdict"),
  remove("facts are stored", GATE, 'this.#sql.exec("insert or replace into facts values (?, ?, ?)", name, value, until);'),
  remove("it lasts until all older entries have died", GATE, "PENDING_WRITE_MS = 180_000", "PENDING_WRITE_MS = 60_000"),
  remove(
    "records of a client with a pending write come from the primary",
    READ,
    "first !== null && !admission.hasPendingWrite &&",
    "first !== null &&",
  ),
  remove(
    "a client with a pending write gets nothing from the cache",
    READ,
    "isHit = isFresh && !admission.hasPendingWrite;",
    "isHit = isFresh;",
  ),
  remove(
    "misses of a client with a pending write are read at the primary",
    READ,
    'admission.hasPendingWrite ? "first-primary" : (needed',
    "(needed",
  ),
  remove("of writes that fail, only refused ones are completed", WRITE, " && !isUnavailable(error)", ""),
  remove(
    "an unreachable gate stops writes",
    WRITE,
    'if (verdict.kind === "unreachable") throw',
    'if (verdict.kind === "unreachable") return;\n  if (!verdict) throw',
  ),
  remove("a gate keeps a bookmark per tag", GATE, "[ALL, ...tags]", "[ALL]"),
  remove("a gate keeps a bookmark of all writes", GATE, "[ALL, ...tags]", "tags"),
  remove("a listing of several tags needs the bookmarks of all of them", GATE, "tags.flatMap(", "tags.slice(0, 1).flatMap("),
  remove("of two bookmarks a gate keeps the later", GATE, "laterStamp(this.#stamps.get(tag), stamp)", "stamp"),
  remove("an entry is held against the client's bookmarks", READ, "later(watermark, admission.bookmark)", "watermark"),
  remove("a record older than the client's bookmark is not sent", READ, "&& reaches(first.seen, admission.bookmark)"),
  remove("it is read again at that bookmark", READ, '(bookmark ?? "first-unconstrained")', '"first-unconstrained"'),
  remove("a login is handed over to its account", WRITE, "...(result.readers ?? []).map(handOver)"),
  remove("it is handed over under all tags", WRITE, "tags: LISTING_TAGS, now", "tags, now"),
  remove("a login whose hand-over is lost fails", WRITE, 'if (lost.some(Boolean)) throw new Failure("unavailable");'),
  remove("without the gate everything is read at the primary", LOCAL, "hasPendingWrite: true", "hasPendingWrite: false"),
];

/** What keeps the cache from showing more of the past than it may. */
const WATERMARKS = [
  remove("an entry is held against the watermarks of its tags", READ, "later(watermark, admission.bookmark)", "admission.bookmark"),
  remove(
    "a miss is read at the newest of the watermarks",
    READ,
    '(needed ?? "first-unconstrained")',
    '(admission.bookmark ?? "first-unconstrained")',
  ),
  remove(
    "an entry has the bookmark that it was read at",
    READ,
    "cache.keep(key, listing, seconds)",
    "cache.keep(key, { ...listing, bookmark: later(listing.bookmark, (await cache.lookup(key, tags)).watermark) ?? listing.bookmark }, seconds)",
  ),
  remove("an entry is served within its time", READ, "request.nowMs - entry.readAt < seconds * 1_000 &&"),
  remove(
    "a write raises the watermarks of its tags",
    WRITE,
    "if (bookmark) c.executionCtx.waitUntil(cache.advanceWatermarks(tags, bookmark));",
  ),
  remove("a write goes on when its client hangs up", WRITE, "c.executionCtx.waitUntil(answering.catch(() => undefined));"),
  remove(
    "only a put that KV has confirmed spares a write its own",
    CACHE,
    "const { bookmark } = state;",
    "const { bookmark } = state;\n    state.stored = later(state.stored, bookmark);",
  ),
  remove("a watermark is put again when KV has refused it", CACHE, "MAX_STEPS = 8", "MAX_STEPS = 1"),
  remove(
    "each write waits by a timer of its own",
    CACHE,
    "if (wait > 0) await sleep(Math.min(wait, 2 * PUT_EVERY_MS));",
    "const own: { shared?: Promise<void> } = state as never;\nif (wait > 0) await (own.shared ??= sleep(wait).then(() => void delete own.shared));",
  ),
  remove("an isolate knows the watermarks that it raised", CACHE, ", raised.get(tag)?.bookmark"),
  remove("an isolate never lowers a watermark", CACHE, "later(state.bookmark, bookmark) ?? bookmark", "bookmark"),
  remove("an isolate puts a watermark once a second", CACHE, "PUT_EVERY_MS = 1_000", "PUT_EVERY_MS = 0"),
  remove("memory lasts two seconds", CACHE, "HOT_MS = 2_000", "HOT_MS = 600_000"),
  remove("what KV keeps of an earlier database is ignored", STAMP, "|| !text.startsWith(", "|| text.endsWith("),
];

/** What keeps revoked tokens out, valid ones in, and limits exact. */
const ACCESS = [
  remove(
    "revoked tokens are refused",
    ADMIT,
    'if (verdict.revoked && !endpoint.policy.anonymousOnBadToken) throw new Failure("unauthenticated");',
  ),
  remove(
    "a revocation that the gate has not confirmed is not taken as delivered",
    GATES,
    'if ((await ask(call())) === NO_ANSWER && (await ask(call())) === NO_ANSWER) throw new Failure("unavailable");',
    "await ask(call());",
  ),
  remove(
    "a revocation lasts for one life of a token",
    GATE,
    "String(Math.max(gen, known)), now + TOKEN_MS",
    "String(Math.max(gen, known)), now + 600_000",
  ),
  remove("a newer revocation is not taken back", GATE, "String(Math.max(gen, known))", "String(gen)"),
  remove(
    "without the gate the account is looked up",
    READ,
    'await checkAccount(openSession(deps.d1, "first-primary", deps.retry).db, request.actor);',
  ),
  remove(
    "it is looked up at the primary",
    READ,
    'checkAccount(openSession(deps.d1, "first-primary"',
    'checkAccount(openSession(deps.d1, "first-unconstrained"',
  ),
  remove("a denial is remembered for one token", DENIALS, "[client, session?.sid, session?.gen, ", "[client, "),
  remove(
    "a denial is forgotten when its window opens",
    DENIALS,
    "now - known.at < known.denial.retryMs",
    "now - known.at < 2 * known.denial.retryMs",
  ),
  remove("the time of a gate never goes back", LOGS, "Math.max(time, ...logs.map(({ latest }) => latest))", "time"),
  remove("hits are stored", GATE, "this.#hitStore.write(drained);"),
  remove(
    "hits of logins are stored before the answer",
    GATE,
    "if (now) this.#flush();\n    if (now || this.#flushing)",
    "if (this.#flushing)",
  ),
  remove("a gate whose hits count does not delete itself", GATE, "|| this.#hitStore.newest() > now - WINDOW_MS"),
];

/** Each is removed by itself from a copy of the project, and the simulation has to fail; see `without-protections.ts`. */
export const PROTECTIONS: readonly Protection[] = [...OWN_WRITES, ...WATERMARKS, ...ACCESS];
