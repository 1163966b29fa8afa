import { AsyncLocalStorage } from "node:async_hooks";

/** What a request travels to. */
const PARTS = ["gate", "kv", "d1"] as const;
type Part = (typeof PARTS)[number];

/** Calls to one part, and how long at least one of them was under way, in milliseconds. */
interface Leg {
  calls: number;
  ms: number;
  open: number;
  since: number;
}
export type Trips = Readonly<Record<Part, Leg>> & { readonly isTimed: boolean };

const newLeg = (): Leg => ({ calls: 0, ms: 0, open: 0, since: 0 });
const current = new AsyncLocalStorage<Trips>();

/** Counts the trips of some work, wherever in it they are made, until they are looked at; times them where that is wanted. */
export const countTrips = async (isTimed: boolean, work: () => Promise<void>): Promise<Trips> => {
  const trips: Trips = { isTimed, gate: newLeg(), kv: newLeg(), d1: newLeg() };
  await current.run(trips, work);
  return trips;
};

const timed = async <T>(leg: Leg, call: Promise<T>): Promise<T> => {
  leg.open += 1;
  if (leg.open === 1) leg.since = performance.now();
  try {
    return await call;
  } finally {
    leg.open -= 1;
    if (leg.open === 0) leg.ms += performance.now() - leg.since;
  }
};

/** The answer of a call to a part, which counts as a trip of the request it is made in. */
export const trip = <T>(part: Part, call: Promise<T>): Promise<T> => {
  const trips = current.getStore();
  if (!trips) return call;
  trips[part].calls += 1;
  return trips.isTimed ? timed(trips[part], call) : call;
};

/** How many calls each part had. */
export const callsOf = ({ gate, kv, d1 }: Trips) => ({ gate: gate.calls, kv: kv.calls, d1: d1.calls });

/** The parts that were called and the time of each, for Server-Timing (W3C); empty unless trips were timed. */
export const timesOf = (trips: Trips): string =>
  PARTS.filter((part) => trips.isTimed && trips[part].calls > 0)
    .map((part) => `${part};dur=${trips[part].ms.toFixed(1)}`)
    .join(", ");
