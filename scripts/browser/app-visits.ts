import { resolve } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { codeAt, stepAt } from "../../src/edge/totp.ts";
import { DEMO_LOGINS, DEMO_PASSWORD } from "../demo-data.ts";
import { axeOn, type Complaints, checkTabOrder, demand, PICTURES, picture, REFUSALS, watched, withContext } from "./watched-page.ts";

/** How soon after a login the first screen is complete, in milliseconds. */
const FIRST_SCREEN_MS = 1_000;
const DESKTOP = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

type Role = keyof typeof DEMO_LOGINS;

/** What all visits share. */
export interface Visit {
  readonly browser: Browser;
  readonly address: string;
  readonly complaints: Complaints;
}

const isFilled = (page: Page) => page.waitForSelector("html[data-shown]");

const typeLogin = async (page: Page, role: Role): Promise<void> => {
  await page.getByLabel("E-mail").fill(DEMO_LOGINS[role]);
  await page.getByLabel("Password").fill(DEMO_PASSWORD);
};

/** How many milliseconds a login took until it was answered, and from there until all of the first screen was there. */
interface Times {
  readonly login: number;
  readonly screen: number;
}

const logIn = async (page: Page, address: string, role: Role): Promise<Times> => {
  await page.goto(`${address}/app`);
  await typeLogin(page, role);
  const began = performance.now();
  const answered = page.waitForResponse((response) => response.url().endsWith("/auth/cookie/login")).then(() => performance.now());
  await page.getByRole("button", { name: "Log in" }).click();
  const loggedIn = await answered;
  await isFilled(page);
  return { login: loggedIn - began, screen: performance.now() - loggedIn };
};

/** Opens a place of the page, and waits for it. */
const open = async (page: Page, hash: string): Promise<void> => {
  await page.evaluate(`delete document.documentElement.dataset.shown; location.hash = ${JSON.stringify(hash)}`);
  await isFilled(page);
};

const checkCookie = async (context: BrowserContext, page: Page, complaints: Complaints): Promise<void> => {
  const cookie = (await context.cookies()).find(({ name }) => name === "__Host-refresh");
  const isKept = cookie?.httpOnly && cookie.secure && cookie.sameSite === "Strict" && cookie.path === "/";
  demand(complaints, isKept === true, `the cookie is ${JSON.stringify(cookie)}`);
  const readable: string = await page.evaluate("JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])");
  const secrets = [cookie?.value ?? "?", "eyJ"];
  demand(complaints, !secrets.some((secret) => readable.includes(secret)), `scripts can read ${readable}`);
};

/** The first screen of an admin: how soon, what it asks for, the way by the keyboard, and what is behind its figures. */
export const visitOverview = ({ browser, address, complaints }: Visit): Promise<Times & { readonly asked: string[] }> =>
  withContext(browser, { ...DESKTOP, colorScheme: "light" }, async (context) => {
    const page = await watched(context, address, complaints);
    await page.goto(`${address}/app`);
    await page.getByLabel("E-mail").waitFor();
    await picture(page, "app-login");
    await axeOn(page, "login", complaints);
    await page.reload();
    const asked: string[] = [];
    page.on("request", (request) => {
      const { pathname, search } = new URL(request.url());
      if (request.method() === "GET" && !/^\/app(\/|$)/.test(pathname)) asked.push(pathname + search);
    });
    const times = await logIn(page, address, "admin");
    const paths = [...asked];
    demand(complaints, times.screen < FIRST_SCREEN_MS, `the first screen took ${times.screen.toFixed(0)} ms`);
    await checkCookie(context, page, complaints);
    await picture(page, "app-light");
    await picture(page, "app-top", false);
    const stops = await checkTabOrder(page, complaints);
    demand(complaints, stops > 40, `only ${stops} places can be reached by the keyboard`);
    await axeOn(page, "overview", complaints);
    await page.reload();
    await isFilled(page);
    demand(complaints, (await page.getByRole("heading", { name: "Overview" }).count()) === 1, "a reload loses the login");
    await page.emulateMedia({ media: "print" });
    await page.pdf({ path: resolve(PICTURES, "app-print.pdf"), format: "A4", landscape: true });
    await picture(page, "app-print");
    return { ...times, asked: paths };
  });

