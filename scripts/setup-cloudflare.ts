import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { unstable_readConfig } from "wrangler";
import { Refusal, setUp, type Wanted, type Wrangler } from "./cloudflare/setup.ts";
import { exitOf, ROOT, startWrangler } from "./support/wrangler.ts";

/** Makes the database, the namespace and the secrets of the deployed Worker. A secret is taken from the environment if it is there. */
const CONFIG = resolve(ROOT, "wrangler.toml");

const wrangler: Wrangler = async (args, input) => {
  const child = startWrangler(args, ["pipe", "pipe", "pipe"]);
  child.stdin?.end(input ?? "");
  const read = async (stream: typeof child.stdout) => (stream ? text(stream) : "");
  const [code, output, errors] = await Promise.all([exitOf(child), read(child.stdout), read(child.stderr)]);
  return { code, output, errors };
};

const readWanted = (): Wanted => {
  const { name: worker = "", d1_databases, kv_namespaces, secrets } = unstable_readConfig({ config: CONFIG });
  const [database, namespace] = [d1_databases[0], kv_namespaces[0]];
  return {
    worker,
    database: { name: database?.database_name ?? "", id: database?.database_id ?? "" },
    namespace: { name: `${worker}-${namespace?.binding.toLowerCase()}`, id: namespace?.id ?? "" },
    secrets: secrets?.required ?? [],
  };
};

try {
  await setUp({
    wrangler,
    wanted: readWanted(),
    config: await readFile(CONFIG, "utf8"),
    save: (config) => writeFile(CONFIG, config),
    secret: (name) => process.env[name] ?? randomBytes(48).toString("base64url"),
    say: (line) => process.stdout.write(`${line}\n`),
  });
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
