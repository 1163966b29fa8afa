import { beforeEach, describe, expect, it } from "vitest";
import { endpoints } from "../../src/app.ts";
import { NOTICE_KINDS } from "../../src/db/schema/mails.ts";
import { sendMail } from "../../src/features/mail/mail.job.ts";
import { escapeHtml, renderNotice } from "../../src/features/mail/mail.render.ts";
import { TEMPLATES } from "../../src/features/mail/mail.templates.ts";
import { createClient, testDeps } from "../support/client.ts";
import { aNotice, aTokenMail } from "../support/outbox.ts";
import { anInvoiceOver, pay } from "../support/paid.ts";
import { anAdmin, rows } from "../support/people.ts";
import { anInvoice } from "../support/posted.ts";
import { rawClient } from "../support/raw.ts";
import { aShop } from "../support/shop.ts";

const deps = testDeps({ ENVIRONMENT: "development" });
const client = createClient(deps);
const JSON_ONLY = { headers: { Accept: "application/json" } };

const SHOP = { shopName: "Łukasz & Sons' Garage", links: "" };
const TOKEN = { text: "a-token_of-43-characters-as-all-tokens-have", expires_at: "2026-11-21T10:00:00.000Z" };
const PARAMS = { new_email: "b***@example.com", network: "203.0.113.7", at: "2026-11-20T09:30:00.000Z", user_id: 12, role: "mechanic" };

