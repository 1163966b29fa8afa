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

type Answer = ReturnType<typeof JSON.parse>;

/** The answers of the session that are told apart by a field which only they have. */
const answersOf = (lines: readonly Answer[]) => {
  const last = (has: (answer: Answer) => boolean): Answer => lines.findLast(has) ?? {};
  return {
    said: last(({ authorizations, kind }) => authorizations !== undefined && kind === undefined),
    price: last(({ approved }) => approved !== undefined),
    note: last(({ kind, lines: taken }) => kind === "credit_note" && taken !== undefined),
    invoice: last(({ kind, jobs }) => kind === "invoice" && jobs !== undefined),
    ticket: last(({ closed_at }) => closed_at !== undefined),
    dashboard: last(({ figures, taxes }) => figures !== undefined && taxes !== undefined),
  };
};

/** What the answers of the session have to be, from the customer's yes to the money that was given back. */
const flawsOf = ({ said, price, note, invoice, ticket, dashboard }: ReturnType<typeof answersOf>): string[] => {
  const lines: readonly Line[] = price.jobs.flatMap((job: { readonly lines: readonly Line[] }) => job.lines);
  const parts = lines.filter(({ kind }) => kind === "part");
  const channels = said.authorizations.map(({ channel }: { readonly channel: string }) => channel);
  const cents = (amount: number): number => Math.round(amount * 100);
  const holds = {
    "the customer's own yes is after one by phone": channels.join() === "portal,phone",
    "every line is approved": lines.length === 4 && lines.every(({ covered }) => covered) && price.approved.total === price.total,
    "every part is drawn": parts.length === 2 && parts.every(({ drawn, quantity }) => drawn === quantity) && ticket.parts.length === 2,
    "parts are taxed at 9.25 %": price.taxes.length === 1 && price.taxes[0].rate === 9.25 && price.taxes[0].base === price.subtotals.part,
    "nothing is unmet": price.unmet.length === 0,
    "the ticket is closed": ticket.status === "closed" && ticket.mechanics.length > 0,
    "the invoice is what the ticket cost": invoice.total === price.total && invoice.lines_net === price.lines_net,
    "the pads are credited with their tax":
      note.lines.length === 1 && note.total > note.net && cents(invoice.credited) === cents(note.total),
    "the month has sold something": dashboard.figures.revenue.value > 0,
    "what was credited is given back":
      cents(invoice.paid) === cents(invoice.total) - cents(note.total) && invoice.balance + invoice.refundable === 0,
  };
  return Object.entries(holds).flatMap(([flaw, held]) => (held ? [] : [flaw]));
};

/** Runs the session to the letter but for the address. */
await checkLinks();
const session = readSession();
const output = await withLocalServer((address) => runInBash(session.replaceAll("http://localhost:8787", address)));
const lines = output
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
const answers = answersOf(lines);
const flaws = flawsOf(answers);
if (flaws.length > 0) throw new Error(`At the end of the session it is not so that ${flaws.join(", or that ")}:\n${output}`);
const { invoice, ticket } = answers;
process.stdout.write(
  `The README's session ends with invoice ${invoice.number} of ticket ${ticket.id}: ${invoice.paid} of ${invoice.total} paid.\n`,
);
