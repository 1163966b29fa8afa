import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { chromium, type Page } from "playwright-core";
import { DEMO_LOGINS, DEMO_PASSWORD } from "./demo-data.ts";
import { withLocalServer } from "./support/local-server.ts";
import { ROOT } from "./support/wrangler.ts";

/** Uses Swagger UI in a browser as a person would: authorizes, tries a read and a write. Pictures stay in .wrangler/docs. */
const PICTURES = resolve(ROOT, ".wrangler/docs");
const QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const logIn = async (address: string): Promise<string> => {
  const body = JSON.stringify({ email: DEMO_LOGINS.admin, password: DEMO_PASSWORD });
  const answer = await fetch(`${address}/auth/login`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  const { token }: { token: string } = JSON.parse(await answer.text());
  return token;
};

/** Everything that the browser complains about, and everything it asks of other hosts. */
const complaintsOf = (page: Page, address: string): string[] => {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith("data:")) complaints.push(`request: ${request.url()}`);
  });
  return complaints;
};

const authorize = async (page: Page, token: string): Promise<void> => {
  await page.locator(".auth-wrapper .btn.authorize").first().click();
  await page.locator(".dialog-ux input").first().fill(token);
  await page.locator(".dialog-ux .auth-btn-wrapper .authorize").click();
  await page.screenshot({ path: resolve(PICTURES, "authorized.png") });
  await page.locator(".dialog-ux .btn-done").click();
};

/** Opens an operation, executes it, and answers the status that Swagger UI shows. */
const tryOut = async (page: Page, operation: string, body?: unknown): Promise<string> => {
  const block = page.locator(`[id$="-${operation}"]`);
  await block.locator(".opblock-summary-control").click();
  if (body !== undefined) await block.locator("textarea.body-param__text").fill(JSON.stringify(body, null, 2));
  await block.locator(".btn.execute").click();
  const status = await block.locator(".live-responses-table .response .response-col_status").first().innerText();
  await block.scrollIntoViewIfNeeded();
  await page.screenshot({ path: resolve(PICTURES, `${operation}.png`) });
  return status.trim();
};

const look = async (address: string): Promise<string[]> => {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu", ...QUIET] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
    const complaints = complaintsOf(page, address);
    await page.goto(`${address}/docs`);
    await page.locator(".opblock").first().waitFor();
    await page.screenshot({ path: resolve(PICTURES, "page.png") });
    await authorize(page, await logIn(address));
    const read = await tryOut(page, "listCustomers");
    const person = { name: "Swagger Tester", email: `swagger${Date.now()}@example.com`, phone: "+1 555 0199" };
    const write = await tryOut(page, "createCustomer", person);
    if (!read.startsWith("200") || !write.startsWith("201")) complaints.push(`GET answered ${read}, POST answered ${write}`);
    return complaints;
  } finally {
    await browser.close();
  }
};

await mkdir(PICTURES, { recursive: true });
const complaints = await withLocalServer(look);
process.stdout.write(
  complaints.length > 0 ? `${complaints.join("\n")}\n` : "The page at /docs works, and the browser has no complaints.\n",
);
process.exitCode = complaints.length > 0 ? 1 : 0;
