import { beforeEach, describe, expect, it } from "vitest";
import type { MailSender } from "../../src/core/mail-ports.ts";
import { clock, START } from "../support/client.ts";
import { anEstimateToSend, beginDay, MINUTE, mailingShop, setCustomer } from "../support/customer-mail.ts";
import { anInvoiceOver, pay } from "../support/paid.ts";
import { aCustomer, rows } from "../support/people.ts";
import { anInvoice } from "../support/posted.ts";
import { aShop } from "../support/shop.ts";

const { client, provider, run, read } = mailingShop();

beforeEach(async () => {
  await beginDay(START);
  provider.status = 200;
  provider.received.length = 0;
});

describe("a mail of the shop that leaves", () => {
  it("is tried again after 503 with the same key, and then sent", async () => {
    const { send } = await anEstimateToSend(client);
    const { body } = await send();
    provider.status = 503;
    await run();
    expect(await read(body.id)).toMatchObject({ state: "queued", attempts: 1, failure: "provider_error" });
    provider.status = 200;
    clock.now += MINUTE;
    await run();
    expect(await read(body.id)).toMatchObject({ state: "sent", attempts: 2, failure: null });
    const keys = provider.received.map(({ headers }) => headers.get("Idempotency-Key"));
    expect(keys).toEqual([`mail-${body.id}-${START}`, `mail-${body.id}-${START}`]);
  });

  it.each([400, 413, 422])("fails at once when the provider answers %i, which it would do each time", async (status) => {
    const { send } = await anEstimateToSend(client);
    const { body } = await send();
    provider.status = status;
    await run();
    expect(await read(body.id)).toMatchObject({ state: "failed", attempts: 1, next_attempt_at: null, failure: "rejected" });
    clock.now += 10 * MINUTE;
    await run();
    expect(provider.received).toHaveLength(1);
  });

  it("is sent again with the same key when the run ends between sending and noting it", async () => {
    const { send } = await anEstimateToSend(client);
    const { body } = await send();
    let calls = 0;
    const { deps } = mailingShop();
    const primary = () => {
      calls += 1;
      if (calls > 1) throw new Error("the isolate was stopped");
      return deps.primary();
    };
    await expect(run(undefined, { primary })).rejects.toThrow("stopped");
    expect(await read(body.id)).toMatchObject({ state: "queued", attempts: 1 });
    clock.now += 5 * MINUTE;
    await run();
    expect(await read(body.id)).toMatchObject({ state: "sent", attempts: 2 });
    expect(new Set(provider.received.map(({ headers }) => headers.get("Idempotency-Key"))).size).toBe(1);
    expect(provider.received).toHaveLength(2);
  });

  it("does not leave when a newer estimate has taken its place since", async () => {
    const { id, token, send } = await anEstimateToSend(client);
    const { body } = await send();
    const { body: estimate } = await client.get(`/estimates/${id}`, { token });
    await client.post(`/service-tickets/${estimate.service_ticket_id}/estimates`, {}, { token });
    await run();
    expect(await read(body.id)).toMatchObject({ state: "suppressed", failure: "outdated" });
    expect(provider.received).toEqual([]);
  });

  it("waits for its turn behind two others with documents, each noted by itself, and holds up no mail without", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const invoice = await anInvoice(client, shop);
    for (let n = 0; n < 5; n++) await client.post(`/invoices/${invoice.id}/send`, { to: `a${n}@mail.shop` }, { token });
    await run();
    expect(provider.received).toHaveLength(4);
    let calls = 0;
    const { deps } = mailingShop();
    const primary = () => {
      calls += 1;
      return deps.primary();
    };
    await run(undefined, { primary });
    expect([provider.received.length, calls]).toEqual([5, 2]);
  });

  it("counts a receipt and its invoice as two, so that a run prints six documents at most, and leaves in the order it came", async () => {
    const { shop, id } = await anInvoiceOver(client, 20_000);
    const { token } = shop.mechanic;
    const bill = (n: number) => client.post(`/invoices/${id}/send`, { to: `a${n}@mail.shop` }, { token });
    const files = () => provider.received.splice(0).map(({ body }) => body.attachments?.map(({ filename }) => filename.split("-")[0]));
    const [one, two] = [["invoice"], ["receipt", "invoice"]];
    await setCustomer(client, shop.customer.id, { mail_receipts: true });
    for (let n = 0; n < 3; n++) await pay(client, shop, id, 10 + n);
    for (let n = 0; n < 2; n++) await bill(n);
    await run();
    expect(files()).toEqual([two, two]);
    await run();
    expect(files()).toEqual([two, one, one]);
    for (let n = 2; n < 5; n++) {
      await bill(n);
      await pay(client, shop, id, 10 + n);
    }
    await run();
    expect(files()).toEqual([one, two, one, two]);
    await run();
    expect(files()).toEqual([one, two]);
  });

  it("fails at once, and asks no provider, when the document cannot be printed small enough", async () => {
    const { send } = await anEstimateToSend(client);
    const { body } = await send();
    const tooLarge: MailSender = { send: async () => ({ kind: "refused", failure: "too_large" }) };
    await run(tooLarge);
    expect(await read(body.id)).toMatchObject({ state: "failed", attempts: 1, failure: "too_large" });
  });

  it("is tried again when a font cannot be read", async () => {
    const { send } = await anEstimateToSend(client);
    const { body } = await send();
    await run(undefined, { fonts: { read: () => Promise.reject(new Error("away")) } });
    expect(await read(body.id)).toMatchObject({ state: "queued", failure: "internal_error" });
    expect(provider.received).toEqual([]);
  });
});

