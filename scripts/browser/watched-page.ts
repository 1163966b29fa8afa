import { resolve } from "node:path";
import axe from "axe-core";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { ROOT } from "../support/wrangler.ts";

/** Pictures of a run that nobody keeps. */
export const PICTURES = resolve(ROOT, ".wrangler/browser");
const QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** What was seen that should not be: one text each. */
export type Complaints = string[];

/** Starts Chromium for `work`, and stops it. */
export const withBrowser = async <T>(work: (browser: Browser) => Promise<T>): Promise<T> => {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu", ...QUIET] });
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
};

/** Violations of the Content Security Policy, of which scripts of the page hear. */
const REPORT_VIOLATIONS = `document.addEventListener("securitypolicyviolation", (event) =>
  console.error("violation: " + event.violatedDirective + " " + event.blockedURI + " " + event.sourceFile + ":" + event.lineNumber));`;

/** What a browser writes of each answer that is a refusal, also of one that is wanted. */
export const REFUSALS = /^console: Failed to load resource: the server responded with a status of (401|403|404)/;

/**
 * A page that is watched: its console, its errors, violations of its policies, requests to other hosts.
 * @param isExpected what may stand in the console
 */
export const watched = async (
  context: BrowserContext,
  address: string,
  complaints: Complaints,
  isExpected: (text: string) => boolean = () => false,
): Promise<Page> => {
  const page = await context.newPage();
  const complain = (text: string): void => {
    if (!isExpected(text)) complaints.push(`${page.url().slice(address.length)}: ${text}`);
  };
  await page.addInitScript(REPORT_VIOLATIONS);
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complain(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complain(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${address}/`)) complain(`request: ${request.url()}`);
  });
  return page;
};

/** A context of its own, as of another person, for `work`. */
export const withContext = async <T>(browser: Browser, options: BrowserContextOptions, work: (context: BrowserContext) => Promise<T>) => {
  const context = await browser.newContext(options);
  try {
    return await work(context);
  } finally {
    await context.close();
  }
};

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe finds on the page as it is. It is put there by the debugger, which no policy of the page concerns. */
export const axeOn = async (page: Page, where: string, complaints: Complaints): Promise<void> => {
  await page.evaluate(axe.source);
  const violations: Violation[] = JSON.parse(await page.evaluate("axe.run().then(({ violations }) => JSON.stringify(violations))"));
  for (const { id, nodes } of violations)
    complaints.push(`axe, ${where}: ${id} at ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
};

/** Complains unless it holds. */
export const demand = (complaints: Complaints, holds: boolean, what: string): void => {
  if (!holds) complaints.push(what);
};

/** A picture of the whole page, or of what is in sight. */
export const picture = async (page: Page, name: string, fullPage = true): Promise<void> => {
  await page.mouse.move(0, 0);
  await page.screenshot({ path: resolve(PICTURES, `${name}.png`), fullPage });
};

/** All that can be reached by the tabulator, in the order of the document; of radio buttons without a choice the first. */
const REACHABLE = `[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
  .filter((element) => element.checkVisibility() && !element.disabled)
  .filter((element) => element.type !== "radio" || element === document.querySelector("input[name=" + element.name + "]"))`;

/** Walks through the page by the tabulator: each that can be reached is, in the order of the document, and shows it. */
export const checkTabOrder = async (page: Page, complaints: Complaints): Promise<number> => {
  await page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0); getSelection().removeAllRanges()");
  const count: number = await page.evaluate(`(${REACHABLE}).length`);
  await page.evaluate(`document.querySelector(".skip").focus()`);
  // From here on it is the keyboard that moves the focus.
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+Tab");
  for (let index = 0; index < count; index++) {
    // A field for dates has several stops.
    const at = `(${REACHABLE}).indexOf(document.activeElement)`;
    const now: number = await page.evaluate(at);
    if (now !== index) {
      complaints.push(`tab order: stop ${index} is ${now}: ${await page.evaluate("document.activeElement.outerHTML.slice(0, 200)")}`);
      return count;
    }
    const isMarked = await page.evaluate(
      `document.activeElement.matches(":focus-visible") && getComputedStyle(document.activeElement).outlineStyle !== "none"`,
    );
    demand(complaints, isMarked === true, `focus is not shown: ${await page.evaluate("document.activeElement.outerHTML.slice(0, 200)")}`);
    for (let stop = 0; stop < 8; stop++) {
      await page.keyboard.press("Tab");
      if ((await page.evaluate(at)) !== index) break;
    }
  }
  return count;
};
