import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ROOT } from "./support/wrangler.ts";

/** Prints what vitest's own report of its last run says, on a line of its own; nothing when it did not run. */
const text = await readFile(resolve(ROOT, "node_modules/.cache/test-report.json"), "utf8").catch(() => null);
if (text === null) {
  process.stderr.write("The tests did not run.\n");
  process.exit(1);
}
const { numPassedTests: passed, numFailedTests: failed, success } = JSON.parse(text);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
if (!success || passed === 0) process.exitCode = 1;
