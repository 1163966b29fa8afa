import { describe, expect, it } from "vitest";
import packageText from "../../package.json?raw";
import { type Said, setUp, type Wanted, type Wrangler } from "../../scripts/cloudflare/setup.ts";
import config from "../../wrangler.toml?raw";

const ZEROS = { database: "00000000-0000-0000-0000-000000000000", namespace: "00000000000000000000000000000000" };
const WANTED: Wanted = {
  worker: "mechanic-shop-api",
  database: { name: "mechanic-shop", id: ZEROS.database },
  namespace: { name: "mechanic-shop-api-listings", id: ZEROS.namespace },
  secrets: ["JWT_SECRET", "AUDIT_SEAL_KEY"],
};
const DATABASE = { uuid: "c5ad6c8f-7f2b-4c65-9d7e-0d1b9d1d2c11", name: "mechanic-shop", version: "production", num_tables: 0 };
const NAMESPACE = { id: "0f2ac74b498b48028cb68387c421e279", title: "mechanic-shop-api-listings", supports_url_encoding: true };

const well = (output = ""): Said => ({ code: 0, output, errors: "" });
const badly = (errors: string): Said => ({ code: 1, output: "", errors });
const NOT_FOUND = badly(`X [ERROR] Worker "mechanic-shop-api" not found.\n\nIf this is a new Worker, run \`wrangler deploy\` first.`);

/** An account, and a wrangler that answers about it as wrangler 4.135 does. `broken` names a command that fails. */
const anAccount = (has: { databases?: object[]; namespaces?: object[]; secrets?: string[] | undefined } = {}, broken = "") => {
  const account = { databases: has.databases ?? [], namespaces: has.namespaces ?? [], secrets: has.secrets };
  const calls: string[] = [];
  const inputs: string[] = [];
  const answers: Record<string, (input: string) => Said> = {
    "whoami --json": () => well('{"loggedIn":true,"authType":"OAuth Token"}'),
    "d1 list --json": () => well(JSON.stringify(account.databases, null, 2)),
    "d1 create mechanic-shop": () => {
      account.databases.push(DATABASE);
      return well("Successfully created DB 'mechanic-shop' in region WEUR\nCreated your new D1 database.\n");
    },
    "kv namespace list": () => well(JSON.stringify(account.namespaces, null, "  ")),
    "kv namespace create mechanic-shop-api-listings": () => {
      account.namespaces.push(NAMESPACE);
      return well('Creating namespace with title "mechanic-shop-api-listings"\nSuccess!\n');
    },
    "secret list --format json": () =>
      account.secrets ? well(JSON.stringify(account.secrets.map((name) => ({ name, type: "secret_text" })))) : NOT_FOUND,
    "secret bulk": (input) => {
      account.secrets = [...(account.secrets ?? []), ...Object.keys(JSON.parse(input))];
      return well("Finished processing secrets file:\n2 secrets successfully created");
    },
  };
  const wrangler: Wrangler = async (args, input = "") => {
    const command = args.join(" ");
    calls.push(command);
    if (input) inputs.push(input);
    if (command === broken) return badly("X [ERROR] A request to the Cloudflare API failed.");
    return answers[command]?.(input) ?? badly(`Unknown command: ${command}`);
  };
  return { wrangler, calls, inputs, account };
};

const run = async (wrangler: Wrangler, text = config, wanted = WANTED) => {
  const lines: string[] = [];
  const saved: string[] = [];
  const end = await setUp({
    wrangler,
    wanted,
    config: text,
    save: async (changed) => void saved.push(changed),
    secret: (name) => `a secret value for ${name}`,
    say: (line) => lines.push(line),
  }).then(
    () => "well",
    (error: Error) => error.message,
  );
  return { end, lines, saved };
};

const configured = config.replace(ZEROS.database, DATABASE.uuid).replace(ZEROS.namespace, NAMESPACE.id);
const KNOWN: Wanted = {
  ...WANTED,
  database: { ...WANTED.database, id: DATABASE.uuid },
  namespace: { ...WANTED.namespace, id: NAMESPACE.id },
};

