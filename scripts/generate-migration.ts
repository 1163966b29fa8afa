import { MIGRATIONS, migrationsIn, rebuildsIn } from "./support/migrations.ts";
import { exitOf, start } from "./support/wrangler.ts";

/** Runs drizzle-kit, which takes the arguments, and fails when it makes a migration that would lose triggers. */
const before = new Set((await migrationsIn(MIGRATIONS)).map(({ name }) => name));
process.exitCode = await exitOf(start("drizzle-kit/bin.cjs", ["generate", ...process.argv.slice(2)], "inherit"));
const rebuilds = await rebuildsIn((await migrationsIn(MIGRATIONS)).filter(({ name }) => !before.has(name)));
if (rebuilds.length > 0) {
  process.stderr.write(`\n${rebuilds.join("\n")}\n`);
  process.exitCode = 1;
}
