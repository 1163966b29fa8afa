import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ROOT } from "./support/wrangler.ts";

/** Vitest's own reports of `npm test` and of `npm run test:long`. */
const REPORTS = ["test-report.json", "test-report-long.json"];

interface FileReport {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string }[];
}

/** The files of a report. Throws when there is none: then the tests did not run. */
const readReport = async (name: string): Promise<FileReport[]> =>
  JSON.parse(await readFile(resolve(ROOT, "node_modules/.cache", name), "utf8")).testResults;

const count = (files: readonly FileReport[], wanted: string): number =>
  files.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === wanted).length;

/** Prints what both runs came to, on a line of its own. A file that was in both counts once: as in the long run, unless it failed. */
const files = new Map<string, FileReport>();
for (const report of REPORTS)
  for (const file of await readReport(report)) if (files.get(file.name)?.status !== "failed") files.set(file.name, file);
const all = [...files.values()];
const [passed, failed] = [count(all, "passed"), count(all, "failed")];
process.stdout.write(`${passed} passed, ${failed} failed\n`);
if (passed === 0 || all.some(({ status }) => status !== "passed")) process.exitCode = 1;
