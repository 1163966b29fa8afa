import { AsyncLocalStorage } from "node:async_hooks";

/** The services that a request may call. */
const DEPENDENCIES = ["gate", "kv", "d1"] as const;
type Dependency = (typeof DEPENDENCIES)[number];

/** The calls to one dependency; `ms` is the time in milliseconds during which at least one of them was open. */
interface Calls {
  count: number;
  ms: number;
  open: number;
  openSince: number;
}
export type RoundTrips = Readonly<Record<Dependency, Calls>> & { readonly isTimed: boolean };

const noCalls = (): Calls => ({ count: 0, ms: 0, open: 0, openSince: 0 });
const current = new AsyncLocalStorage<RoundTrips>();

/** Runs some work and counts the round trips that are started anywhere in it. With `isTimed` it measures them too. */
export const countRoundTrips = async (isTimed: boolean, work: () => Promise<void>): Promise<RoundTrips> => {
  const roundTrips: RoundTrips = { isTimed, gate: noCalls(), kv: noCalls(), d1: noCalls() };
  await current.run(roundTrips, work);
  return roundTrips;
};

const timed = async <T>(calls: Calls, call: Promise<T>): Promise<T> => {
  calls.open += 1;
  if (calls.open === 1) calls.openSince = performance.now();
  try {
    return await call;
  } finally {
    calls.open -= 1;
    if (calls.open === 0) calls.ms += performance.now() - calls.openSince;
  }
};

/** Counts a call to a dependency as a round trip of the current request, and returns its answer. */
export const roundTrip = <T>(dependency: Dependency, call: Promise<T>): Promise<T> => {
  const roundTrips = current.getStore();
  if (!roundTrips) return call;
  roundTrips[dependency].count += 1;
  return roundTrips.isTimed ? timed(roundTrips[dependency], call) : call;
};

/** Starts work that no answer waits for: its calls are no round trips. */
export const uncounted = <T>(work: () => Promise<T>): Promise<T> => current.exit(work);

/** The number of calls to each dependency. */
export const countsOf = ({ gate, kv, d1 }: RoundTrips) => ({ gate: gate.count, kv: kv.count, d1: d1.count });

/** The dependencies that were called, with the time of each, as a Server-Timing header (W3C). Empty unless timed. */
export const timesOf = (roundTrips: RoundTrips): string =>
  DEPENDENCIES.filter((name) => roundTrips.isTimed && roundTrips[name].count > 0)
    .map((name) => `${name};dur=${roundTrips[name].ms.toFixed(1)}`)
    .join(", ");
