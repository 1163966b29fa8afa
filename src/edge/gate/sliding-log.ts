import type { Rule, Window } from "../../core/limits.ts";
import type { Quota } from "../../core/ports.ts";

/** Stores the times of hits. Hits of a bucket are numbered from 1. Times are in milliseconds since 1970. */
export interface HitStore {
  /** The number and time of the last hit, or null without hits. */
  last(bucket: string): { readonly n: number; readonly at: number } | null;
  /** The time of hit `n`. */
  at(bucket: string, n: number): number | undefined;
}

/** The hits of a bucket. Those up to number `base` are in the store only, later ones are in `recent`. */
interface HitLog {
  base: number;
  /** The latest time of any check; the tails have moved on to it. */
  latest: number;
  readonly recent: number[];
  /** For each window length, the first hit that is still inside the window. */
  readonly tails: Map<number, Tail>;
}

/** A hit by its number. It has no time when it has not happened yet. */
interface Tail {
  readonly n: number;
  readonly at: number | undefined;
}

/** Hits to be stored, from number `first` on. Hits before `oldest` are no longer needed. */
export interface Drained {
  readonly bucket: string;
  readonly first: number;
  readonly hits: readonly number[];
  readonly oldest: number;
}

/** Whether a request passes, and what is left of each window. */
export interface Verdict {
  readonly quotas: readonly Quota[];
  /** The window that is full, and the milliseconds until it takes another hit; null when the request passes. */
  readonly full: { readonly window: string; readonly retryMs: number } | null;
}

/** From how many buckets on those without hits are forgotten. */
const MAX_LOGS = 1_000;
/** How many stored hits stay in memory. */
const KEPT = 4_096;

/**
 * Exact sliding windows over the logs of hits. A hit passes when fewer than `limit` hits are inside the window before it.
 * Hits are not counted one by one: the number of a window's first hit is remembered and moves on with time.
 */
export class SlidingLogs {
  readonly #logs = new Map<string, HitLog>();
  readonly #dirty = new Map<string, number>();
  readonly #store: HitStore;

  constructor(store: HitStore) {
    this.#store = store;
  }

  /**
   * Checks all rules together: a hit is counted in every bucket or, when one window is full, in none. When `time` is
   * earlier than the last time that a bucket saw, that one is used.
   */
  take(rules: readonly Rule[], time: number): Verdict {
    const logs = rules.map(({ bucket }) => this.#load(bucket));
    const now = Math.max(time, ...logs.map(({ latest }) => latest));
    for (const log of logs) log.latest = now;
    const checks = rules.flatMap((rule) => rule.windows.map((window) => this.#check(rule.bucket, window, now)));
    const full = checks.filter((check) => check.quota.remaining < 0).sort((a, b) => b.retryMs - a.retryMs)[0];
    if (!full) for (const { bucket } of rules) this.#append(bucket, now);
    // Else a denied client could fill the memory with names of buckets.
    else if (this.#logs.size > MAX_LOGS)
      for (const { bucket } of rules) if (this.#last(this.#load(bucket)) === 0) this.#logs.delete(bucket);
    const quotas = checks.map(({ quota }) => ({ ...quota, remaining: Math.max(0, full ? quota.remaining + 1 : quota.remaining) }));
    return { quotas, full: full ? { window: full.quota.window, retryMs: full.retryMs } : null };
  }

  /** Removes the last hit of a bucket. */
  giveBack(bucket: string): void {
    const log = this.#load(bucket);
    const n = this.#last(log);
    if (n === 0) return;
    if (n > log.base) log.recent.pop();
    else log.base -= 1;
    for (const [ms, tail] of log.tails) if (tail.n >= n) log.tails.set(ms, { n, at: undefined });
    this.#dirty.set(bucket, Math.min(this.#dirty.get(bucket) ?? n, n));
  }

  /** The changes since the last call. They replace what is stored from `first` on. */
  drain(): Drained[] {
    const drained = [...this.#dirty].map(([bucket, first]) => {
      const log = this.#load(bucket);
      // Without tails no window was checked yet, so all hits may still be needed.
      const oldest = log.tails.size > 0 ? Math.min(...[...log.tails.values()].map(({ n }) => n), this.#last(log)) : 1;
      return { bucket, first, hits: log.recent.slice(Math.max(0, first - log.base - 1)), oldest };
    });
    this.#dirty.clear();
    for (const { bucket } of drained) this.#trim(this.#load(bucket));
    return drained;
  }

  #check(bucket: string, { name: window, limit, ms }: Window, now: number) {
    const log = this.#load(bucket);
    const tail = this.#tail(bucket, log, ms, now);
    const used = this.#last(log) - tail.n + 1;
    const waitFor = (at = now): number => at + ms - now;
    const quota = { window, limit, ms, remaining: limit - used - 1, resetMs: used > 0 ? waitFor(tail.at) : ms };
    return { quota, retryMs: used < limit ? 0 : waitFor(this.#at(bucket, log, this.#last(log) - limit + 1)) };
  }

  /** The first hit inside the window that ends now, or the next future hit when the window is empty. */
  #tail(bucket: string, log: HitLog, ms: number, now: number): Tail {
    const known = log.tails.get(ms) ?? { n: 1, at: undefined };
    if (known.at !== undefined && known.at > now - ms) return known;
    const n = this.#firstInside(bucket, log, known.n, now - ms);
    const tail = { n, at: n > this.#last(log) ? undefined : this.#at(bucket, log, n) };
    log.tails.set(ms, tail);
    return tail;
  }

  /** The first hit from `low` on that is later than `end`: exponential search, then binary search. */
  #firstInside(bucket: string, log: HitLog, low: number, end: number): number {
    const isOut = (n: number): boolean => (this.#at(bucket, log, n) ?? Number.NEGATIVE_INFINITY) <= end;
    let step = 1;
    let high = this.#last(log) + 1;
    while (low < high && isOut(low)) {
      const next = Math.min(low + step, high);
      if (next < high && isOut(next)) {
        low = next;
        step *= 2;
      } else {
        high = next;
        low += 1;
        while (low < high) {
          const middle = (low + high) >>> 1;
          if (isOut(middle)) low = middle + 1;
          else high = middle;
        }
      }
    }
    return low;
  }

  #append(bucket: string, now: number): void {
    const log = this.#load(bucket);
    log.recent.push(now);
    const n = this.#last(log);
    this.#dirty.set(bucket, Math.min(this.#dirty.get(bucket) ?? n, n));
  }

  #load(bucket: string): HitLog {
    const known = this.#logs.get(bucket);
    if (known) return known;
    const last = this.#store.last(bucket);
    const log: HitLog = { base: last?.n ?? 0, latest: last?.at ?? 0, recent: [], tails: new Map() };
    this.#logs.set(bucket, log);
    return log;
  }

  #last(log: HitLog): number {
    return log.base + log.recent.length;
  }

  #at(bucket: string, log: HitLog, n: number): number | undefined {
    return n > log.base ? log.recent[n - log.base - 1] : this.#store.at(bucket, n);
  }

  #trim(log: HitLog): void {
    if (log.recent.length <= 2 * KEPT) return;
    const gone = log.recent.length - KEPT;
    log.recent.splice(0, gone);
    log.base += gone;
  }
}
