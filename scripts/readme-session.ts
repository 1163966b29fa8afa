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

interface Line {
  readonly kind: string;
  readonly covered: boolean;
  readonly quantity: number;
  readonly drawn: number | null;
}

/** What the last three answers of the session have to be: every line is approved, by phone and by the customer, and every part is drawn. */
const flawsOf = ([said, price, ticket]: readonly ReturnType<typeof JSON.parse>[]): string[] => {
  const lines: readonly Line[] = price.jobs.flatMap((job: { readonly lines: readonly Line[] }) => job.lines);
  const parts = lines.filter(({ kind }) => kind === "part");
  const channels = said.authorizations.map(({ channel }: { readonly channel: string }) => channel);
  const holds = {
    "the customer's own yes is after one by phone": channels.join() === "portal,phone",
    "every line is approved": lines.length === 4 && lines.every(({ covered }) => covered) && price.approved.total === price.total,
    "every part is drawn": parts.length === 2 && parts.every(({ drawn, quantity }) => drawn === quantity) && ticket.parts.length === 2,
    "parts are taxed at 9.25 %": price.taxes.length === 1 && price.taxes[0].rate === 9.25 && price.taxes[0].base === price.subtotals.part,
    "nothing is unmet": price.unmet.length === 0,
    "the ticket is closed": ticket.status === "closed" && ticket.mechanics.length > 0,
  };
  return Object.entries(holds).flatMap(([flaw, held]) => (held ? [] : [flaw]));
};

/** Runs the session to the letter but for the address. */
await checkLinks();
const session = readSession();
const output = await withLocalServer((address) => runInBash(session.replaceAll("http://localhost:8787", address)));
const last = output
  .trim()
  .split("\n")
  .slice(-3)
  .map((line) => JSON.parse(line));
const flaws = flawsOf(last);
if (flaws.length > 0) throw new Error(`At the end of the session it is not so that ${flaws.join(", or that ")}:\n${output}`);
const [, price, ticket] = last;
process.stdout.write(
  `The README's session ends with ticket ${ticket.id} for ${price.total}, approved, drawn and closed at ${ticket.closed_at}.\n`,
);
