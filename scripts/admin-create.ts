import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { passwords } from "../src/edge/passwords.ts";
import { createUser } from "../src/features/users/users.commands.ts";
import { NewUser } from "../src/features/users/users.schemas.ts";
import { LOCAL_STATE, migrateLocal } from "./support/local-database.ts";
import { createRecorder } from "./support/recorder.ts";
import { Refusal, sayOutcome } from "./support/refusal.ts";
import { scriptContext } from "./support/script-context.ts";
import { askSecret } from "./support/secret-prompt.ts";
import { toScript } from "./support/sql-script.ts";
import { run, WRANGLER } from "./support/wrangler.ts";

const USAGE = `Usage: npm run admin:create -- --email owner@shop.example [--remote]
Makes an active admin in the local database or, with --remote, in the deployed one.
The password is asked for, or taken from ADMIN_PASSWORD.`;

const readOptions = () => {
  try {
    const options = { email: { type: "string" }, remote: { type: "boolean", default: false } } as const;
    const { email, remote } = parseArgs({ options }).values;
    if (email !== undefined) return { email, remote };
  } catch {}
  throw new Refusal(USAGE);
};

/** The password from the environment, or typed twice. Throws when there is nobody to ask or the two differ. */
const readPassword = async (): Promise<string> => {
  if (process.env.ADMIN_PASSWORD !== undefined) return process.env.ADMIN_PASSWORD;
  if (!process.stdin.isTTY) throw new Refusal("There is no terminal to ask for the password; set ADMIN_PASSWORD.");
  const password = await askSecret("Password (8 characters or more): ");
  if ((await askSecret("Once more: ")) !== password) throw new Refusal("The two passwords differ; nothing was done.");
  return password;
};

/** What the API would take of a new admin. Throws what is wrong with it. */
const validated = (email: string, password: string): NewUser => {
  const { data, error } = NewUser.safeParse({ email, password, role: "admin" });
  if (data) return data;
  throw new Refusal(error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n"));
};

/** The statements of the API's own command, written by the operator. */
const scriptFor = async (input: NewUser): Promise<string> => {
  const { db, queries } = createRecorder();
  await createUser(scriptContext({ db, at: Date.now(), requestId: crypto.randomUUID(), hash: passwords.hash }), input);
  return toScript(queries);
};

/** Runs a script on D1 from a file that only this user can read and that is gone afterwards, even on Ctrl-C. */
const execute = async (script: string, where: "--remote" | "--local") => {
  const folder = mkdtempSync(join(tmpdir(), "mechanic-shop-"));
  const file = join(folder, "admin.sql");
  process.once("exit", () => rmSync(folder, { recursive: true }));
  process.once("SIGINT", () => process.exit(130));
  process.once("SIGTERM", () => process.exit(143));
  writeFileSync(file, script, { mode: 0o600 });
  return run(WRANGLER, ["d1", "execute", "DB", where, "--file", file, "--yes"]);
};

const createAdmin = async (): Promise<string> => {
  const { email, remote } = readOptions();
  const input = validated(email, await readPassword());
  if (!remote) await migrateLocal(LOCAL_STATE);
  const { code, output } = await execute(await scriptFor(input), remote ? "--remote" : "--local");
  if (output.includes("app:email_taken")) throw new Refusal(`${input.email} already has an admin account; nothing was done.`);
  if (code !== 0) throw new Refusal(`wrangler could not write to the database:\n${output}`);
  return `${input.email} is an admin of the ${remote ? "deployed" : "local"} shop now. Log in at POST /auth/login.`;
};

await sayOutcome(createAdmin);
