import { copyFile, mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { withLocalServer } from "../support/local-server.ts";
import { ROOT } from "../support/wrangler.ts";
import { visitLooks, visitOverview, visitRoles, visitSecondFactor, visitSessions, visitWays } from "./app-visits.ts";
import { rowsReadBy } from "./first-screen-rows.ts";
import { type Complaints, PICTURES, withBrowser } from "./watched-page.ts";

/**
 * Uses the page at /app in a browser as an owner, a mechanic and a customer would, light, dark, on a phone and on paper.
 * Names of visits as arguments: only these. Pictures stay in .wrangler/browser; with --screenshot those of the README are made anew.
 */
const README_PICTURES = { "app-top": "app", "app-dark-top": "app-dark", "app-phone-top": "app-phone" };
/** How many rows the first screen may read: 400 for each of its six figures and five parts. */
const MOST_ROWS = 4_400;
const VISITS = { ways: visitWays, looks: visitLooks, roles: visitRoles, sessions: visitSessions, factor: visitSecondFactor };

const { values, positionals } = parseArgs({ options: { screenshot: { type: "boolean", default: false } }, allowPositionals: true });
const isChosen = (name: string): boolean => positionals.length === 0 || positionals.includes(name);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** The time of the first screen, and the rows that it reads. */
const judgeFirst = async ({ login, screen, asked }: Awaited<ReturnType<typeof visitOverview>>, complaints: Complaints): Promise<void> => {
  const reads = await rowsReadBy(asked);
  const rows = reads.reduce((sum, read) => sum + read.rows, 0);
  for (const read of reads) say(`${String(read.rows).padStart(6)} rows  ${read.path}`);
  say(`${String(rows).padStart(6)} rows in all`);
  say(`The login took ${login.toFixed(0)} ms; ${screen.toFixed(0)} ms later the whole first screen was there.`);
  if (rows > MOST_ROWS) complaints.push(`the first screen reads ${rows} rows`);
};

const complaints: Complaints = [];

const look = (address: string) =>
  withBrowser(async (browser) => {
    const visit = { browser, address, complaints };
    const first = isChosen("overview") ? await visitOverview(visit) : null;
    for (const [name, next] of Object.entries(VISITS)) if (isChosen(name)) await next(visit);
    return first;
  });

await mkdir(PICTURES, { recursive: true });
const first = await withLocalServer(look);
if (first) await judgeFirst(first, complaints);
if (values.screenshot)
  for (const [from, to] of Object.entries(README_PICTURES))
    await copyFile(resolve(PICTURES, `${from}.png`), resolve(ROOT, `docs/${to}.png`));
say(complaints.length > 0 ? complaints.join("\n") : "The page at /app works, and the browser has no complaints.");
process.exitCode = complaints.length > 0 ? 1 : 0;
