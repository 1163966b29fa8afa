/** An end that the user can do something about; its message says what. */
export class Refusal extends Error {}

/** Runs a command to its last words. A refusal is said without a stack, and the exit code is 1. */
export const sayOutcome = async (command: () => Promise<string>): Promise<void> => {
  try {
    process.stdout.write(`${await command()}\n`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
};
