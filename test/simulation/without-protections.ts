/** Removes one protection after the other from a copy of the project and runs the simulation there: it has to fail. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROTECTIONS, type Protection } from "./protections.ts";

const COPIED = [
  "src",
  "test",
  "migrations",
  "package.json",
  "tsconfig.json",
  "vitest.config.ts",
  "vitest.bundle.ts",
  "vitest.order.ts",
  "vitest.stores.ts",
  "wrangler.toml",
  ".dev.vars.example",
];
const REPORT = "report.json";

const copyProject = (): string => {
  const copy = mkdtempSync(join(tmpdir(), "without-protections-"));
  for (const path of COPIED) cpSync(path, join(copy, path), { recursive: true });
  symlinkSync(join(process.cwd(), "node_modules"), join(copy, "node_modules"));
  return copy;
};

/** The first failure that the simulation tells of, or null when every promise was kept. */
const simulate = (copy: string): string | null => {
  const options = ["run", "--mode=long", "test/simulation/simulation.test.ts", "--bail=1", "--reporter=json", `--outputFile=${REPORT}`];
  const run = spawnSync(join("node_modules", ".bin", "vitest"), options, { cwd: copy, encoding: "utf8" });
  if (run.status === 0) return null;
  return /seed \d+, step[^\n\\"']*/.exec(readFileSync(join(copy, REPORT), "utf8"))?.[0] ?? `it did not run: ${run.stdout}${run.stderr}`;
};

const runWithout = (copy: string, { name, file, from, to }: Protection): string => {
  const path = join(copy, file);
  const text = readFileSync(path, "utf8");
  if (!text.includes(from)) return `| ${name} | \`${file}\` | **no longer found in the code** |`;
  writeFileSync(path, text.replace(from, to));
  const failure = simulate(copy);
  writeFileSync(path, text);
  return `| ${name} | \`${file}\` | ${failure ?? "**nothing failed**"} |`;
};

const wanted = process.argv.slice(2);
const copy = copyProject();
try {
  console.log("| without | in | how the simulation fails |\n|---|---|---|");
  for (const protection of PROTECTIONS.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part))))
    console.log(runWithout(copy, protection));
} finally {
  rmSync(copy, { recursive: true, force: true });
}