/** Each listing behind a figure, the search and the records that it finds. */
export const visitWays = ({ browser, address, complaints }: Visit): Promise<void> =>
  withContext(browser, DESKTOP, async (context) => {
    const page = await watched(context, address, complaints);
    await logIn(page, address, "admin");
    const ways: string[] = await page.evaluate(`[...new Set([...document.querySelectorAll("main a")].map((a) => a.getAttribute("href")))]
      .filter((href) => href.startsWith("#/list"))`);
    const kinds = new Map(ways.map((way) => [way.split("?")[0], way]));
    for (const way of kinds.values()) {
      await open(page, way);
      const title = await page.getByRole("heading", { level: 1 }).innerText();
      demand(complaints, title !== "Not shown" && title !== "No such list", `${way} shows ${title}`);
      await axeOn(page, way, complaints);
    }
    await open(page, "#/list/invoices");
    const before = await page.locator("tbody tr").count();
    await page.getByRole("button", { name: "Show more" }).click();
    await page.locator("tbody tr").nth(before).waitFor();
    await picture(page, "app-list");
    await page.getByRole("searchbox").fill("delgado");
    await page.evaluate("delete document.documentElement.dataset.shown");
    await page.getByRole("searchbox").press("Enter");
    await isFilled(page);
    const found = await page.locator("main").innerText();
    for (const title of ["Customers", "Service tickets"])
      demand(complaints, found.includes(title), `the search shows ${found.slice(0, 200)}`);
    await axeOn(page, "search", complaints);
    const records: string[] = await page.evaluate(`[...document.querySelectorAll("main a")].map((a) => a.getAttribute("href"))`);
    const ofEach = new Map(records.map((record) => [record.split("/")[1], record]));
    for (const record of [...ofEach.values(), "#/invoice/1", "#/estimate/1", "#/vehicle/1"]) {
      await open(page, record);
      demand(complaints, (await page.locator(".failed").count()) === 0, `${record} shows ${await page.locator("main").innerText()}`);
      await axeOn(page, record, complaints);
    }
    await open(page, ofEach.get("ticket") ?? "#/ticket/1");
    await picture(page, "app-ticket");
  });

/** Dark, and on a phone, where nothing is wider than the screen. */
export const visitLooks = async ({ browser, address, complaints }: Visit): Promise<void> => {
  const looks = [
    ["app-dark", { ...DESKTOP, colorScheme: "dark" }],
    ["app-phone", { ...PHONE, colorScheme: "light" }],
    ["app-phone-dark", { ...PHONE, colorScheme: "dark", reducedMotion: "reduce" }],
  ] as const;
  for (const [name, options] of looks)
    await withContext(browser, options, async (context) => {
      const page = await watched(context, address, complaints);
      await logIn(page, address, "admin");
      await picture(page, `${name}-top`, false);
      await picture(page, name);
      await axeOn(page, name, complaints);
      for (const way of ["#/", "#/list/invoices?owed=true", "#/ticket/1", "#/customer/1"]) {
        await open(page, way);
        const wide: number = await page.evaluate("document.documentElement.scrollWidth");
        demand(complaints, wide <= options.viewport.width, `${name}, ${way}: ${wide} px wide`);
      }
    });
};

