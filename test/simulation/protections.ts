/** One protection, and the change to the code that takes it away. */
export interface Protection {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const GATE = "src/edge/gate/client-gate.ts";
const GATES = "src/edge/gate/gate-client.ts";
const LOGS = "src/edge/gate/sliding-log.ts";
const DENIALS = "src/edge/gate/remembered-denials.ts";
const CACHE = "src/edge/listing-cache.ts";
const STAMP = "src/edge/stamp.ts";
const READ = "src/http/read.ts";
const WRITE = "src/http/write.ts";
const CALL = "src/http/call.ts";

const remove = (name: string, file: string, from: string, to: string): Protection => ({ name, file, from, to });

/** Each is removed by itself from a copy of the project, and the simulation has to fail; see `without-protections.ts`. */
export const PROTECTIONS: readonly Protection[] = [
  remove("a write marks its client unsettled", GATE, "if (write !== undefined && verdict", "if (write === '' && verdict"),
  remove(
    "marks are stored before the answer",
    GATE,
    "this.#marks.set(name, { value, until });\n",
    "this.#marks.set(name, { value, until });\n    if (until > 0) return;\n",
  ),
  remove("a lost write leaves the client unsettled until old entries have died", GATE, "= 180_000", "= 60_000"),
  remove("an unsettled client's records come from the primary", READ, "first !== null && !admission.unsettled &&", "first !== null &&"),
  remove("an unsettled client gets nothing from the cache", READ, "if (isFresh && !admission.unsettled)", "if (isFresh)"),
  remove("what an unsettled client misses is read at the primary", READ, 'admission.unsettled ? "first-primary" : (newest', "(newest"),
  remove("only a refusal settles a write that failed", WRITE, "if (error instanceof Failure) c.exec", "c.exec"),
  remove(
    "a silent gate stops writes",
    WRITE,
    'if (verdict.kind === "silent") throw',
    'if (verdict.kind === "silent") return;\n  if (false as boolean) throw',
  ),
  remove("a gate keeps a bookmark per tag", GATE, 'for (const tag of ["*", ...tags])', 'for (const tag of ["*"])'),
  remove("a gate keeps a bookmark of all", GATE, 'for (const tag of ["*", ...tags])', "for (const tag of tags)"),
  remove("of two bookmarks a gate keeps the later", GATE, "laterStamp(this.#marks.get(name)?.value, stamp)", "stamp"),
  remove(
    "an entry is held against the client's own writes",
    READ,
    "tags.map((tag) => admission.tags[tag]).reduce<Bookmark | null>(later, clock)",
    "clock",
  ),
  remove("a record older than the client's own writes is read again", READ, "&& reaches(first.seen, admission.bookmark)", ""),
  remove("it is read again at the client's bookmark", READ, '(bookmark ?? "first-unconstrained")', '"first-unconstrained"'),
  remove("a miss is read at the newest point known", READ, '(newest ?? "first-unconstrained")', '"first-unconstrained"'),
  remove(
    "the newest point known includes the clocks",
    READ,
    "const newest = later(needed, admission.bookmark);",
    "const newest = admission.bookmark;",
  ),
  remove(
    "the newest point known includes the client's writes under all tags",
    READ,
    "const newest = later(needed, admission.bookmark);",
    "const newest = needed;",
  ),
  remove(
    "an entry is held against the clocks of its tags",
    READ,
    "admission.tags[tag]).reduce<Bookmark | null>(later, clock)",
    "admission.tags[tag]).reduce<Bookmark | null>(later, null)",
  ),
  remove(
    "an entry has the bookmark that it was read at",
    READ,
    "cache.fill(key, { bookmark: reading.seen,",
    "cache.fill(key, { bookmark: later(reading.seen, (await cache.lookup(key, tags)).clock) ?? reading.seen,",
  ),
  remove(
    "an entry is served within its time only",
    READ,
    "entry !== null && call.nowMs - entry.readAt < seconds * 1_000 &&",
    "entry !== null &&",
  ),
  remove("a write moves the clocks of its tags", WRITE, "if (bookmark) c.executionCtx.waitUntil(cache.advance(tags, bookmark));", ""),
  remove(
    "an isolate knows the clocks that it moved itself",
    CACHE,
    "[...known, ...tags.map((tag) => pending.get(tag)?.bookmark)]",
    "[...known]",
  ),
  remove(
    "an isolate moves a clock forward only",
    CACHE,
    "state.bookmark = later(state.bookmark, bookmark) ?? bookmark;",
    "state.bookmark = bookmark;",
  ),
  remove("an isolate puts a clock once a second", CACHE, "const PUT_EVERY_MS = 1_000;", "const PUT_EVERY_MS = 0;"),
  remove("memory of an isolate is held against the clocks", CACHE, "if (hot && reaches(hot.entry.bookmark, clock))", "if (hot)"),
  remove("memory of an isolate lasts two seconds", "src/edge/memory.ts", "const HOT_MS = 2_000;", "const HOT_MS = 600_000;"),
  remove("a login is handed over to the account", WRITE, "...(result.seenBy ?? []).map(handOver)", ""),
  remove("it is handed over under all tags", WRITE, "tags: LISTING_TAGS, now", "tags, now"),
  remove("a login whose hand-over is lost fails", WRITE, 'if (lost.some(Boolean)) throw new Failure("unavailable");', ""),
  remove("behind a silent gate all is read at the primary", "src/edge/gate/local-gate.ts", "unsettled: true", "unsettled: false"),
  remove(
    "behind a silent gate the account is looked up",
    READ,
    'await checkAccount(openSession(deps.d1, "first-primary").db, call.actor);',
    "",
  ),
  remove(
    "the account is looked up at the primary",
    READ,
    'checkAccount(openSession(deps.d1, "first-primary")',
    'checkAccount(openSession(deps.d1, "first-unconstrained")',
  ),
  remove("revoked tokens are refused", CALL, 'if (verdict.revoked) throw new Failure("unauthenticated");', ""),
  remove(
    "a revocation that the gate has not heard of fails",
    GATES,
    'if (answer === SILENCE) throw new Failure("unavailable");',
    "void answer;",
  ),
  remove(
    "a revocation is kept for one life of a token",
    GATE,
    "String(Math.max(gen, known)), now + TOKEN_MS",
    "String(Math.max(gen, known)), now + 600_000",
  ),
  remove("a denial is remembered for one token", DENIALS, "JSON.stringify([client, rules, session])", "JSON.stringify([client, rules])"),
  remove(
    "a denial is forgotten when its window opens",
    DENIALS,
    "now - known.at < known.denial.retryMs",
    "now - known.at < 2 * known.denial.retryMs",
  ),
  remove(
    "the time of a gate never goes back",
    LOGS,
    "const now = Math.max(time, ...logs.map(({ latest }) => latest));",
    "const now = time;",
  ),
  remove("hits are stored", GATE, "this.#hits.write(drained);", ""),
  remove(
    "hits of logins are stored before the answer",
    GATE,
    "if (now) this.#flush();\n    if (now || this.#flushing) return;",
    "if (this.#flushing) return;",
  ),
  remove(
    "a gate with hits that count does not delete itself",
    GATE,
    "if (this.#marks.size > 0 || this.#hits.newest() > now - WINDOW_MS) return",
    "if (this.#marks.size > 0) return",
  ),
  remove(
    "clocks and entries of an earlier database are ignored",
    STAMP,
    'if (typeof text !== "string" || !text.startsWith(`${epoch}|`)) return null;\n  const bookmark = text.slice(epoch.length + 1);',
    'if (typeof text !== "string") return null;\n  const bookmark = text.slice(text.indexOf("|") + 1) || epoch;',
  ),
  remove(
    "a gate's bookmark of an earlier database gives way",
    STAMP,
    "known !== undefined && sameEpoch && known > coming",
    'known !== undefined && (sameEpoch || !sameEpoch) && known.slice(known.indexOf("|")) > coming.slice(coming.indexOf("|"))',
  ),
];
