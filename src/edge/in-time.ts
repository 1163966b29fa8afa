/** What stands for an answer that did not come, or came too late. */
export const SILENCE: unique symbol = Symbol("silence");

/** The answer of a call, or `SILENCE` when it fails or takes longer than so many milliseconds. */
export const inTime = <T>(call: Promise<T>, patienceMs: number): Promise<T | typeof SILENCE> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(SILENCE), patienceMs);
    const end = (answer: T | typeof SILENCE): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    call.then(end, () => end(SILENCE));
  });