/** Mechanics and customers see what is theirs. */
export const visitRoles = async ({ browser, address, complaints }: Visit): Promise<void> => {
  for (const role of ["mechanic", "customer"] as const)
    await withContext(browser, DESKTOP, async (context) => {
      const page = await watched(context, address, complaints, (text) => REFUSALS.test(text));
      await logIn(page, address, role);
      await picture(page, `app-${role}`);
      await axeOn(page, role, complaints);
      demand(complaints, (await page.locator(".failed").count()) === 0, `${role}: ${await page.locator("main").innerText()}`);
      await open(page, "#/customer/2");
      const text = await page.locator("main").innerText();
      const isRefused = text.includes("Not shown");
      demand(complaints, isRefused === (role === "customer"), `${role} at another's record: ${text.slice(0, 200)}`);
    });
};

const asAdmin = async (address: string, path: string, body: unknown, token?: string): Promise<Response> =>
  fetch(`${address}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });

const tokenOf = async (address: string, role: Role): Promise<string> => {
  const answer = await asAdmin(address, "/auth/login", { email: DEMO_LOGINS[role], password: DEMO_PASSWORD });
  const { token }: { token: string } = JSON.parse(await answer.text());
  return token;
};

/** Two tabs take turns; a session that ends asks for a login and keeps the place; logging out reaches all tabs. */
export const visitSessions = ({ browser, address, complaints }: Visit): Promise<void> =>
  withContext(browser, DESKTOP, async (context) => {
    const expected = (text: string): boolean => REFUSALS.test(text);
    const [page, other] = [await watched(context, address, complaints, expected), await watched(context, address, complaints, expected)];
    await logIn(page, address, "admin");
    for (let round = 0; round < 3; round++) {
      await Promise.all([page.goto(`${address}/app`), other.goto(`${address}/app`)]);
      await Promise.all([page.reload(), other.reload()]);
      await Promise.all([isFilled(page), isFilled(other)]);
    }
    await open(page, "#/list/invoices?owed=true");
    await asAdmin(address, "/auth/logout", { everywhere: true }, await tokenOf(address, "admin"));
    await page.evaluate(`location.hash = "#/customer/1"`);
    await page.getByRole("dialog").waitFor();
    await picture(page, "app-again");
    await axeOn(page, "login again", complaints);
    await typeLogin(page, "admin");
    await page.evaluate("delete document.documentElement.dataset.shown");
    await page.getByRole("button", { name: "Log in" }).click();
    await isFilled(page);
    demand(complaints, page.url().endsWith("#/customer/1"), `after the login again the place is ${page.url()}`);
    demand(complaints, (await page.locator(".facts").count()) > 0, "after the login again the place is empty");
    await other.reload();
    await isFilled(other);
    await page.getByRole("button", { name: "Log out" }).click();
    for (const tab of [page, other]) await tab.getByLabel("Password").waitFor();
    const cookies = await context.cookies();
    demand(complaints, cookies.length === 0, `after logging out there is ${JSON.stringify(cookies)}`);
  });

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const bytesOf = (secret: string): Uint8Array => {
  const bits = [...secret].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (eight) => Number.parseInt(eight, 2));
};

/** With a second factor the form asks for its code. */
export const visitSecondFactor = ({ browser, address, complaints }: Visit): Promise<void> =>
  withContext(browser, DESKTOP, async (context) => {
    const token = await tokenOf(address, "mechanic");
    const { secret }: { secret: string } = JSON.parse(await (await asAdmin(address, "/auth/second-factor", {}, token)).text());
    const codeIn = (steps: number): string => codeAt(bytesOf(secret), stepAt(Date.now()) + steps);
    await asAdmin(address, "/auth/second-factor/confirm", { code: codeIn(-1) }, token);
    const page = await watched(context, address, complaints, (text) => REFUSALS.test(text));
    await page.goto(`${address}/app`);
    await typeLogin(page, "mechanic");
    await page.getByRole("button", { name: "Log in" }).click();
    const code = page.getByLabel("Code");
    await code.waitFor();
    demand(complaints, (await page.evaluate("document.activeElement.name")) === "code", "the field of the code has no focus");
    await axeOn(page, "second factor", complaints);
    await code.fill(codeIn(0));
    await page.getByRole("button", { name: "Log in" }).click();
    await isFilled(page);
  });
