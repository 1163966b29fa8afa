import { Failure } from "../core/errors.ts";

interface Bounds {
  /** How far apart, in milliseconds, whole pieces of work begin. */
  readonly everyMs: number;
  /** How long, in milliseconds, nothing begins after a piece of work, however long that took. */
  readonly restMs: number;
  /** How long a piece of work waits for its turn at most, in milliseconds. */
  readonly patienceMs: number;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
}

/** Does work when its turn comes. Of a whole piece it is this share. Throws `unavailable` when too much waits already. */
type Turns = <T>(share: number, work: () => Promise<T>) => Promise<T>;

/**
 * Keeps work that blocks the isolate apart, so that other requests get their turn in between. Only plain data is shared, and
 * each request waits by a timer of its own. While it works the clock of an isolate may stand still: then only the distance of
 * the beginnings counts.
 */
export const createTurns = ({ everyMs, restMs, patienceMs, now, wait }: Bounds): Turns => {
  let free = Number.NEGATIVE_INFINITY;
  let rested = Number.NEGATIVE_INFINITY;

  /** Waits on, since the work before took longer than it should. */
  const waitForRest = async (since: number): Promise<void> => {
    // A clock that was set back must not keep everybody waiting.
    for (let left = rested - now(); left > 0 && left <= restMs; left = rested - now()) {
      if (now() - since > 2 * patienceMs) throw new Failure("unavailable");
      await wait(left);
    }
  };

  return async (share, work) => {
    const at = now();
    const turn = free - at > patienceMs + everyMs ? at : Math.max(at, free);
    if (turn - at > patienceMs) throw new Failure("unavailable");
    free = turn + everyMs * share;
    if (turn > at) await wait(turn - at);
    await waitForRest(at);
    try {
      return await work();
    } finally {
      rested = now() + restMs * Math.min(share, 1);
    }
  };
};
