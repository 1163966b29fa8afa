import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ROOT } from "./wrangler.ts";

/** Runs whatever has changed: five days in a shop, through all of the API. */
const ALWAYS = /^test\/journeys\//;
const TEST = /^test\/.*\.test\.ts$/;

/** Relative imports of a file, as paths from the project's root. */
const importsOf = async (file: string): Promise<string[]> => {
  const text = await readFile(resolve(ROOT, file), "utf8");
  return [...text.matchAll(/from "(\.[^"?]+)/g)].map(([, path]) => join(dirname(file), path ?? ""));
};

/** What the tests of a file are called by: `customers` of src/features/customers/customers.routes.ts, `limits` of src/http/limits.ts. */
const subjectsOf = (file: string): string[] => {
  const [root, , ...rest] = file.split("/");
  if (root !== "src") return [];
  return rest.map((part) => part.split(".")[0] ?? part);
};

const isAbout = (test: string, subjects: readonly string[]): boolean => {
  const name = test.split("/").at(-1) ?? "";
  return subjects.some((subject) => name.startsWith(`${subject}.`) || name.startsWith(`${subject}-`));
};

/**
 * The test files that belong to changed files: those that changed, those that import one that did, and those named like it or
 * its folder. Almost every test imports the whole app through test/support/client.ts; that alone does not count.
 */
export const changedTests = async (changed: readonly string[]): Promise<string[]> => {
  const tests = globSync("test/**/*.test.ts", { cwd: ROOT, exclude: ["**/node_modules/**"] }).sort();
  const subjects = changed.flatMap(subjectsOf);
  const belongs = async (test: string): Promise<boolean> =>
    ALWAYS.test(test) || isAbout(test, subjects) || [test, ...(await importsOf(test))].some((file) => changed.includes(file));
  const picked = await Promise.all(tests.filter((test) => TEST.test(test)).map(async (test) => ((await belongs(test)) ? [test] : [])));
  return picked.flat();
};
