import { createRandom } from "../support/random.ts";

/** What a run draws from its seed. */
export const createChance = (seed: number) => {
  const { below, pick } = createRandom(seed);
  return {
    below,
    pick,
    /** True so many times in a hundred. */
    percent: (often: number): boolean => below(10_000) < often * 100,
    between: (low: number, high: number): number => low + below(high - low + 1),
  };
};

export type Chance = ReturnType<typeof createChance>;
