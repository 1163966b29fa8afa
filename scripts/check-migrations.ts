import { appendFile, cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { notFrozen, withoutRules } from "./support/migration-texts.ts";
import { applyAll, MIGRATIONS, migrationsIn, rebuildsIn, SUMS, sumOf } from "./support/migrations.ts";
import { mustRun, ROOT } from "./support/wrangler.ts";

const DRIZZLE_KIT = "drizzle-kit/bin.cjs";

/** Writes down what the new migrations are; what is written down stays. */
const freeze = async (): Promise<void> => {
  const sums = await readFile(SUMS, "utf8");
  for (const { name, text } of await migrationsIn(MIGRATIONS))
    if (!sums.includes(`  ${name}\n`)) await appendFile(SUMS, `${sumOf(text)}  ${name}\n`);
};

/** Fails when the schema has something that no migration makes. */
const compareWithSchema = async (): Promise<void> => {
  const folder = await mkdtemp(resolve(ROOT, "node_modules/.migrations-"));
  try {
    await mustRun(DRIZZLE_KIT, ["check"]);
    const copy = join(folder, "migrations");
    await cp(MIGRATIONS, copy, { recursive: true });
    await mustRun(DRIZZLE_KIT, ["generate", "--dialect=sqlite", "--schema=./src/db/schema", `--out=${relative(ROOT, copy)}`]);
    const [before, after] = await Promise.all([MIGRATIONS, copy].map((path) => readdir(path)));
    const missing = after?.filter((name) => !before?.includes(name)) ?? [];
    if (missing.length > 0)
      throw new Error(`The schema differs from the migrations; run npm run generate. It would make ${missing.join(", ")}.`);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** Fails when a migration was changed, loses triggers, or cannot be applied, or when they do not make the schema. */
const check = async (): Promise<void> => {
  const migrations = await migrationsIn(MIGRATIONS);
  const wrong = [
    ...(await rebuildsIn(migrations)),
    ...withoutRules(migrations),
    ...notFrozen(migrations, await readFile(SUMS, "utf8"), sumOf),
  ];
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  applyAll(migrations);
  await compareWithSchema();
};

try {
  const isFreeze = parseArgs({ options: { freeze: { type: "boolean" } } }).values.freeze;
  await (isFreeze ? freeze() : check());
  process.stdout.write(isFreeze ? "All migrations are in migrations/SHA256SUMS.\n" : "The migrations make the schema.\n");
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
