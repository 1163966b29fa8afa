import type { Rule } from "../../src/core/limits.ts";
import type { EnterAnswer, EnterMessage } from "../../src/edge/gate/messages.ts";
import { FLUSH_MS, type GateWatch } from "./gates.ts";
import type { Time } from "./time.ts";

interface Hit {
  readonly at: number;
  readonly decidedAt: number;
  readonly durable: boolean;
}

interface Log {
  /** The times of all that was let pass; those of `hits` still count. */
  readonly passed: number[];
  hits: Hit[];
  /** The latest time that was asked for: the time of a gate never goes back. */
  latest: number;
  /** Hits from before the gate deleted itself, which its numbers do not count. */
  base: number;
}

export interface LimitJudge extends Omit<GateWatch, "completed"> {
  /** Whether a client of this gate may be denied now: a window was full, even if a crash has emptied it since. */
  readonly isFull: (name: string, rules: readonly Rule[], now: number) => boolean;
}

/** Counts what gates let pass, each hit anew; `fail` is told when a window holds more than its limit. */
export const createLimitJudge = (time: Time, fail: (message: string) => void): LimitJudge => {
  const gates = new Map<string, Map<string, Log>>();

  const logOf = (name: string, id: string): Log => {
    const logs = gates.get(name) ?? new Map<string, Log>();
    gates.set(name, logs);
    const log = logs.get(id) ?? { passed: [], hits: [], latest: 0, base: 0 };
    logs.set(id, log);
    return log;
  };

  return {
    entered: (name: string, { rules, now }: EnterMessage, { full, revoked }: EnterAnswer): void => {
      // Nothing of an account passes with a token that has ended, so nothing of it is counted.
      if (revoked) return;
      for (const { bucket: id, windows, durable } of rules) {
        const log = logOf(name, id);
        log.latest = Math.max(log.latest, now);
        if (full) continue;
        log.passed.push(log.latest);
        log.hits.push({ at: log.latest, decidedAt: time.now(), durable });
        for (const { name: window, limit, ms } of windows) {
          const inside = log.hits.filter(({ at }) => at > log.latest - ms).length;
          if (inside > limit) fail(`${name} let ${inside} requests of ${id} pass within ${window}, the limit is ${limit}`);
        }
      }
    },

    forgotten: (name: string, storedHits: (bucket: string) => number): void => {
      for (const [id, log] of gates.get(name) ?? []) {
        const stored = log.base + storedHits(id);
        log.hits = log.hits.filter(({ durable, decidedAt }, index) => index < stored || durable || time.now() - decidedAt > FLUSH_MS);
        log.latest = log.hits.at(-1)?.at ?? 0;
      }
    },

    isFull: (name: string, rules: readonly Rule[], now: number): boolean =>
      rules.some(({ bucket: id, windows }) => {
        const { passed } = logOf(name, id);
        return windows.some(({ limit, ms }) => passed.filter((at) => at > now - ms).length >= limit);
      }),

    deleted: (name: string): void => {
      for (const log of gates.get(name)?.values() ?? []) log.base = log.hits.length;
    },
  };
};
