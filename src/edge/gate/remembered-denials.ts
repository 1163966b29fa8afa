import type { ClientKey, Gate, GateRequest, RateLimited } from "../../core/ports.ts";
import { BoundedMap } from "../bounded-map.ts";

/** How many denials an isolate remembers. */
const MAX_DENIALS = 10_000;

interface Remembered {
  readonly denial: RateLimited;
  readonly at: number;
}

/** The denial as it is at the time `now`: some of the wait is over. */
const laterBy = ({ denial, at }: Remembered, now: number): RateLimited => ({
  ...denial,
  retryMs: denial.retryMs - (now - at),
  quotas: denial.quotas.map((quota) => ({ ...quota, resetMs: Math.max(0, quota.resetMs - (now - at)) })),
});

/**
 * Remembers denials in this isolate, and repeats them until their window opens, without a call of the gate. Denied requests
 * are not counted, so the gate's answer would be the same. A flood of requests thus costs no calls.
 */
export const rememberDenials = (gate: Gate): Gate => {
  const denials = new BoundedMap<Remembered>(MAX_DENIALS);
  // The session is part of the key because a denial also says whether it is revoked.
  const keyOf = (client: ClientKey, { rules, session }: GateRequest): string =>
    [client, session?.sid, session?.gen, ...rules.map(({ bucket, policy }) => `${bucket} ${policy}`)].join(" ");
  const remembered: Gate["remembered"] = (client, request) => {
    const known = denials.get(keyOf(client, request));
    const { now } = request;
    return known && now >= known.at && now - known.at < known.denial.retryMs ? laterBy(known, now) : null;
  };
  return {
    ...gate,
    remembered,
    enter: (client, request) => {
      const known = remembered(client, request);
      if (known) return known;
      const key = keyOf(client, request);
      denials.delete(key);
      return Promise.resolve(gate.enter(client, request)).then((verdict) => {
        if (verdict.kind === "denied" && !verdict.isOpen) denials.set(key, { denial: verdict, at: request.now });
        return verdict;
      });
    },
  };
};
