import { AsyncLocalStorage } from "node:async_hooks";

/**
 * A request as workerd runs it: timers and answers of other services reach it only while it lives. It ends with its answer, or
 * when its client hangs up, but not before all that it has given to `waitUntil` is done. It may also be stopped at any moment.
 */
export const createRequest = () => {
  let isOver = false;
  let isLeft = false;
  let open = 0;
  const ends: (() => void)[] = [];
  const leaves: (() => void)[] = [];
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    for (const run of [...leaves, ...ends]) run();
  };
  const leave = (): void => {
    isLeft = true;
    for (const run of leaves) run();
    if (open === 0) end();
  };
  return {
    isOver: (): boolean => isOver,
    waitUntil: (work: Promise<unknown>): void => {
      open += 1;
      const done = (): void => {
        open -= 1;
        if (open === 0 && isLeft) end();
      };
      work.then(done, done);
    },
    /** It was answered, or its client has hung up. */
    leave,
    /** The runtime stops it, for instance because it takes too long. */
    stop: end,
    /** Runs when nobody waits for its answer any more; maybe more than once. */
    whenLeft: (run: () => void): void => void leaves.push(run),
    whenOver: (run: () => void): void => void ends.push(run),
  };
};

export type SimulatedRequest = ReturnType<typeof createRequest>;

const current = new AsyncLocalStorage<SimulatedRequest | undefined>();

/** Runs the code of a request. */
export const runIn = <T>(request: SimulatedRequest, work: () => T): T => current.run(request, work);

/** Runs what belongs to no request, such as a Durable Object that one has called. */
export const runOutside = <T>(work: () => T): T => current.run(undefined, work);

/** A timer of the current request, which comes only while it lives. */
export const whileAlive = (run: () => void): (() => void) => {
  const request = current.getStore();
  return () => {
    if (!request?.isOver()) run();
  };
};

/** A call of another service. Its answer comes only while the request that asked lives; what it does happens in any case. */
export const answerWhileAlive = <T>(call: () => Promise<T>): Promise<T> => {
  const request = current.getStore();
  if (request?.isOver()) return new Promise(() => undefined);
  const answer = runOutside(call);
  return new Promise((resolve, reject) => {
    answer.then(
      (value) => request?.isOver() || resolve(value),
      (error: unknown) => request?.isOver() || reject(error),
    );
  });
};
