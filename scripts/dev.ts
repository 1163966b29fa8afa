import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { unstable_readConfig } from "wrangler";
import { copyAssets } from "./assets.ts";
import { DEMO_LOGINS, DEMO_PASSWORD } from "./demo-data.ts";
import { ensureSecrets } from "./support/dev-vars.ts";
import { LOCAL_STATE, loadDemoData, migrateLocal } from "./support/local-database.ts";
import { exitOf, ROOT, startWrangler } from "./support/wrangler.ts";

/** How long the Worker may take until its first answer. */
const TIMEOUT_MS = 20_000;
/** How long it may take to stop by itself after Ctrl-C, which the terminal sends to every process. */
const GRACE_MS = 3_000;

/** Everything that `wrangler dev` needs. Answers whether the demo logins are there. */
const prepare = async (state: string): Promise<boolean> => {
  const { secrets } = unstable_readConfig({ config: resolve(ROOT, "wrangler.toml") });
  await Promise.all([copyAssets(), ensureSecrets(resolve(ROOT, ".dev.vars"), secrets?.required ?? [])]);
  await migrateLocal(state);
  return loadDemoData(state);
};

/** Waits for the Worker's first good answer: wrangler is ready even when the Worker does not start. */
const answers = async (address: string): Promise<boolean> => {
  for (const end = Date.now() + TIMEOUT_MS; Date.now() < end; await new Promise((wait) => setTimeout(wait, 200))) {
    const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => null);
    if (response?.ok) return true;
  }
  return false;
};

const greeting = (address: string, hasDemoLogins: boolean): string => {
  const logins = Object.entries(DEMO_LOGINS).map(([role, email]) => `    ${role.padEnd(10)}${email}\n`);
  const demo = hasDemoLogins ? `  Demo logins, password ${DEMO_PASSWORD}\n${logins.join("")}` : "";
  return `\n  Mechanic Shop API    ${address}\n  Swagger UI           ${address}/docs\n${demo}\n`;
};

/** Prints where everything is, once the server answers; wrangler tells its port by a message. */
const greetWhenReady = async (message: unknown, hasDemoLogins: boolean): Promise<void> => {
  const { event, port } = JSON.parse(String(message));
  const address = `http://localhost:${port}`;
  if (event === "DEV_SERVER_READY" && (await answers(address))) process.stdout.write(greeting(address, hasDemoLogins));
};

const args = process.argv.slice(2);
const { "persist-to": persistTo } = parseArgs({ args, strict: false, options: { "persist-to": { type: "string" } } }).values;
const state = typeof persistTo === "string" ? resolve(ROOT, persistTo) : LOCAL_STATE;
process.stdout.write("Preparing secrets, migrations and demo data ...\n");
const hasDemoLogins = await prepare(state);
const server = startWrangler(["dev", "--var", "ENVIRONMENT:development", ...args], ["inherit", "inherit", "inherit", "ipc"]);
server.on("message", (message) => void greetWhenReady(message, hasDemoLogins));
process.on("SIGTERM", () => server.kill("SIGTERM"));
process.on("SIGINT", () => setTimeout(() => server.kill("SIGTERM"), GRACE_MS).unref());
process.exitCode = await exitOf(server);
