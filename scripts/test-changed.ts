import { execFileSync } from "node:child_process";
import { changedTests } from "./support/changed-tests.ts";
import { exitOf, ROOT, start } from "./support/wrangler.ts";

const git = (...args: string[]): string[] =>
  execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
    .split("\n")
    .filter(Boolean);

/** Where the work began: where the branch left main; on main itself, the commit before the last. */
const findBase = (): string => {
  const [head] = git("rev-parse", "HEAD");
  for (const main of ["origin/main", "main"])
    try {
      const [base] = git("merge-base", "HEAD", main);
      if (base && base !== head) return base;
    } catch {}
  return "HEAD~1";
};

const base = findBase();
const changed = [...new Set([...git("diff", "--name-only", base), ...git("ls-files", "--others", "--exclude-standard")])];
const files = await changedTests(changed);
process.stdout.write(`${changed.length} files differ from ${base.slice(0, 10)}: ${files.length} test files.\n`);
const reporter = "--reporter=./scripts/support/brief-reporter.ts";
process.exitCode = await exitOf(start("vitest/vitest.mjs", ["run", "--mode=short", reporter, ...files], ["ignore", "inherit", "inherit"]));
