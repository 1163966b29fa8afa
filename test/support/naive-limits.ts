import type { Rule } from "../../src/core/limits.ts";
import type { Drained, HitStore, Verdict } from "../../src/edge/gate/sliding-log.ts";

/** Numbers between 0 and 1, the same for the same seed (mulberry32). */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** A hit store that can be written to, as the one in SQL. */
export interface WritableHitStore extends HitStore {
  write(drained: readonly Drained[]): void;
}

/** Hits in a Map, for tests of the logic alone. */
export class MapHitStore implements WritableHitStore {
  readonly stored = new Map<string, Map<number, number>>();

  last(bucket: string): { n: number; at: number } | null {
    const [newest] = [...(this.stored.get(bucket) ?? [])].sort(([a], [b]) => b - a);
    return newest ? { n: newest[0], at: newest[1] } : null;
  }

  at(bucket: string, n: number): number | undefined {
    return this.stored.get(bucket)?.get(n);
  }

  write(drained: readonly Drained[]): void {
    for (const { bucket, first, hits, oldest } of drained) {
      const times = this.stored.get(bucket) ?? new Map<number, number>();
      for (const n of [...times.keys()]) if (n < Math.min(oldest, first) || n >= first) times.delete(n);
      for (const [index, at] of hits.entries()) times.set(first + index, at);
      this.stored.set(bucket, times);
    }
  }
}

/** Sliding windows as one would write them first: all hits in a list, counted anew each time. */
export class NaiveLimits {
  readonly hits = new Map<string, number[]>();
  readonly #latest = new Map<string, number>();

  take(rules: readonly Rule[], time: number): Verdict {
    const now = Math.max(time, ...rules.map(({ bucket }) => this.#latest.get(bucket) ?? 0));
    for (const { bucket } of rules) this.#latest.set(bucket, now);
    const checks = rules.flatMap(({ bucket, windows }) =>
      windows.map(({ name, limit, ms }) => {
        const inside = (this.hits.get(bucket) ?? []).filter((at) => at > now - ms);
        const blocking = inside[inside.length - limit];
        return {
          retryMs: blocking === undefined ? 0 : blocking + ms - now,
          isFull: inside.length >= limit,
          quota: { window: name, limit, ms, left: limit - inside.length, resetMs: (inside[0] ?? now) + ms - now },
        };
      }),
    );
    const [full] = checks.filter(({ isFull }) => isFull).sort((a, b) => b.retryMs - a.retryMs);
    if (!full) for (const { bucket } of rules) this.hits.set(bucket, [...(this.hits.get(bucket) ?? []), now]);
    return {
      quotas: checks.map(({ quota: { left, ...quota } }) => ({ ...quota, remaining: Math.max(0, full ? left : left - 1) })),
      full: full ? { window: full.quota.window, retryMs: full.retryMs } : null,
    };
  }

  giveBack(bucket: string): void {
    this.hits.get(bucket)?.pop();
  }

  /** What a restart forgets: times that were asked for but not counted. */
  restart(): void {
    for (const bucket of this.#latest.keys()) this.#latest.set(bucket, this.hits.get(bucket)?.at(-1) ?? 0);
  }
}
