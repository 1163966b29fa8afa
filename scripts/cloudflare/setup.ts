import { z } from "zod";
import { withId } from "./config-text.ts";

/** What a command of wrangler answered. */
export interface Said {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs a command of wrangler, with this text as its input. */
export type Wrangler = (args: readonly string[], input?: string) => Promise<Said>;

/** What the Worker needs, as its configuration names it. */
export interface Wanted {
  readonly worker: string;
  readonly database: { readonly name: string; readonly id: string };
  readonly namespace: { readonly name: string; readonly id: string };
  readonly secrets: readonly string[];
}

interface Tools {
  readonly wrangler: Wrangler;
  readonly wanted: Wanted;
  /** The text of wrangler.toml. */
  readonly config: string;
  /** Keeps a changed text of wrangler.toml. */
  readonly save: (config: string) => Promise<void>;
  /** A secret of this name: the operator's own, else a new one. */
  readonly secret: (name: string) => string;
  readonly say: (line: string) => void;
}

/** An end that the operator can do something about. */
export class Refusal extends Error {}

const must = async (wrangler: Wrangler, args: readonly string[], input?: string): Promise<string> => {
  const { code, output, errors } = await wrangler(args, input);
  if (code !== 0) throw new Refusal(`wrangler ${args.join(" ")} failed:\n${output}${errors}`);
  return output;
};

const Named = z.array(z.object({ name: z.string() }));
const Databases = z.array(z.object({ uuid: z.string(), name: z.string() }));
const Namespaces = z.array(z.object({ id: z.string(), title: z.string() }));

interface Resource {
  readonly id: string;
  readonly name: string;
}

const databases = async (wrangler: Wrangler): Promise<Resource[]> =>
  Databases.parse(JSON.parse(await must(wrangler, ["d1", "list", "--json"]))).map(({ uuid, name }) => ({ id: uuid, name }));

const namespaces = async (wrangler: Wrangler): Promise<Resource[]> =>
  Namespaces.parse(JSON.parse(await must(wrangler, ["kv", "namespace", "list"]))).map(({ id, title }) => ({ id, name: title }));

/** The resource that the configuration has the id of, else the one of that name, else a new one. */
const ensure = async ({ wrangler, say }: Tools, what: string, wanted: Resource, create: readonly string[], list: typeof databases) => {
  const find = async (): Promise<Resource | undefined> => {
    const there = await list(wrangler);
    return there.find(({ id }) => id === wanted.id) ?? there.find(({ name }) => name === wanted.name);
  };
  const found = await find();
  if (!found) await must(wrangler, [...create, wanted.name]);
  const resource = found ?? (await find());
  if (!resource) throw new Refusal(`wrangler made ${what} ${wanted.name}, but does not list it; run this again.`);
  say(`${what} ${resource.name}: ${found ? "found" : "created"} (${resource.id})`);
  return resource.id;
};

/** The names of the Worker's secrets; a Worker that is not there yet has none. */
const secretsThere = async (wrangler: Wrangler, worker: string): Promise<string[]> => {
  const args = ["secret", "list", "--format", "json"];
  const { code, output, errors } = await wrangler(args);
  if (code === 0) return Named.parse(JSON.parse(output)).map(({ name }) => name);
  if (`${output}${errors}`.includes(`Worker "${worker}" not found`)) return [];
  throw new Refusal(`wrangler ${args.join(" ")} failed:\n${output}${errors}`);
};

/** Makes the secrets that are missing; they go to wrangler by its input, and are shown nowhere. */
const ensureSecrets = async ({ wrangler, wanted, secret, say }: Tools): Promise<void> => {
  const there = await secretsThere(wrangler, wanted.worker);
  const missing = wanted.secrets.filter((name) => !there.includes(name));
  if (missing.length > 0)
    await must(wrangler, ["secret", "bulk"], JSON.stringify(Object.fromEntries(missing.map((name) => [name, secret(name)]))));
  for (const name of wanted.secrets) say(`Secret ${name}: ${missing.includes(name) ? "created" : "kept"}`);
};

/**
 * Makes what the Worker needs in the account that wrangler is logged in to, and writes the ids into the configuration.
 * What is there is kept, so it can be run again, also after a run that broke off. Throws `Refusal`.
 */
export const setUp = async (tools: Tools): Promise<void> => {
  const { wrangler, wanted, config, save, say } = tools;
  if ((await wrangler(["whoami", "--json"])).code !== 0)
    throw new Refusal("wrangler is not logged in: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN. Nothing was done.");
  const databaseId = await ensure(tools, "Database", wanted.database, ["d1", "create"], databases);
  const namespaceId = await ensure(tools, "Namespace", wanted.namespace, ["kv", "namespace", "create"], namespaces);
  const withDatabase = withId(config, "d1_databases", "database_id", databaseId);
  const changed = withId(withDatabase, "kv_namespaces", "id", namespaceId);
  if (changed !== config) await save(changed);
  say(`wrangler.toml: ${changed === config ? "has these ids" : "now has these ids"}`);
  await ensureSecrets(tools);
  say("Next: npm run deploy, then npm run admin:create -- --email owner@shop.example --remote");
};