describe("GET /mails", () => {
  it("lists the mail of the shop by ticket, customer, document, kind and state, the newest first, and none of accounts", async () => {
    const shop = await aShop();
    const { token } = shop.mechanic;
    const invoice = await anInvoice(client, shop);
    const one = (await client.post(`/invoices/${invoice.id}/send`, {}, { token })).body.id;
    await run();
    const two = (await client.post(`/invoices/${invoice.id}/send`, { to: "b@mail.shop" }, { token })).body.id;
    const other = await aCustomer();
    await rows(
      `insert into mails (kind, recipient, user_id, customer_id, created_at, next_attempt_at)
        select 'password_reset', email, id, customer_id, '2026-11-20T09:30:00.000Z', '2026-11-20T09:30:00.000Z' from users where id = ?`,
      shop.customer.userId,
    );
    const ids = async (query: string) => (await client.get(`/mails?${query}`, { token })).body.mails.map(({ id }: { id: number }) => id);
    expect(await ids("")).toEqual([two, one]);
    for (const query of [
      `service_ticket_id=${invoice.service_ticket_id}`,
      `customer_id=${shop.customer.id}`,
      `invoice_id=${invoice.id}`,
      "kind=invoice",
    ])
      expect(await ids(query), query).toEqual([two, one]);
    expect(await ids("state=sent")).toEqual([one]);
    expect(await ids("state=queued")).toEqual([two]);
    expect(await ids(`customer_id=${shop.customer.id}&service_ticket_id=${invoice.service_ticket_id}&state=sent`)).toEqual([one]);
    for (const query of [
      "kind=receipt",
      `customer_id=${other.id}`,
      `customer_id=${other.id}&service_ticket_id=${invoice.service_ticket_id}`,
      "estimate_id=1&state=bounced",
    ])
      expect(await ids(query), query).toEqual([]);
    const [reset] = await rows<{ id: number }>("select id from mails where kind = 'password_reset'");
    expect((await client.get(`/mails/${reset?.id}`, { token })).status).toBe(404);
    expect((await client.get("/mails?kind=password_reset", { token })).status).toBe(422);
    expect((await client.get("/mails", { token: shop.customer.token })).status).toBe(403);
  });
});
