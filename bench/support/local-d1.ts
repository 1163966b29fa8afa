import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { getPlatformProxy } from "wrangler";
import { mustRun, ROOT, WRANGLER } from "../../scripts/support/wrangler.ts";

/** A configuration with the database alone: what else the Worker has, a benchmark of rows does not start. */
const configOf = (name: string): string =>
  JSON.stringify({
    name: "rows",
    compatibility_date: "2026-09-18",
    d1_databases: [{ binding: "DB", database_name: name, database_id: name, migrations_dir: resolve(ROOT, "migrations") }],
  });

/** A local D1 in a folder, with all migrations. */
export const openLocalD1 = async (folder: string, name: string): Promise<{ d1: D1Database; close: () => Promise<void> }> => {
  const configPath = join(folder, `${name}.json`);
  await writeFile(configPath, configOf(name));
  await mustRun(WRANGLER, ["d1", "migrations", "apply", name, "--local", "--config", configPath, "--persist-to", folder]);
  const proxy = await getPlatformProxy<{ DB: D1Database }>({ configPath, persist: { path: join(folder, "v3") } });
  return { d1: proxy.env.DB, close: proxy.dispose };
};
