import type { Rule, Window } from "../../core/limits.ts";
import type { Quota } from "../../core/ports.ts";

/** Where hits are kept: hit `n` (from 1) of a log happened at `at(log, n)` milliseconds. */
export interface HitStore {
  /** The number and time of the last hit, or null for a log without any. */
  last(log: string): { readonly n: number; readonly at: number } | null;
  at(log: string, n: number): number | undefined;
}

/** A log as it is held in memory: hits after `base` are in `recent`, earlier ones in the store. */
interface Log {
  base: number;
  /** The latest time that was asked for; the tails have moved that far. */
  latest: number;
  readonly recent: number[];
  /** Per window length, the first hit that is still inside. */
  readonly tails: Map<number, Tail>;
}

/** A hit by its number; one that is still to come has no time. */
interface Tail {
  readonly n: number;
  readonly at: number | undefined;
}

/** Hits that `drain` hands over to be stored; those before `oldest` are of no more use. */
export interface Drained {
  readonly log: string;
  readonly first: number;
  readonly hits: readonly number[];
  readonly oldest: number;
}

export interface Verdict {
  readonly quotas: readonly Quota[];
  /** The window that is full, and how long until it takes another hit. */
  readonly full: { readonly window: string; readonly retryMs: number } | null;
}

/** How many hits stay in memory after they were stored. */
const KEPT = 4_096;

/**
 * Exact sliding windows over numbered logs: hit n passes when fewer than `limit` hits lie inside the window before it.
 * Nothing is ever counted: a window's first hit is remembered by its number and moves on as time does.
 */
export class SlidingLogs {
  readonly #logs = new Map<string, Log>();
  readonly #dirty = new Map<string, number>();
  readonly #store: HitStore;

  constructor(store: HitStore) {
    this.#store = store;
  }

  /** Decides all rules together: a hit is counted in each log, or in none. No caller's clock turns a log's time back. */
  take(rules: readonly Rule[], time: number): Verdict {
    const logs = rules.map(({ log }) => this.#load(log));
    const now = Math.max(time, ...logs.map(({ latest }) => latest));
    for (const log of logs) log.latest = now;
    const checks = rules.flatMap((rule) => rule.windows.map((window) => this.#check(rule.log, window, now)));
    const full = checks.filter((check) => check.quota.remaining < 0).sort((a, b) => b.retryMs - a.retryMs)[0];
    if (!full) for (const { log } of rules) this.#append(log, now);
    const quotas = checks.map(({ quota }) => ({ ...quota, remaining: Math.max(0, full ? quota.remaining + 1 : quota.remaining) }));
    return { quotas, full: full ? { window: full.quota.window, retryMs: full.retryMs } : null };
  }

  /** Takes back the last hit of a log. */
  giveBack(name: string): void {
    const log = this.#load(name);
    const n = this.#last(log);
    if (n === 0) return;
    if (n > log.base) log.recent.pop();
    else log.base -= 1;
    for (const [ms, tail] of log.tails) if (tail.n >= n) log.tails.set(ms, { n, at: undefined });
    this.#dirty.set(name, Math.min(this.#dirty.get(name) ?? n, n));
  }

  /** What has changed since the last call: to be stored, replacing everything from `first` on. */
  drain(): Drained[] {
    const drained = [...this.#dirty].map(([name, first]) => {
      const log = this.#load(name);
      // Without tails no window has been looked at yet: everything may still be needed.
      const oldest = log.tails.size > 0 ? Math.min(...[...log.tails.values()].map(({ n }) => n), this.#last(log)) : 1;
      return { log: name, first, hits: log.recent.slice(Math.max(0, first - log.base - 1)), oldest };
    });
    this.#dirty.clear();
    for (const { log } of drained) this.#trim(this.#load(log));
    return drained;
  }

  #check(name: string, { name: window, limit, ms }: Window, now: number) {
    const log = this.#load(name);
    const tail = this.#tail(name, log, ms, now);
    const used = this.#last(log) - tail.n + 1;
    const waitFor = (at = now): number => at + ms - now;
    const quota = { window, limit, ms, remaining: limit - used - 1, resetMs: used > 0 ? waitFor(tail.at) : ms };
    return { quota, retryMs: used < limit ? 0 : waitFor(this.#at(name, log, this.#last(log) - limit + 1)) };
  }

  /** The first hit inside the window that ends now, or the next to come when there is none. */
  #tail(name: string, log: Log, ms: number, now: number): Tail {
    const known = log.tails.get(ms) ?? { n: 1, at: undefined };
    if (known.at !== undefined && known.at > now - ms) return known;
    const n = this.#firstInside(name, log, known.n, now - ms);
    const tail = { n, at: n > this.#last(log) ? undefined : this.#at(name, log, n) };
    log.tails.set(ms, tail);
    return tail;
  }

  /** Steps ever further from hit `low` on, then halves the last step: hits are in the order of time. */
  #firstInside(name: string, log: Log, low: number, end: number): number {
    const isOut = (n: number): boolean => (this.#at(name, log, n) ?? Number.NEGATIVE_INFINITY) <= end;
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

  #append(name: string, now: number): void {
    const log = this.#load(name);
    log.recent.push(now);
    const n = this.#last(log);
    this.#dirty.set(name, Math.min(this.#dirty.get(name) ?? n, n));
  }

  #load(name: string): Log {
    const known = this.#logs.get(name);
    if (known) return known;
    const last = this.#store.last(name);
    const log: Log = { base: last?.n ?? 0, latest: last?.at ?? 0, recent: [], tails: new Map() };
    this.#logs.set(name, log);
    return log;
  }

  #last(log: Log): number {
    return log.base + log.recent.length;
  }

  #at(name: string, log: Log, n: number): number | undefined {
    return n > log.base ? log.recent[n - log.base - 1] : this.#store.at(name, n);
  }

  #trim(log: Log): void {
    if (log.recent.length <= 2 * KEPT) return;
    const gone = log.recent.length - KEPT;
    log.recent.splice(0, gone);
    log.base += gone;
  }
}
