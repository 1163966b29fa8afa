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
const MINUTE_MS = 60_000;

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

/** Does the work of the Cron trigger now and each minute: locally wrangler leaves that to whoever calls this path. */
const runJobsEachMinute = (address: string): void => {
  const runJobs = async (): Promise<void> => {
    const response = await fetch(`${address}/cdn-cgi/local/scheduled`).catch(() => null);
    if (response?.ok === false) process.stderr.write("The jobs of this minute failed; the line above says which.\n");
  };
  void runJobs();
  setInterval(() => void runJobs(), MINUTE_MS).unref();
};

const greeting = (address: string, hasDemoLogins: boolean): string => {
  const logins = Object.entries(DEMO_LOGINS).map(([role, email]) => `    ${role.padEnd(10)}${email}\n`);
  const demo = hasDemoLogins ? `  Demo logins, password ${DEMO_PASSWORD}\n${logins.join("")}` : "";
  const hint = "  Only errors are logged; a line for each request: npm run dev -- --log-level log\n";
  return `\n  Mechanic Shop API    ${address}\n  Swagger UI           ${address}/docs\n  Mailbox              ${address}/dev/mailbox\n${demo}${hint}\n`;
};

/** Once the server answers, prints where everything is and starts the jobs; wrangler tells its port by a message. */
const greetWhenReady = async (message: unknown, hasDemoLogins: boolean): Promise<void> => {
  const { event, port } = JSON.parse(String(message));
  const address = `http://localhost:${port}`;
  if (event !== "DEV_SERVER_READY" || !(await answers(address))) return;
  process.stdout.write(greeting(address, hasDemoLogins));
  runJobsEachMinute(address);
};

const args = process.argv.slice(2);
const options = { "persist-to": { type: "string" }, "log-level": { type: "string" } } as const;
const { "persist-to": persistTo, "log-level": logLevel } = parseArgs({ args, strict: false, options }).values;
const state = typeof persistTo === "string" ? resolve(ROOT, persistTo) : LOCAL_STATE;
process.stdout.write("Preparing secrets, migrations and demo data ...\n");
const hasDemoLogins = await prepare(state);
const quiet = logLevel === undefined ? ["--log-level", "error"] : [];
const server = startWrangler(["dev", "--var", "ENVIRONMENT:development", ...quiet, ...args], ["inherit", "inherit", "inherit", "ipc"]);
server.on("message", (message) => void greetWhenReady(message, hasDemoLogins));
process.on("SIGTERM", () => server.kill("SIGTERM"));
process.on("SIGINT", () => setTimeout(() => server.kill("SIGTERM"), GRACE_MS).unref());
process.exitCode = await exitOf(server);
