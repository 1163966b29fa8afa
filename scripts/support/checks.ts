import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { exitOf, ROOT } from "./wrangler.ts";

/** An npm script of this project. */
export interface Check {
  readonly script: string;
  /** Whether its output is worth reading when all is well. */
  readonly isShown?: boolean;
}

interface Outcome {
  readonly check: Check;
  readonly isGood: boolean;
  readonly seconds: string;
  readonly output: string;
}

const runCheck = async (check: Check): Promise<Outcome> => {
  const began = performance.now();
  const child = spawn("npm", ["run", "--silent", check.script], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const words: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => words.push(text));
  const isGood = (await exitOf(child)) === 0;
  const output = words.join("").trim();
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  return { check, isGood, seconds, output: process.stdout.isTTY ? output : stripVTControlCharacters(output) };
};

/** Says on a terminal what goes on at the moment; the next line takes its place. */
const sayNow = (text: string): void => {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${text}`);
};

/** What the runtime prints of faults that tests make on purpose; it is left out of what went well. */
const RUNTIME_NOISE = /^(uncaught exception;|stack:|\s+at |A header value for )/;

const withoutNoise = (output: string): string =>
  output
    .split("\n")
    .filter((line) => !RUNTIME_NOISE.test(line))
    .join("\n");

const report = ({ check, isGood, seconds, output }: Outcome): void => {
  sayNow("");
  process.stdout.write(`${isGood ? "✓" : "✗"} ${check.script.padEnd(18)}${seconds.padStart(7)} s\n`);
  if (isGood && check.isShown) process.stdout.write(`\n${withoutNoise(output)}\n\n`);
};

/** Runs checks, two at a time, and prints a line for each once it has ended. */
const runAll = async (checks: readonly Check[]): Promise<Outcome[]> => {
  const waiting = [...checks];
  const outcomes: Outcome[] = [];
  const running = new Set<string>();
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      running.add(check.script);
      sayNow([...running].join(", "));
      const outcome = await runCheck(check);
      running.delete(check.script);
      outcomes.push(outcome);
      report(outcome);
      sayNow([...running].join(", "));
    }
  };
  await Promise.all([work(), work()]);
  return outcomes;
};

/**
 * Runs stages of checks one after the other, the checks of a stage two at a time. After a stage in which one failed, the rest
 * is left out and the output of what failed is printed last.
 * @returns whether all went well
 */
export const runStages = async (stages: readonly (readonly Check[])[]): Promise<boolean> => {
  const began = performance.now();
  for (const [index, stage] of stages.entries()) {
    const failed = (await runAll(stage)).filter(({ isGood }) => !isGood);
    if (failed.length === 0) continue;
    const left = stages.slice(index + 1).flatMap((checks) => checks.map(({ script }) => script));
    if (left.length > 0) process.stdout.write(`  not run: ${left.join(", ")}\n`);
    for (const { check, output } of failed) process.stdout.write(`\n✗ npm run ${check.script}\n\n${output}\n`);
    return false;
  }
  process.stdout.write(`All is well, after ${((performance.now() - began) / 1_000).toFixed(0)} s.\n`);
  return true;
};
