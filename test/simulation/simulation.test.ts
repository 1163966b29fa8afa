import { env } from "cloudflare:workers";
import { beforeAll, describe, it, vi } from "vitest";
import { createActors } from "./actors.ts";
import { PROFILES } from "./profiles.ts";
import { realPause, replaceTimers, type Time } from "./time.ts";
import { createWorld } from "./world.ts";

/** Runs per profile, 11,000 in all when the run is long; each has a seed, which stays the same. */
const { runs: RUNS } = env.DRAWS.simulation;
const SEEDS = 910;
/** How long models go on once the last person has left: puts that are under way, hits that are to be stored. */
const AFTERMATH_MS = 30_000;
/** The runner gets a turn after so many runs. */
const RUNS_AT_ONCE = 50;

const run = async (seed: number, profile: (typeof PROFILES)[number], use: (time: Time) => void): Promise<string | null> => {
  const world = createWorld(seed, profile);
  use(world.time);
  let isOver = false;
  let broken: unknown = null;
  createActors(world, profile)().then(
    () => world.time.plan(AFTERMATH_MS, () => (isOver = true)),
    (error: unknown) => {
      broken = error;
    },
  );
  await world.time.run(() => isOver || broken !== null || world.failure() !== null);
  if (broken !== null) throw broken;
  return world.failure();
};

// Writes whose answers are lost are 500s, which the app logs.
beforeAll(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));

describe.each(PROFILES.map((profile, index) => ({ profile, index })))("when $profile.name", ({ profile, index }) => {
  it(`every promise is kept in ${RUNS} runs`, { timeout: 120_000 }, async () => {
    let time: Time | undefined;
    const restore = replaceTimers(() => {
      if (!time) throw new Error("no time yet");
      return time;
    });
    try {
      for (let i = 0; i < RUNS; i++) {
        const failure = await run(index * SEEDS + i, profile, (now) => {
          time = now;
        });
        if (failure !== null) throw new Error(failure);
        if (i % RUNS_AT_ONCE === 0) await realPause();
      }
    } finally {
      restore();
    }
  });
});
