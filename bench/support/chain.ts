import type { Watched } from "./watched-worker.ts";

/** Calls that wait for each other: as many trips, one after the other, stand between a request and its answer. */
type Chain = readonly Watched[];

type Weight = (chain: Chain) => number;

const best = (chains: readonly Chain[], weigh: Weight): Chain =>
  chains.reduce<Chain>((most, chain) => (weigh(chain) > weigh(most) ? chain : most), []);

/** The heaviest chain of calls, each begun after the one before had ended. */
export const heaviestChain = (calls: readonly Watched[], weigh: Weight): Chain => {
  const chains = new Map<Watched, Chain>();
  for (const call of [...calls].sort((a, b) => a.start - b.start)) {
    const before = calls.filter(({ end }) => end !== null && end <= call.start).map((other) => chains.get(other) ?? []);
    chains.set(call, [...best(before, weigh), call]);
  }
  return best([...chains.values()], weigh);
};
