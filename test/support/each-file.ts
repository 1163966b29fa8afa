/** One runtime runs many test files, one after the other: what a module of the tests keeps begins anew with each. */

const resets: (() => void)[] = [];
let files = 0;

/** Has something done now, and again whenever a test file begins. */
export const eachFile = (reset: () => void): void => {
  reset();
  resets.push(reset);
};

/**
 * Says that a test file begins.
 * @returns whether it is the first of this runtime
 */
export const beginFile = (): boolean => {
  for (const reset of resets) reset();
  files += 1;
  return files === 1;
};
