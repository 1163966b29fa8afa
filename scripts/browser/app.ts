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
 * Pictures stay in .wrangler/browser; with --screenshot those of the README are made anew.
 */
const README_PICTURES = { "app-top": "app", "app-dark": "app-dark", "app-phone": "app-phone" };
/** How many rows the first screen may read: 400 for each of its six figures and five parts. */
const MOST_ROWS = 4_400;

const { screenshot } = parseArgs({ options: { screenshot: { type: "boolean", default: false } } }).values;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const look = (address: string) =>
  withBrowser(async (browser) => {
    const complaints: Complaints = [];
    const visit = { browser, address, complaints };
    const first = await visitOverview(visit);
    for (const next of [visitWays, visitLooks, visitRoles, visitSessions, visitSecondFactor]) await next(visit);
    return { ...first, complaints };
  });

await mkdir(PICTURES, { recursive: true });
const { ms, asked, complaints } = await withLocalServer(look);
const reads = await rowsReadBy(asked);
const rows = reads.reduce((sum, read) => sum + read.rows, 0);
for (const read of reads) say(`${String(read.rows).padStart(6)} rows  ${read.path}`);
say(`${String(rows).padStart(6)} rows in all, and ${ms.toFixed(0)} ms from the login to the whole first screen.`);
if (rows > MOST_ROWS) complaints.push(`the first screen reads ${rows} rows`);
if (screenshot)
  for (const [from, to] of Object.entries(README_PICTURES))
    await copyFile(resolve(PICTURES, `${from}.png`), resolve(ROOT, `docs/${to}.png`));
say(complaints.length > 0 ? complaints.join("\n") : "The page at /app works, and the browser has no complaints.");
process.exitCode = complaints.length > 0 ? 1 : 0;
