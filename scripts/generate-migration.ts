import { readdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { additionsTo, type KnownTable, MIGRATIONS, type Migration, migrationsIn, rebuiltBy } from "./support/migrations.ts";
import { exitOf, start } from "./support/wrangler.ts";

/** The tables as they were before the migration that was just made. */
const tablesBefore = async (): Promise<Record<string, KnownTable>> => {
  const snapshots = (await readdir(resolve(MIGRATIONS, "meta"))).filter((name) => name.endsWith("_snapshot.json")).sort();
  return JSON.parse(await readFile(resolve(MIGRATIONS, "meta", snapshots.at(-2) ?? ""), "utf8")).tables;
};

/** What to write instead of a migration that builds tables anew. */
const adviceFor = (migration: Migration, known: Readonly<Record<string, KnownTable>>): string => {
  const statements = rebuiltBy(migration).flatMap((table) =>
    additionsTo(table, migration, known[table] ?? { columns: {}, checkConstraints: {} }),
  );
  return [
    `migrations/${migration.name} builds ${rebuiltBy(migration).join(", ")} anew, and so loses all triggers of the table.`,
    "Keep what was made in migrations/meta. Replace the statements from __new_ on by what adds to the table as it is:",
    ...(statements.length > 0 ? statements : ["  ALTER TABLE ... ADD column ... CONSTRAINT ... CHECK (...);"]),
    "A column that is there cannot be changed so: take the change back, or write what it has to keep as a trigger.",
  ].join("\n");
};

/** Runs drizzle-kit, which takes the arguments, and fails when it makes a migration that would lose triggers. */
const before = new Set((await migrationsIn(MIGRATIONS)).map(({ name }) => name));
process.exitCode = await exitOf(start("drizzle-kit/bin.cjs", ["generate", ...process.argv.slice(2)], "inherit"));
const rebuilding = (await migrationsIn(MIGRATIONS)).filter((migration) => !before.has(migration.name) && rebuiltBy(migration).length > 0);
for (const migration of rebuilding) {
  process.stderr.write(`\n${adviceFor(migration, await tablesBefore())}\n`);
  process.exitCode = 1;
}
