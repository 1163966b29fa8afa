import { resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { Api } from "./links-api.ts";
import { axeOn, type Complaints, checkTabOrder, demand, PICTURES, picture, REFUSALS, watched, withContext } from "./watched-page.ts";

const DESKTOP = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

/** What all visits share. */
export interface Visit {
  readonly browser: Browser;
  readonly address: string;
  readonly complaints: Complaints;
  readonly api: Api;
}

const isShown = (page: Page) => page.waitForSelector("html[data-shown]");

/** Opens a link as from a mail: by its whole address. */
const open = async (page: Page, url: string): Promise<void> => {
  await page.goto(url);
  await isShown(page);
};

const checkWidth = async (page: Page, name: string, complaints: Complaints): Promise<void> => {
  const [wide, screen]: [number, number] = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]");
  demand(complaints, wide <= screen, `${name}: ${wide} px on a screen of ${screen}`);
};

/** The token is nowhere where it could be read later or sent on. */
const checkToken = async (page: Page, url: string, complaints: Complaints): Promise<void> => {
  const token = url.split("#")[1] ?? "?";
  const readable: string = await page.evaluate(
    "JSON.stringify([location.href, document.referrer, document.cookie, { ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML, performance.getEntries().map(({ name }) => name), history.state])",
  );
  const shown = readable.replace(`"${url}"`, "");
  // The browser itself lists the address that was navigated to, but without what follows the #.
  demand(complaints, !shown.includes(token), "the token can be read from the page");
};

/** A customer on a phone: looks, decides line by line under a typed name, and sees what was decided. */
export const visitPhone = ({ browser, address, complaints, api }: Visit): Promise<void> =>
  withContext(browser, { ...PHONE, colorScheme: "light", acceptDownloads: true }, async (context) => {
    const shared = await api.share();
    const page = await watched(context, address, complaints);
    const sent: string[] = [];
    page.on("request", (request) => sent.push(`${request.url()} ${request.headers().referer ?? ""}`));
    await open(page, shared.url);
    await checkToken(page, shared.url, complaints);
    await checkWidth(page, "phone", complaints);
    await axeOn(page, "phone", complaints);
    await picture(page, "link-phone");
    await page.screenshot({ path: resolve(PICTURES, "link-phone-top.png") });
    demand(complaints, (await api.decided(shared.ticket)).length === 0, "something was decided by opening the link");

    await page.getByRole("button", { name: "Send my decisions" }).click();
    demand(complaints, (await page.locator(":invalid").count()) > 0, "a name is not asked for");
    await page.getByLabel("Your name").fill("Ada Delgado");
    await page.getByRole("button", { name: "Send my decisions" }).click();
    await page.getByRole("alert").filter({ hasText: "Choose" }).waitFor();
    await page.getByRole("group", { name: "Front brakes" }).getByLabel("Approve").check();
    await page.getByRole("group", { name: "Wiper blade, left" }).getByLabel("Decline").check();
    await page.getByLabel("Replaced parts").selectOption("return");
    const words = await page.locator(".chosen").innerText();
    demand(complaints, words.includes("$274.49"), `what is chosen comes to: ${words}`);
    await axeOn(page, "chosen", complaints);
    await picture(page, "link-phone-chosen");
    await page.getByRole("button", { name: "Send my decisions" }).click();
    await page.getByText("Thank you. The shop has your decisions.").waitFor();
    await axeOn(page, "decided", complaints);
    await picture(page, "link-phone-decided");
    const wanted = [
      ...brakeLines.map((line) => `approved ${line} by link, Ada Delgado`),
      "declined Wiper blade, left by link, Ada Delgado",
    ];
    const decided = await api.decided(shared.ticket);
    demand(complaints, JSON.stringify([...decided].sort()) === JSON.stringify(wanted.sort()), `decided: ${decided}`);

    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download PDF" }).click()]);
    const path = resolve(PICTURES, "link-estimate.pdf");
    await download.saveAs(path);
    demand(complaints, /^Estimate E\d{4}-\d+\.pdf$/.test(download.suggestedFilename()), `saved as ${download.suggestedFilename()}`);
    const token = shared.url.split("#")[1] ?? "?";
    demand(
      complaints,
      !sent.some((request) => request.includes(token) && !request.startsWith(`${shared.url} `)),
      `the token was sent: ${sent}`,
    );
    await page.goBack().catch(() => null);
    demand(complaints, !page.url().includes(token), `the history has ${page.url()}`);
  });

