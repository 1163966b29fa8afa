import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readD1Migrations } from "@cloudflare/vitest-plugin";
import { getPlatformProxy, unstable_readConfig } from "wrangler";
import { passwords } from "../../src/edge/passwords.ts";
import { DEMO_LOGINS, DEMO_PASSWORD, demoData } from "../demo-data.ts";
import { sealerOf } from "./dev-vars.ts";
import { MIGRATIONS } from "./migrations.ts";
import { toScript } from "./sql-script.ts";
import { mustRun, ROOT, WRANGLER } from "./wrangler.ts";

/** Where wrangler keeps local data, unless told otherwise. */
export const LOCAL_STATE = resolve(ROOT, ".wrangler/state");

/** The database of the deployed Worker, for which wrangler has to be logged in, instead of a local one. */
export const REMOTE = "remote";

/** Opens a D1 database for `work`: the one in a folder of local data, or the deployed one; by a configuration that has nothing else. */
export const withDatabase = async <T>(state: string | typeof REMOTE, work: (db: D1Database) => Promise<T>): Promise<T> => {
  const isRemote = state === REMOTE;
  const { name, compatibility_date, d1_databases } = unstable_readConfig({ config: resolve(ROOT, "wrangler.toml") });
  const folder = await mkdtemp(join(tmpdir(), "mechanic-shop-"));
  const configPath = join(folder, "wrangler.json");
  await writeFile(
    configPath,
    JSON.stringify({ name, compatibility_date, d1_databases: d1_databases.map((database: object) => ({ ...database, remote: isRemote })) }),
  );
  const persist = isRemote ? false : { path: join(state, "v3") };
  const proxy = await getPlatformProxy<{ DB: D1Database }>({ configPath, persist, remoteBindings: isRemote });
  try {
    return await work(proxy.env.DB);
  } finally {
    await proxy.dispose();
    await rm(folder, { recursive: true });
  }
};

/** Where wrangler writes down which migrations a database has. */
const APPLIED =
  "create table d1_migrations (id integer primary key autoincrement, name text unique, applied_at timestamp default current_timestamp not null)";

/** Applies all migrations to a database without tables, in one batch: wrangler takes seconds for each. Answers whether it was one. */
const migrateEmpty = (state: string): Promise<boolean> =>
  withDatabase(state, async (db) => {
    const tables = "select count(*) as n from sqlite_master where type = 'table' and name not glob 'sqlite_*' and name not glob '_cf_*'";
    if (await db.prepare(tables).first<number>("n")) return false;
    const migrations = await readD1Migrations(MIGRATIONS);
    const applied = db.prepare("insert into d1_migrations (name) values (?)");
    const statements = migrations.flatMap(({ name, queries }) => [...queries.map((query) => db.prepare(query)), applied.bind(name)]);
    await db.batch([db.prepare(APPLIED), ...statements]);
    return true;
  });

/** Applies the migrations that the local database does not have. */
export const migrateLocal = async (state: string): Promise<void> => {
  if (!(await migrateEmpty(state))) await mustRun(WRANGLER, ["d1", "migrations", "apply", "DB", "--local", "--persist-to", state]);
};

const isUnused = async (db: D1Database): Promise<boolean> =>
  (await db.prepare("select sum(value) as total from counters").first<number>("total")) === 0;

const hasDemoLogins = async (db: D1Database): Promise<boolean> =>
  (await db
    .prepare("select count(*) as n from users where email in (?, ?, ?)")
    .bind(...Object.values(DEMO_LOGINS))
    .first<number>("n")) === 3;

/** Loads the demo data, all or nothing, if nothing was ever written. Answers whether the demo logins are there. */
export const loadDemoData = (state: string): Promise<boolean> =>
  withDatabase(state, async (db) => {
    if (await isUnused(db)) {
      const today = new Date().toISOString().slice(0, 10);
      const sealer = await sealerOf(resolve(ROOT, ".dev.vars"));
      await db.exec(toScript(await demoData({ today, passwordHash: await passwords.hash(DEMO_PASSWORD), ...(sealer && { sealer }) })));
    }
    return hasDemoLogins(db);
  });
