import { copyFile, mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { chromium, type Page } from "playwright-core";
import { DEMO_LOGINS, DEMO_PASSWORD } from "./demo-data.ts";
import { withLocalServer } from "./support/local-server.ts";
import { ROOT } from "./support/wrangler.ts";

/**
 * Uses Swagger UI in a browser as a person would: authorizes, tries a read, a write and a write that is refused.
 * Pictures stay in .wrangler/browser; with --screenshot the README's is made anew.
 */
const PICTURES = resolve(ROOT, ".wrangler/browser");
const README_PICTURE = resolve(ROOT, "docs/swagger-ui.png");
const QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const { screenshot } = parseArgs({ options: { screenshot: { type: "boolean", default: false } } }).values;

const picture = (page: Page, name: string) => page.screenshot({ path: resolve(PICTURES, `${name}.png`) });

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
  // Links have a token of their own, and a form of their own.
  const form = page.locator(".dialog-ux form").filter({ hasText: "bearer" });
  await form.locator("input").fill(token);
  await form.locator(".authorize").click();
  await picture(page, "authorized");
  await page.locator(".dialog-ux .btn-done").first().click();
};

/** Scrolls to an operation: of a long document Swagger UI has only those in the page that are in sight. */
const find = async (page: Page, operation: string) => {
  const block = page.locator(`[id$="-${operation}"]`);
  await page.mouse.move(640, 450);
  for (let step = 0; step < 200 && (await block.count()) === 0; step++) {
    await page.mouse.wheel(0, 400);
    await page.waitForTimeout(100);
  }
  return block;
};

/** Opens an operation if it is closed, executes it, and answers the status and the body that Swagger UI shows. */
const tryOut = async (page: Page, operation: string, body?: unknown): Promise<string> => {
  const block = await find(page, operation);
  if (!(await block.locator(".btn.execute").isVisible())) await block.locator(".opblock-summary-control").click();
  if (body !== undefined) await block.locator("textarea.body-param__text").fill(JSON.stringify(body, null, 2));
  const answered = page.waitForResponse((response) => response.request().method() !== "OPTIONS");
  await block.locator(".btn.execute").click();
  const status = (await answered).status();
  const shown = block.locator(".live-responses-table .response").first();
  await shown.locator(".response-col_status", { hasText: String(status) }).waitFor();
  await block.scrollIntoViewIfNeeded();
  await picture(page, `${operation}-${status}`);
  return `${status} ${await shown.locator(".response-col_description").innerText()}`;
};

const demand = (complaints: string[], what: string, shown: string, ...wanted: string[]): void => {
  if (!wanted.every((part) => shown.includes(part))) complaints.push(`${what} shows ${shown.slice(0, 300)}, not ${wanted}`);
};

/** A read, a write, and a write that is refused, which the browser itself reports as well. */
const tryAll = async (page: Page, complaints: string[]): Promise<void> => {
  demand(complaints, "GET /customers", await tryOut(page, "listCustomers"), "200", "pagination");
  await page.evaluate("window.scrollTo(0, 0)");
  // With an account: its e-mail is unique, that of a record alone is not.
  const email = `swagger${Date.now()}@example.com`;
  const person = { name: "Swagger Tester", email, phone: "+1 555 0199", password: "correct horse battery" };
  demand(complaints, "POST /customers", await tryOut(page, "createCustomer", person), "201", person.email);
  const before = complaints.length;
  demand(complaints, "POST /customers again", await tryOut(page, "createCustomer", person), "409", "email_taken");
  const reported = complaints.slice(before).filter((text) => /^console: Failed to load resource.*status of 409/.test(text));
  complaints.splice(before, reported.length === 1 ? 1 : 0);
};

const look = async (address: string): Promise<string[]> => {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu", ...QUIET] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const complaints = complaintsOf(page, address);
    await page.goto(`${address}/docs`);
    await page.locator(".opblock").first().waitFor();
    await picture(page, "page");
    await authorize(page, await logIn(address));
    await tryAll(page, complaints);
    return complaints;
  } finally {
    await browser.close();
  }
};

await mkdir(PICTURES, { recursive: true });
const complaints = await withLocalServer(look);
if (screenshot) await copyFile(resolve(PICTURES, "page.png"), README_PICTURE);
process.stdout.write(
  complaints.length > 0 ? `${complaints.join("\n")}\n` : "The page at /docs works, and the browser has no complaints.\n",
);
process.exitCode = complaints.length > 0 ? 1 : 0;
