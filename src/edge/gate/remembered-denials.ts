import type { Denial, Gate } from "../../core/ports.ts";
import { BoundedMap } from "../bounded-map.ts";

/** How many denials an isolate remembers. */
const MAX_DENIALS = 10_000;

interface Remembered {
  readonly denial: Denial;
  readonly at: number;
}

/** The denial as it stands so many milliseconds later. */
const laterBy = ({ denial, at }: Remembered, now: number): Denial => ({
  ...denial,
  retryMs: denial.retryMs - (now - at),
  quotas: denial.quotas.map((quota) => ({ ...quota, resetMs: Math.max(0, quota.resetMs - (now - at)) })),
});

/**
 * A gate that is not asked again before the window opens that it said was full: what is denied counts nowhere, so the
 * answer cannot change until then, and a flood costs no call.
 */
export const rememberDenials = (gate: Gate): Gate => {
  const denials = new BoundedMap<Remembered>(MAX_DENIALS);
  return {
    ...gate,
    enter: (client, entry) => {
      const { rules, now, session } = entry;
      // By session too, since a denial also says whether that one is revoked.
      const key = [client, session?.sid, session?.gen, ...rules.map(({ log, policy }) => `${log} ${policy}`)].join(" ");
      const known = denials.get(key);
      if (known && now >= known.at && now - known.at < known.denial.retryMs) return laterBy(known, now);
      denials.delete(key);
      return Promise.resolve(gate.enter(client, entry)).then((verdict) => {
        if (verdict.kind === "denied") denials.set(key, { denial: verdict, at: now });
        return verdict;
      });
    },
  };
};