/** What a person reads in an HTML mail. */
const readable = (html: string): string =>
  (html.split("<body>")[1] ?? "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">", quot: '"' })[String(name)] ?? "'")
    .replaceAll(/\s+/g, " ")
    .trim();

describe("the template of", () => {
  it.each(NOTICE_KINDS)("%s says the same in plain text and in HTML, on one line what it is about", (kind) => {
    for (const links of ["", "https://shop.example/{kind}#{token}"]) {
      const { subject, text, html } = renderNotice({ kind, params: PARAMS, token: TOKEN }, { ...SHOP, links });
      expect(subject).toContain(SHOP.shopName);
      expect(subject).toMatch(/^[^\p{C}]{1,120}$/u);
      expect(readable(html)).toBe(text.replaceAll(/\s+/g, " ").trim());
      expect(html).not.toMatch(/<(img|script|style|link|iframe)|style=|src=|\son\w+=/);
      expect(text).not.toMatch(/undefined|null|\[object|\{kind|\{token/);
      expect(text.length + html.length).toBeLessThan(8_000);
    }
  });

  it.each(NOTICE_KINDS.filter((kind) => TEMPLATES[kind].use))("%s has the token, until when it works, and how to use it", (kind) => {
    const by = (links: string) => renderNotice({ kind, params: PARAMS, token: TOKEN }, { ...SHOP, links }).text;
    expect(by("")).toContain("until 2026-11-21 10:00 UTC");
    const [, path, body = ""] = /POST (\/\S+)\n[\s\S]*?(\{[\s\S]*?\})\n/.exec(by("")) ?? [];
    expect([path, JSON.parse(body)]).toEqual([TEMPLATES[kind].use?.path, { ...TEMPLATES[kind].use?.needs, token: TOKEN.text }]);
    const spec = endpoints.find((endpoint) => endpoint.spec.path === path)?.spec;
    expect([spec?.method, spec?.body?.safeParse(JSON.parse(body)).success]).toEqual(["post", true]);
    expect(by("https://shop.example/{kind}#{token}")).toContain(`\nhttps://shop.example/${kind}#${TOKEN.text}\n`);
    expect(by("https://shop.example/{kind}#{token}")).not.toContain("POST ");
    expect(() => renderNotice({ kind, params: {}, token: null }, SHOP)).toThrow("without its token");
  });

  it.each(NOTICE_KINDS.filter((kind) => !TEMPLATES[kind].use))("%s is a notice, which says what to do if it was not you", (kind) => {
    const { text } = renderNotice({ kind, params: PARAMS, token: TOKEN }, SHOP);
    expect(text).toMatch(/\nIf (it was not you|you do not know of it), /);
    expect(text).not.toContain(TOKEN.text);
  });

  it.each(NOTICE_KINDS)("%s can be said without anything to name", (kind) => {
    expect(renderNotice({ kind, params: {}, token: TOKEN }, SHOP).text).not.toMatch(/undefined|null|\S {2}| [,.]/);
  });

  it("escapes what it names", () => {
    const evil = `<img src=x onerror="alert(1)">&'`;
    const { text, html } = renderNotice(
      { kind: "email_changed", params: { new_email: evil }, token: TOKEN },
      { shopName: "<b>", links: "" },
    );
    expect(text).toContain(evil);
    expect(html).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;&#39;");
    expect(html).not.toMatch(/<img|<b>/);
    expect(escapeHtml(`"'`)).toBe("&quot;&#39;");
  });
});

describe("GET /dev/mailbox", () => {
  beforeEach(async () => {
    await rows("delete from mails");
  });

  it("lists what waits and what was sent as JSON, the newest first, with the tokens", async () => {
    const { userId, email } = await anAdmin();
    const reset = await aTokenMail(deps, userId);
    await sendMail(deps);
    const notice = await aNotice(deps, userId, "new_login", { network: "203.0.113.7", at: "2026-11-20T09:30:00.000Z" });
    const { status, body, headers } = await client.get("/dev/mailbox", JSON_ONLY);
    expect([status, headers.get("Cache-Control"), headers.get("Vary")]).toEqual([200, "no-store", "Accept"]);
    expect(body.mails).toMatchObject([
      { id: notice, kind: "new_login", recipient: email, state: "queued", token: null },
      { id: reset.id, kind: "password_reset", recipient: email, state: "sent", token: reset.text, attempts: 1 },
    ]);
    expect(body.mails[0].text).toContain("on 2026-11-20 09:30 UTC, from a network that it was not logged in from before: 203.0.113.7.");
    expect(body.mails[1].text).toContain(reset.text);
    const { body: one } = await client.get("/dev/mailbox?limit=1", JSON_ONLY);
    expect(one.mails.map(({ id }: { id: number }) => id)).toEqual([notice]);
  });

  it("is a page in which nothing runs, also of the HTML in a mail", async () => {
    const { userId } = await anAdmin();
    await aNotice(deps, userId, "admin_added", { user_id: "</pre><script>alert(1)</script>" });
    const { body, headers } = await client.get("/dev/mailbox");
    expect(headers.get("Content-Type")).toBe("text/html; charset=UTF-8");
    expect(headers.get("Content-Security-Policy")).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/]{43}='; frame-ancestors 'none'; /);
    expect(headers.get("Cache-Control")).toBe("no-store");
    expect(body).toContain("A new admin at Mechanic Shop");
    expect(body).toContain('<iframe sandbox title="As HTML" srcdoc="&lt;!doctype html&gt;');
    expect(body).not.toContain("<script");
  });

  it("shows mail whose token is gone", async () => {
    const { userId } = await anAdmin();
    const { hash } = await aTokenMail(deps, userId);
    await rows("delete from email_tokens where hash = ?", hash);
    const { body } = await client.get("/dev/mailbox", JSON_ONLY);
    expect([body.mails[0].token, body.mails[0].text]).toEqual([null, expect.stringContaining("(the token is gone)")]);
  });

  it("shows the document that goes with a mail to a customer, and escapes the customer's name", async () => {
    const shop = await aShop();
    await rows("update customers set name = ? where id = ?", '<img src=x onerror="alert(1)">', shop.customer.id);
    const invoice = await anInvoice(client, shop);
    const { body: sent } = await client.post(`/invoices/${invoice.id}/send`, {}, { token: shop.mechanic.token });
    const { body } = await client.get("/dev/mailbox", JSON_ONLY);
    const [mail] = body.mails;
    const path = `/dev/mailbox/${sent.id}/1.pdf`;
    expect(mail).toMatchObject({ id: sent.id, kind: "invoice", token: null, documents: [{ title: "document", path }] });
    expect(mail.text).toContain('Hello <img src=x onerror="alert(1)">,');
    expect(mail.html).toContain("Hello &lt;img src=x onerror=&quot;alert(1)&quot;&gt;,");
    expect((await client.get("/dev/mailbox")).body).toContain(`<a href="${path}">The document as a PDF</a>`);
    const ask = rawClient(deps);
    const pdf = await ask(path);
    expect([pdf.status, pdf.headers.get("Content-Type"), (await pdf.text()).slice(0, 5)]).toEqual([200, "application/pdf", "%PDF-"]);
    for (const other of ["/dev/mailbox/999999/1.pdf", `/dev/mailbox/${sent.id}/2.pdf`, `/dev/mailbox/${sent.id}/0.pdf`])
      expect((await ask(other)).status, other).toBe(404);
    expect((await ask(path, { headers: { "CF-Ray": "8f0c1d2e3f4a5b6c-WAW" } })).status).toBe(404);
    expect((await rawClient(testDeps({ ENVIRONMENT: "production" }))(path)).status).toBe(404);
  });

  it("shows both documents of a receipt, the receipt first", async () => {
    const { shop, id, number } = await anInvoiceOver(client, 20_000);
    await rows("update customers set mail_receipts = 1 where id = ?", shop.customer.id);
    const { body: payment } = await pay(client, shop, id, 50);
    const [mail] = (await client.get("/dev/mailbox", JSON_ONLY)).body.mails;
    const paths = [1, 2].map((place) => `/dev/mailbox/${mail.id}/${place}.pdf`);
    expect(mail).toMatchObject({ kind: "receipt", documents: ["receipt", "invoice"].map((title, n) => ({ title, path: paths[n] })) });
    const { body: page } = await client.get("/dev/mailbox");
    for (const [n, name] of [`receipt-${number}-${payment.id}`, `invoice-${number}`].entries()) {
      expect(page).toContain(`<a href="${paths[n]}">The ${name.split("-")[0]} as a PDF</a>`);
      const { headers } = await rawClient(deps)(paths[n] ?? "");
      expect(headers.get("Content-Disposition")).toBe(`inline; filename="${name}.pdf"`);
    }
  });

  it("takes a limit from 1 to 50", async () => {
    for (const limit of ["0", "51", "-1", "x", "1.5", ""]) {
      const { status, body } = await client.get(`/dev/mailbox?limit=${limit}`);
      expect([status, body.code], limit).toEqual([422, "invalid"]);
    }
    expect((await client.get("/dev/mailbox?limit=50")).status).toBe(200);
    expect((await client.post("/dev/mailbox")).status).toBe(405);
  });

  it("is no route in production, nor for what came through Cloudflare's network", async () => {
    const production = createClient(testDeps({ ENVIRONMENT: "production" }));
    for (const path of ["/dev/mailbox", "/dev/mailbox/", "/v1/dev/mailbox", "/dev/mailbox?limit=1"]) {
      const { status, body } = await production.get(path, JSON_ONLY);
      expect([status, body.code], path).toEqual([404, "unknown_route"]);
    }
    const { status, body } = await client.get("/dev/mailbox", { headers: { "CF-Ray": "8f0c1d2e3f4a5b6c-WAW" } });
    expect([status, body.code]).toEqual([404, "unknown_route"]);
    expect((await createClient(testDeps({ ENVIRONMENT: "production" })).post("/dev/mailbox")).status).toBe(404);
  });
});