const brakeLines = ["Replace front pads and rotors", "Brake pads, ceramic", "Brake fluid disposal"];

/** A program that checks mail: runs scripts, waits, and presses whatever can be pressed, but types nothing. */
export const visitScanner = ({ browser, address, complaints, api }: Visit): Promise<void> =>
  withContext(browser, DESKTOP, async (context) => {
    const shared = await api.share();
    const page = await watched(context, address, complaints);
    for (let time = 0; time < 3; time++) await open(page, shared.url);
    for (const button of await page.getByRole("button").all()) await button.click();
    await page.evaluate("document.querySelectorAll('form').forEach((form) => form.requestSubmit())");
    await page.waitForTimeout(500);
    const decided = await api.decided(shared.ticket);
    demand(complaints, decided.length === 0, `a program decided: ${decided}`);
  });

/** A link that was revoked, one that only views, and the page without a link. */
export const visitEnds = ({ browser, address, complaints, api }: Visit): Promise<void> =>
  withContext(browser, PHONE, async (context) => {
    const page = await watched(context, address, complaints, (text) => REFUSALS.test(text));
    const viewing = await api.share("view");
    await open(page, viewing.url);
    demand(complaints, (await page.locator("form, input").count()) === 0, "a link that only views has a form");
    await page.reload();
    await isShown(page);
    await page.getByRole("heading", { name: "Open your link again" }).waitFor();
    await axeOn(page, "without a link", complaints);
    const ended = await api.share();
    await open(page, ended.url);
    await api.revoke(ended);
    await page.getByLabel("Your name").fill("Ada Delgado");
    await page.getByRole("group", { name: "Front brakes" }).getByLabel("Approve").check();
    await page.getByRole("button", { name: "Send my decisions" }).click();
    await page.getByRole("heading", { name: "This link does not work any more" }).waitFor();
    await axeOn(page, "ended", complaints);
    await picture(page, "link-ended");
    demand(complaints, (await api.decided(ended.ticket)).length === 0, "an ended link decided");
  });

/** Dark, on a desk, on paper, by the keyboard; and invoices. */
export const visitLooks = async ({ browser, address, complaints, api }: Visit): Promise<void> => {
  const shared = await api.share();
  const looks = [
    ["link-dark", { ...PHONE, colorScheme: "dark", reducedMotion: "reduce" }],
    ["link-desk", { ...DESKTOP, colorScheme: "light" }],
    ["link-narrow", { ...PHONE, viewport: { width: 320, height: 568 } }],
  ] as const;
  for (const [name, options] of looks)
    await withContext(browser, options, async (context) => {
      const page = await watched(context, address, complaints);
      await open(page, shared.url);
      await picture(page, name);
      await axeOn(page, name, complaints);
      await checkWidth(page, name, complaints);
      if (name !== "link-desk") return;
      await checkTabOrder(page, complaints);
      await page.emulateMedia({ media: "print" });
      await picture(page, "link-print");
      demand(complaints, (await page.locator("form:visible, button:visible").count()) === 0, "paper shows a form");
    });
  await withContext(browser, PHONE, async (context) => {
    const page = await watched(context, address, complaints);
    await open(page, await api.shareInvoiced());
    await picture(page, "link-invoice");
    await axeOn(page, "invoice", complaints);
    await checkWidth(page, "invoice", complaints);
    demand(complaints, (await page.getByRole("region", { name: /^Invoice / }).count()) === 1, "no invoice is shown");
  });
};
