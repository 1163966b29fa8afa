import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, posix, resolve } from "node:path";
import { promisify } from "node:util";

/**
 * Writes files that break the rules of biome.json, and files that keep them, for each folder of src as it is now; fails
 * when Biome does not report exactly the imports and lines that are forbidden.
 */

/** The floors, each with those that it may import, and the packages that it may not. */
const FLOORS: Readonly<Record<string, { readonly imports: readonly string[]; readonly without: RegExp }>> = {
  core: { imports: [], without: /^(?!node:)/ },
  db: { imports: ["core"], without: /^(hono|cloudflare:)/ },
  edge: { imports: ["core"], without: /^(@?hono|drizzle)/ },
  paper: { imports: ["core", "db"], without: /^(@?hono|drizzle|cloudflare:)/ },
  http: { imports: ["core", "db"], without: /^(drizzle|cloudflare:)/ },
  features: { imports: ["core", "db", "paper", "http"], without: /^cloudflare:/ },
};

const PACKAGES = [
  "@hono/zod-openapi",
  "cloudflare:workers",
  "drizzle-orm",
  "drizzle-orm/sqlite-core",
  "hono",
  "hono/route",
  "jose",
  "node:crypto",
];

/** Probes of the rules that hold everywhere: a line, and the rule that reports it. */
const LINES = [
  ["const loose = (value: any) => value;", "lint/suspicious/noExplicitAny"],
  ["const first = (list: string[]) => list[0]!;", "lint/style/noNonNullAssertion"],
  ['export { a } from "../core/cycle-a.ts";', "lint/performance/noBarrelFile"],
  ['export * from "../core/cycle-a.ts";', "lint/performance/noReExportAll"],
  ['import { b } from "../core/cycle-b.ts";', "lint/correctness/noUnusedImports"],
] as const;

interface Expectation {
  readonly path: string;
  readonly line: number;
  readonly text: string;
  readonly rule: string;
  readonly isForbidden: boolean;
}

interface Diagnostic {
  readonly category: string;
  readonly location: { readonly path: string; readonly start: { readonly line: number } };
}

const BIOME = resolve("node_modules/.bin/biome");
const IMPORTS = "lint/style/noRestrictedImports";

/** The folders of src with a file of TypeScript in each, and the files beside them, as `core/actor.ts`. */
const entries = await readdir("src", { recursive: true, withFileTypes: true });
const files = entries
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => posix.join(entry.parentPath, entry.name).slice("src/".length))
  .sort();
const samples = files.filter(
  (file, index) => dirname(file) === "." || files.findIndex((other) => dirname(other) === dirname(file)) === index,
);

/** A floor or, since no feature imports another, a feature. */
const roomOf = (path: string): string =>
  path
    .split("/")
    .slice(0, path.startsWith("features/") ? 2 : 1)
    .join("/");

const mayImport = (from: string, to: string): boolean => {
  const [floor = ""] = from.split("/");
  return roomOf(from) === roomOf(to) || (FLOORS[floor]?.imports.includes(to.split("/")[0] ?? "") ?? false);
};

/** A file in a folder of src that imports one file of each folder, and each package. */
const probeOf = (folder: string): readonly Omit<Expectation, "line">[] => {
  const [floor = ""] = folder.split("/");
  const rules = FLOORS[floor];
  if (!rules) throw new Error(`src/${floor} is no floor: give it its rule in biome.json and in scripts/check-lint-rules.ts`);
  const path = `src/${folder}/probe.ts`;
  const probe = (source: string, isForbidden: boolean) => ({ path, text: `import "${source}";`, rule: IMPORTS, isForbidden });
  const relative = (file: string): string => posix.relative(folder, file).replace(/^(?!\.)/, "./");
  return [
    ...samples.map((file) => probe(relative(file), !mayImport(`${folder}/probe.ts`, file))),
    ...PACKAGES.map((name) => probe(name, rules.without.test(name))),
  ];
};

const folders = [...new Set(files.map((file) => dirname(file)))].filter((folder) => folder !== ".");
const numbered = (probes: readonly Omit<Expectation, "line">[]): Expectation[] =>
  probes.map((probe, index) => ({ ...probe, line: index + 1 }));
const everywhere = ["src/features/probe/lines.ts", "test/lines.ts", "scripts/lines.ts", "bench/lines.ts"];
const cycle = (path: string, other: string) =>
  numbered([{ path, text: `import "${other}";`, rule: "lint/suspicious/noImportCycles", isForbidden: true }]);
const expectations = [
  ...folders.flatMap((folder) => numbered(probeOf(folder))),
  ...everywhere.flatMap((path) => numbered(LINES.map(([text, rule]) => ({ path, text, rule, isForbidden: true })))),
  ...cycle("src/core/cycle-a.ts", "./cycle-b.ts"),
  ...cycle("src/core/cycle-b.ts", "./cycle-a.ts"),
];

/** What Biome reports in a folder; it exits with 1 when there is anything. */
const lint = async (folder: string): Promise<readonly Diagnostic[]> => {
  const args = ["lint", "--reporter=json", "--max-diagnostics=none", "."];
  const { stdout } = await promisify(execFile)(BIOME, args, { cwd: folder, maxBuffer: 2 ** 27 }).catch(
    (error: { stdout: string }) => error,
  );
  // Safe: the form of Biome's own report, of the version that package-lock.json has.
  return (JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] }).diagnostics;
};

const folder = await mkdtemp(join(tmpdir(), "mechanic-shop-lint-"));
try {
  const { vcs: _, ...config } = JSON.parse(await readFile("biome.json", "utf8"));
  await writeFile(join(folder, "biome.json"), JSON.stringify({ ...config, $schema: undefined }));
  for (const [path, lines] of Map.groupBy(expectations, (each) => each.path)) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), lines.map(({ text }) => `${text}\n`).join(""));
  }
  const reported = new Set((await lint(folder)).map(({ category, location }) => `${category} ${location.path}:${location.start.line}`));
  const wrong = expectations.filter(({ path, line, rule, isForbidden }) => reported.has(`${rule} ${path}:${line}`) !== isForbidden);
  for (const { path, text, rule, isForbidden } of wrong)
    process.stdout.write(`${rule} ${isForbidden ? "does not report" : "reports"} in ${path}: ${text}\n`);
  const forbidden = expectations.filter(({ isForbidden }) => isForbidden).length;
  process.stdout.write(
    `biome.json: ${forbidden} forbidden and ${expectations.length - forbidden} allowed lines tried, ${wrong.length} wrong.\n`,
  );
  if (wrong.length > 0) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true });
}
