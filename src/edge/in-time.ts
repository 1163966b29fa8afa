/** What stands for an answer that did not come, or came too late. */
export const SILENCE: unique symbol = Symbol("silence");

/** The answer of a call, or `SILENCE` when it fails or takes longer than so many milliseconds. */
export const inTime = async <T>(call: Promise<T>, patienceMs: number): Promise<T | typeof SILENCE> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<typeof SILENCE>((resolve) => {
    timer = setTimeout(() => resolve(SILENCE), patienceMs);
  });
  const answer = call.catch((): typeof SILENCE => SILENCE);
  return Promise.race<T | typeof SILENCE>([answer, patience]).finally(() => clearTimeout(timer));
};
