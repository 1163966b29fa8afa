/** What stands for an answer that did not come, or came too late. */
export const SILENCE: unique symbol = Symbol("silence");

/** The answer of a call, or `SILENCE` when it takes longer than so many milliseconds. Rejects when the call does in time. */
export const orLate = <T>(call: Promise<T>, patienceMs: number): Promise<T | typeof SILENCE> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(SILENCE), patienceMs);
    call.then(resolve, reject).then(() => clearTimeout(timer));
  });

/** The answer of a call, or `SILENCE` when it fails or takes longer than so many milliseconds. */
export const inTime = <T>(call: Promise<T>, patienceMs: number): Promise<T | typeof SILENCE> =>
  orLate(
    call.catch((): typeof SILENCE => SILENCE),
    patienceMs,
  );
