/** Stands for an answer that did not come in time. */
export const NO_ANSWER: unique symbol = Symbol("no answer");

/** The answer of a call, or `NO_ANSWER` after `timeoutMs` milliseconds. Rejects when the call rejects before that. */
export const withTimeout = <T>(call: Promise<T>, timeoutMs: number): Promise<T | typeof NO_ANSWER> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(NO_ANSWER), timeoutMs);
    call.then(resolve, reject).then(() => clearTimeout(timer));
  });

/** The answer of a call, or `NO_ANSWER` when it fails or takes longer than `timeoutMs` milliseconds. Never rejects. */
export const answerWithin = <T>(call: Promise<T>, timeoutMs: number): Promise<T | typeof NO_ANSWER> =>
  withTimeout(
    call.catch((): typeof NO_ANSWER => NO_ANSWER),
    timeoutMs,
  );
