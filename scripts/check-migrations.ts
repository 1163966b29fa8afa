import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { mustRun, ROOT } from "./support/wrangler.ts";

const DRIZZLE_KIT = "drizzle-kit/bin.cjs";

/** Fails when the migrations contradict each other, or when the schema has something that no migration makes. */
const folder = await mkdtemp(resolve(ROOT, "node_modules/.migrations-"));
try {
  await mustRun(DRIZZLE_KIT, ["check"]);
  const copy = join(folder, "migrations");
  await cp(resolve(ROOT, "migrations"), copy, { recursive: true });
  await mustRun(DRIZZLE_KIT, ["generate", "--dialect=sqlite", "--schema=./src/db/schema", `--out=${relative(ROOT, copy)}`]);
  const [before, after] = await Promise.all([resolve(ROOT, "migrations"), copy].map((path) => readdir(path)));
  const missing = after?.filter((name) => !before?.includes(name)) ?? [];
  if (missing.length > 0)
    throw new Error(`The schema differs from the migrations; run npm run generate. It would make ${missing.join(", ")}.`);
  process.stdout.write("The migrations make the schema.\n");
} finally {
  await rm(folder, { recursive: true });
}
