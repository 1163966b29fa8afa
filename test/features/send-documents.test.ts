import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { sendBatch } from "../../src/db/client.ts";
import { queueMails } from "../../src/db/write/outbox.ts";
import { clock, createClient, START, testDeps } from "../support/client.ts";
import { anEstimateToSend, beginDay, MINUTE, mailingShop, setCustomer, stored } from "../support/customer-mail.ts";
import { anAdmin, auditOf, rows } from "../support/people.ts";
import { anInvoice, credit } from "../support/posted.ts";
import { bearer, rawClient } from "../support/raw.ts";
import { aShop } from "../support/shop.ts";

const { client, deps, provider, run, read } = mailingShop();
const raw = rawClient();

beforeEach(async () => {
  await beginDay(START);
  provider.status = 200;
  provider.received.length = 0;
});

describe("POST /estimates/{id}/send and /invoices/{id}/send", () => {
  it("write a mail that leaves with the next job, as text and HTML, with the document as a PDF", async () => {
    const { shop, id, token, send } = await anEstimateToSend(client);
    const sent = await send({ message: "Pads are at 1 mm.\nRotors <b>too</b>." });
    expect(sent).toMatchObject({
      status: 201,
      body: {
        kind: "estimate",
        estimate_id: id,
        recipient: shop.customer.email,
        customer_id: shop.customer.id,
        state: "queued",
        attempts: 0,
      },
    });
    expect(sent.headers.get("Location")).toBe(`/mails/${sent.body.id}`);
    await run();
    const [{ body: mail } = { body: null }] = provider.received;
    const { body: estimate } = await client.get(`/estimates/${id}`, { token });
    expect(mail).toMatchObject({
      to: [shop.customer.email],
      subject: `Estimate ${estimate.number} of Corner Garage`,
      reply_to: "desk@garage.shop",
      attachments: [{ filename: `estimate-${estimate.number}.pdf`, content_type: "application/pdf" }],
    });
    for (const said of [
      "Hello Cara Customer,",
      `comes to $${estimate.total.toFixed(2)}`,
      "Pads are at 1 mm.\nRotors",
      "answer this mail or call +1 555 0100",
    ])
      expect(mail?.text).toContain(said);
    expect(mail?.html).toContain("<p>Pads are at 1 mm.<br>\nRotors &lt;b&gt;too&lt;/b&gt;.</p>");
    const pdf = Buffer.from(await (await raw(`/estimates/${id}/pdf`, { headers: bearer(token) })).arrayBuffer()).toString("base64");
    expect(mail?.attachments?.[0]?.content === pdf).toBe(true);
    expect(await read(sent.body.id)).toMatchObject({ state: "sent", attempts: 1, sent_at: "2026-11-20T09:30:00.000Z", failure: null });
  });

  it("mail invoices with what is open, and credit notes with what they credit", async () => {
    const shop = await aShop();
    const invoice = await anInvoice(client, shop);
    const note = (await credit(client, invoice.id, [{ line_id: invoice.lines[0].id, net: 10 }])).body;
    const { token } = shop.mechanic;
    for (const { id } of [invoice, note]) expect((await client.post(`/invoices/${id}/send`, {}, { token })).status).toBe(201);
    await run();
    const [one, two] = provider.received.map(({ body }) => body);
    expect(one?.subject).toBe(`Invoice ${invoice.number} of Corner Garage`);
    expect(one?.text).toContain(`comes to $${invoice.total.toFixed(2)}`);
    expect(one?.text).toContain(`Please pay $${(invoice.total - note.total).toFixed(2)} by `);
    expect(two?.subject).toBe(`Credit note ${note.number} of Corner Garage`);
    expect(two?.text).toContain(`for invoice ${invoice.number} comes to $10.00`);
    expect(two?.text).not.toContain("Please pay");
    expect(provider.received.map(({ body }) => body.attachments?.[0]?.filename)).toEqual([
      `invoice-${invoice.number}.pdf`,
      `credit-note-${note.number}.pdf`,
    ]);
  });

  it("write who sent what to whom into the audit log, and nothing of it when they refuse", async () => {
    const { shop, id, send } = await anEstimateToSend(client);
    const { body } = await send();
    const [entry] = await auditOf("mail", body.id);
    expect(entry).toMatchObject({ action: "mail.created", user_id: shop.mechanic.userId, role: "mechanic" });
    expect(JSON.parse(entry?.after ?? "")).toMatchObject({ kind: "estimate", estimate_id: id, recipient: shop.customer.email });
    const before = await rows("select count(*) as n from audit_log");
    expect((await send()).status).toBe(409);
    expect(await rows("select count(*) as n from audit_log")).toEqual(before);
  });

  it("do not mail a document twice to an address within ten minutes, unless the mail has failed", async () => {
    const { shop, send } = await anEstimateToSend(client);
    const key = { "Idempotency-Key": crypto.randomUUID() };
    const first = await send({}, key);
    expect((await send({}, key)).body).toEqual(first.body);
    const refusal = { status: 409, body: { code: "mail_sent_already", mail_id: first.body.id } };
    expect(await send()).toMatchObject(refusal);
    expect(await send({ to: shop.customer.email.toUpperCase() })).toMatchObject(refusal);
    expect((await send({ to: "other@mail.shop" })).status).toBe(201);
    await run();
    clock.now = START + 10 * MINUTE - 1;
    expect(await send()).toMatchObject(refusal);
    clock.now += 1;
    expect((await send()).status).toBe(201);
    expect(await send()).toMatchObject({ status: 409 });
    provider.status = 422;
    await run();
    expect((await send()).status).toBe(201);
  });

  it("get ids that no mail had before, also when the newest mails were removed", async () => {
    const { shop, id, send, token } = await anEstimateToSend(client);
    const last = (await send()).body.id;
    await rows("delete from mails");
    await expect(
      rows("insert into mails (id, kind, recipient, state, created_at) values (?, 'new_login', 'a', 'failed', '')", last),
    ).rejects.toThrow("mails_ids_once");
    const text = sql`from json_each('["a@mail.shop", "b@mail.shop"]')`;
    await sendBatch(deps.primary(), [queueMails({ kind: "new_login", recipient: sql`value` }, new Date(START).toISOString(), text)], {
      repeatable: false,
    });
    expect((await stored()).map((mail) => mail.id)).toEqual([last + 1, last + 2]);
    const { body } = await client.post(`/estimates/${id}/send`, { to: shop.customer.email }, { token });
    expect(body.id).toBe(last + 3);
  });

  it("write one mail when two people send at the same moment", async () => {
    const { send } = await anEstimateToSend(client);
    const statuses = (await Promise.all([1, 2, 3].map(() => send()))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 409, 409]);
    expect(await stored()).toHaveLength(1);
  });

  it("refuse estimates that cannot be decided on", async () => {
    const { id, token, send } = await anEstimateToSend(client);
    const { body: estimate } = await client.get(`/estimates/${id}`, { token });
    const { body: newer } = await client.post(`/service-tickets/${estimate.service_ticket_id}/estimates`, {}, { token });
    expect(await send()).toMatchObject({ status: 409, body: { code: "estimate_superseded", estimate_id: newer.id } });
    clock.now = Date.parse(`${newer.valid_until}T23:59:59.999Z`) + 1;
    const late = (await aShopToken()).token;
    expect(await client.post(`/estimates/${newer.id}/send`, {}, { token: late })).toMatchObject({
      status: 409,
      body: { code: "estimate_expired", valid_until: newer.valid_until },
    });
    expect((await client.post("/estimates/999999/send", {}, { token: late })).status).toBe(404);
  });

  it("keep to what the customer wants, also when they say so after it was sent", async () => {
    const { shop, send } = await anEstimateToSend(client);
    const { id } = shop.customer;
    await setCustomer(client, id, { mail_documents: false });
    expect(await send()).toMatchObject({ status: 409, body: { code: "mail_not_wanted" } });
    expect(await send({ to: "other@mail.shop" })).toMatchObject({ status: 409, body: { code: "mail_not_wanted" } });
    await setCustomer(client, id, { mail_documents: true });
    const { body } = await send();
    await setCustomer(client, id, { mail_documents: false });
    await run();
    expect(await read(body.id)).toMatchObject({ state: "suppressed", failure: "not_wanted" });
    expect(provider.received).toEqual([]);
  });

  it("need an address: the customer's, unless an account has not proven it, or one that is named", async () => {
    const { shop, send } = await anEstimateToSend(client);
    await rows("update users set email_verified_at = null where id = ?", shop.customer.userId);
    expect(await send()).toMatchObject({ status: 409, body: { code: "mail_address_unproven" } });
    expect((await send({ to: shop.customer.email })).status).toBe(201);
    await rows("delete from users where id = ?", shop.customer.userId);
    await setCustomer(client, shop.customer.id, { email: null });
    expect(await send()).toMatchObject({ status: 409, body: { code: "mail_address_missing" } });
    expect((await send({ to: "named@mail.shop" })).body).toMatchObject({ recipient: "named@mail.shop" });
  });

  it("are limited by account, so that a stolen token writes to few", async () => {
    const { id, token } = await anEstimateToSend(client);
    const limited = createClient(testDeps({ RATE_LIMIT_MAIL: "1/hour" }));
    expect((await limited.post(`/estimates/${id}/send`, {}, { token })).status).toBe(201);
    expect(await limited.post(`/estimates/${id}/send`, { to: "b@mail.shop" }, { token })).toMatchObject({ status: 429 });
  });

  it("say nothing more to who was erased", async () => {
    const shop = await aShop();
    const invoice = await anInvoice(client, shop);
    const { token } = await anAdmin();
    await client.post(`/invoices/${invoice.id}/send`, {}, { token });
    await rows("update service_tickets set status = 'closed' where customer_id = ?", shop.customer.id);
    const erased = await client.post(`/customers/${shop.customer.id}/erase`, {}, { token });
    expect(erased.status).toBe(200);
    expect(await stored()).toEqual([]);
    expect(await client.post(`/invoices/${invoice.id}/send`, { to: "a@mail.shop" }, { token })).toMatchObject({
      status: 409,
      body: { code: "customer_erased" },
    });
  });

  it.each([
    ["to", "a@mail.shop\r\nBcc: eve@mail.shop"],
    ["to", "a@mail.shop, eve@mail.shop"],
    ["to", "Eve <a@mail.shop>"],
    ["message", "a\u0000b"],
    ["message", "a\u202eb"],
    ["message", "x".repeat(2_001)],
  ])("take no %s like %j", async (field, value) => {
    const { send } = await anEstimateToSend(client);
    expect(await send({ [field]: value })).toMatchObject({ status: 422, body: { errors: [{ pointer: `/body/${field}` }] } });
  });

  it("let nothing that was written into a header, whatever a name or a message says", async () => {
    const { shop, send } = await anEstimateToSend(client);
    expect((await send({ message: "first\r\nBcc: eve@mail.shop" })).status).toBe(201);
    await run();
    const [{ body: mail } = { body: null }] = provider.received;
    expect(mail?.subject).toMatch(/^Estimate E2026-\d{6} of Corner Garage$/);
    expect(mail?.to).toEqual([shop.customer.email]);
  });
});

/** A mechanic whose session is of now. */
const aShopToken = async () => (await aShop()).mechanic;
