import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig } from "wrangler";
import { migrateLocal } from "../../scripts/support/local-database.ts";
import { bundlePdfkit } from "../../scripts/support/pdfkit.ts";
import { mustRun, ROOT, WRANGLER } from "../../scripts/support/wrangler.ts";

const CONFIG = resolve(ROOT, "wrangler.toml");

/** Secrets of a run; nothing but the run itself knows what they sign. */
export const SECRETS = {
  JWT_SECRET: "a secret of the benchmarks, long enough to sign with",
  AUDIT_SEAL_KEY: "a key of the benchmarks, long enough to seal with",
};

/** A limit that no benchmark meets, so that the gate decides and admits. */
const HIGH = "100000000/hour";

/** A folder that is there for `work` only. */
export const withFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), "mechanic-shop-bench-"));
  return work(folder).finally(() => rm(folder, { recursive: true, force: true }));
};

/** How a Worker that is not the app is built: without the app's bindings, with a constant. */
interface Build {
  readonly plain?: boolean;
  readonly define?: string;
}

/** The configuration of a Worker that has nothing of the app's; answers where it is. */
const writePlainConfig = async (folder: string): Promise<string> => {
  const { compatibility_date, compatibility_flags } = readConfig();
  const path = join(folder, "plain.json");
  await writeFile(path, JSON.stringify({ name: "plain", compatibility_date, compatibility_flags, minify: true, keep_names: false }));
  return path;
};

/**
 * Builds a Worker as it is deployed: bundled by wrangler, minified.
 * @param main the entry, from the root of the project
 * @returns the path of the bundle's module
 */
export const bundle = async (main: string, folder: string, { plain = false, define }: Build = {}): Promise<string> => {
  const outdir = join(folder, basename(main, ".ts"));
  const config = plain ? await writePlainConfig(folder) : CONFIG;
  const constants = define === undefined ? [] : ["--define", define];
  await bundlePdfkit();
  await mustRun(WRANGLER, ["deploy", resolve(ROOT, main), "--config", config, "--dry-run", "--outdir", outdir, ...constants]);
  return join(outdir, `${basename(main, ".ts")}.js`);
};

type Namespaces = Record<string, { className: string; useSQLite: boolean }>;

/** A Worker of a run: what it is made of besides what `wrangler.toml` says. */
export interface LocalWorker {
  readonly name: string;
  /** The path of its module. */
  readonly module: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Durable Objects, where they are others than those of the app. */
  readonly durableObjects?: Namespaces;
}

/** What is read of `wrangler.toml`. */
interface Config {
  readonly compatibility_date: string;
  readonly compatibility_flags: string[];
  readonly vars: Readonly<Record<string, string>>;
  readonly d1_databases: readonly { readonly binding: string; readonly database_id: string }[];
  readonly version_metadata: { readonly binding: string };
  readonly kv_namespaces: readonly { readonly binding: string; readonly id: string }[];
  readonly durable_objects: { readonly bindings: readonly { readonly name: string; readonly class_name: string }[] };
}

const readConfig = (): Config => unstable_readConfig({ config: CONFIG });

/** The variables of a run: those of `wrangler.toml` with limits that are not met, and secrets. */
export const variables = (): Record<string, string> => {
  const { vars } = readConfig();
  const limits = Object.keys(vars).flatMap((name) => (name.startsWith("RATE_LIMIT_") ? [[name, HIGH]] : []));
  return { ...vars, ...Object.fromEntries(limits), ...SECRETS };
};

/** What `wrangler.toml` gives to every Worker of a run: the same database, the same KV. */
const shared = () => {
  const config = readConfig();
  return {
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags,
    versionMetadata: config.version_metadata.binding,
    d1Databases: Object.fromEntries(config.d1_databases.map(({ binding, database_id }) => [binding, database_id])),
    kvNamespaces: Object.fromEntries(config.kv_namespaces.map(({ binding, id }) => [binding, id])),
    durableObjects: Object.fromEntries(
      config.durable_objects.bindings.map(({ name, class_name }) => [name, { className: class_name, useSQLite: true }]),
    ),
  };
};

/** Workers that run side by side in one workerd, over one migrated database. */
export interface Runtime {
  /** The address of a Worker's own socket, with nothing of Miniflare before it. */
  readonly addressOf: (worker: string) => Promise<string>;
  readonly d1: D1Database;
  readonly kv: KVNamespace;
}

/** What workerd prints, the lines of the app's log too. */
export type Log = (line: { level: string; message: string }) => void;

/** Prints what workerd warns of, each once. The line that the app logs for every request is read and dropped. */
const printWarnings = (): Log => {
  const printed = new Set<string>();
  return ({ level, message }) => {
    if ((level !== "warn" && level !== "error") || printed.has(message)) return;
    printed.add(message);
    process.stderr.write(`${message}\n`);
  };
};

/** Safe: Miniflare's D1 and KV are those of workerd; the types differ in what nobody here uses. */
const asD1 = (database: unknown): D1Database => database as D1Database;
const asKv = (namespace: unknown): KVNamespace => namespace as KVNamespace;

/** Starts the Workers for `work`; `folder` keeps their data. */
export const withRuntime = async <T>(
  folder: string,
  workers: readonly [LocalWorker, ...LocalWorker[]],
  work: (runtime: Runtime) => Promise<T>,
  log: Log = printWarnings(),
): Promise<T> => {
  const state = join(folder, "state");
  await migrateLocal(state);
  const { durableObjects: ownObjects, ...rest } = shared();
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      resourcePersistencePath: join(state, "v3"),
      handleStructuredLogs: log,
      workers: workers.map(({ name, module, variables: own, durableObjects = ownObjects }) => ({
        ...rest,
        name,
        modules: true,
        modulesRoot: dirname(module),
        scriptPath: module,
        bindings: { ...variables(), ...own },
        durableObjects,
        unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
      })),
    }),
  );
  try {
    return await work({
      addressOf: async (worker) => (await miniflare.unsafeGetDirectURL(worker)).origin,
      d1: asD1(await miniflare.getD1Database("DB", workers[0].name)),
      kv: asKv(await miniflare.getKVNamespace("LISTINGS", workers[0].name)),
    });
  } finally {
    await miniflare.dispose();
  }
};
