import { spawn } from "node:child_process";
import { access, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { withLocalServer } from "./support/local-server.ts";
import { exitOf, ROOT } from "./support/wrangler.ts";

const readme = await readFile(resolve(ROOT, "README.md"), "utf8");

/** The files that the README links to must be there. */
const checkLinks = async (): Promise<void> => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => link ?? "");
  await Promise.all(links.map((link) => access(resolve(ROOT, link))));
};

/** The commands of the session. */
const readSession = (): string => {
  const [, session] = /^## A session with curl$[\s\S]*?^```bash$\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  if (session === undefined) throw new Error("README.md has no session with curl.");
  return session;
};

const runInBash = async (script: string): Promise<string> => {
  const bash = spawn("bash", ["-euo", "pipefail", "-c", script], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  bash.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const code = await exitOf(bash);
  if (code !== 0) throw new Error(`The session ended with exit code ${code}:\n${output}`);
  return output;
};

/** Runs the session to the letter but for the address; it has to end with a closed ticket. */
await checkLinks();
const session = readSession();
const output = await withLocalServer((address) => runInBash(session.replaceAll("http://localhost:8787", address)));
const ticket = JSON.parse(output.trim().split("\n").at(-1) ?? "");
if (ticket.status !== "closed" || ticket.parts.length === 0 || ticket.mechanics.length === 0)
  throw new Error(`The session does not end with a closed ticket:\n${output}`);
process.stdout.write(`The README's session ends with ticket ${ticket.id}, closed at ${ticket.closed_at}.\n`);