describe("setting up Cloudflare", () => {
  it("makes everything in an empty account, and writes the two ids and nothing else into wrangler.toml", async () => {
    const { wrangler, calls, inputs } = anAccount();
    const { end, lines, saved } = await run(wrangler);
    expect([end, saved]).toEqual(["well", [configured]]);
    expect(calls.filter((call) => /create|bulk/.test(call))).toEqual([
      "d1 create mechanic-shop",
      "kv namespace create mechanic-shop-api-listings",
      "secret bulk",
    ]);
    expect(inputs.map((input) => JSON.parse(input))).toEqual([
      { JWT_SECRET: "a secret value for JWT_SECRET", AUDIT_SEAL_KEY: "a secret value for AUDIT_SEAL_KEY" },
    ]);
    expect(`${lines.join()}${calls.join()}`).not.toContain("a secret value");
    expect(lines.slice(0, 3)).toEqual([
      `Database mechanic-shop: created (${DATABASE.uuid})`,
      `Namespace mechanic-shop-api-listings: created (${NAMESPACE.id})`,
      "wrangler.toml: now has these ids",
    ]);
  });

  it("changes nothing when it is run again", async () => {
    const { wrangler, calls } = anAccount({ databases: [DATABASE], namespaces: [NAMESPACE], secrets: ["AUDIT_SEAL_KEY", "JWT_SECRET"] });
    const { end, lines, saved } = await run(wrangler, configured, KNOWN);
    expect([end, saved, calls]).toEqual([
      "well",
      [],
      ["whoami --json", "d1 list --json", "kv namespace list", "secret list --format json"],
    ]);
    expect(lines.filter((line) => /created|now/.test(line))).toEqual([]);
  });

  it.each([
    ["the namespace", "kv namespace create mechanic-shop-api-listings"],
    ["the secrets", "secret bulk"],
  ])("goes on where it broke off at %s", async (_what, broken) => {
    const { wrangler, account } = anAccount({}, broken);
    const first = await run(wrangler);
    expect(first.end).toContain(`wrangler ${broken} failed`);
    const second = anAccount(account);
    const { end, saved } = await run(second.wrangler);
    expect([end, saved]).toEqual(["well", [configured]]);
    expect(second.calls).not.toContain("d1 create mechanic-shop");
    expect(second.account.secrets).toEqual(["JWT_SECRET", "AUDIT_SEAL_KEY"]);
  });

  it("keeps a secret that is there, and a database that goes by another name", async () => {
    const other = { ...DATABASE, name: "the-old-shop" };
    const { wrangler, calls, inputs } = anAccount({ databases: [other], namespaces: [NAMESPACE], secrets: ["JWT_SECRET"] });
    const { end, saved } = await run(wrangler, configured, KNOWN);
    expect([end, saved, calls.filter((call) => call.includes("create"))]).toEqual(["well", [], []]);
    expect(inputs.map((input) => Object.keys(JSON.parse(input)))).toEqual([["AUDIT_SEAL_KEY"]]);
  });

  it("does nothing when wrangler is not logged in", async () => {
    const calls: string[] = [];
    const { end, saved } = await run(async (args) => {
      calls.push(args.join(" "));
      return { code: 1, output: '{"loggedIn":false}', errors: "" };
    });
    expect(end).toContain("npx wrangler login");
    expect([calls, saved]).toEqual([["whoami --json"], []]);
  });

  it("replaces no secret when it cannot tell which are there", async () => {
    const { wrangler, calls } = anAccount({ databases: [DATABASE], namespaces: [NAMESPACE], secrets: [] }, "secret list --format json");
    expect((await run(wrangler)).end).toContain("secret list --format json failed");
    expect(calls).not.toContain("secret bulk");
  });
});

/** Secrets that only some senders of mail need, or a language model. */
const OPTIONAL_SECRETS = ["MAIL_API_KEY", "ASSISTANT_API_KEY"];

it("package.json describes every binding to the page of the Deploy to Cloudflare button", () => {
  const { bindings }: { bindings: Record<string, { description: string }> } = JSON.parse(packageText).cloudflare;
  const names = [...config.matchAll(/^(?:# )?(?:binding|name) = "([A-Z_]+)"$/gm)].map(([, name]) => name);
  const secrets: string[] = JSON.parse(/^\[secrets\]\s+required = (\[.*\])/m.exec(config)?.[1] ?? "[]");
  expect(Object.keys(bindings).toSorted()).toEqual([...names, ...secrets, ...OPTIONAL_SECRETS].toSorted());
  for (const { description } of Object.values(bindings)) expect(description.length).toBeGreaterThan(20);
});
