import { mkdir } from "node:fs/promises";
import { withLocalServer } from "../support/local-server.ts";
import { apiOf } from "./links-api.ts";
import { visitEnds, visitLooks, visitPhone, visitScanner } from "./links-visits.ts";
import { type Complaints, PICTURES, withBrowser } from "./watched-page.ts";

/**
 * Opens links at /s in a browser as a customer would, on a phone, light, dark and on paper, and as a program that checks mail.
 * Pictures stay in .wrangler/browser.
 */
const look = (address: string): Promise<Complaints> =>
  withBrowser(async (browser) => {
    const complaints: Complaints = [];
    const visit = { browser, address, complaints, api: await apiOf(address) };
    for (const next of [visitPhone, visitScanner, visitEnds, visitLooks]) await next(visit);
    return complaints;
  });

await mkdir(PICTURES, { recursive: true });
const complaints = await withLocalServer(look);
process.stdout.write(complaints.length > 0 ? `${complaints.join("\n")}\n` : "The page at /s works, and the browser has no complaints.\n");
process.exitCode = complaints.length > 0 ? 1 : 0;
