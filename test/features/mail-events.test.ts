import { beforeEach, describe, expect, it } from "vitest";
import { clock, START } from "../support/client.ts";
import { beginDay, MINUTE, mailingShop, signatureOf, stored, tell } from "../support/customer-mail.ts";
import { pay } from "../support/paid.ts";
import { anAdmin, rows } from "../support/people.ts";
import { anInvoice } from "../support/posted.ts";
import { rawClient } from "../support/raw.ts";
import { aShop } from "../support/shop.ts";

const { deps, client, provider, run, read } = mailingShop();
const raw = rawClient(deps);
const iso = (ms: number): string => new Date(ms).toISOString();

beforeEach(async () => {
  await beginDay(START);
  provider.status = 200;
  provider.received.length = 0;
});

/** An invoice that was mailed and sent, with the key of the mail. */
const aSentMail = async () => {
  const shop = await aShop();
  const invoice = await anInvoice(client, shop);
  const send = (body: object = {}) => client.post(`/invoices/${invoice.id}/send`, body, { token: shop.mechanic.token });
  const { id } = (await send()).body;
  await run();
  return { id: id as number, key: `mail-${id}-${START}`, send, shop, invoice };
};

describe("POST /mail-events", () => {
  it("notes that a mail came back, and nothing is sent to the address until staff confirm it", async () => {
    const { id, key, send, shop, invoice } = await aSentMail();
    expect(await tell(raw, "email.bounced", key, { bounce: { type: "Permanent" } })).toBe(204);
    expect(await read(id)).toMatchObject({ state: "bounced", bounced_at: iso(START) });
    expect(await send()).toMatchObject({ status: 409, body: { code: "mail_suppressed", reason: "bounced" } });
    await rows("update shop set mail_receipts = 1");
    await pay(client, shop, invoice.id, 1);
    expect((await stored()).map(({ kind }) => kind)).toEqual(["invoice"]);
    expect((await send({ confirm_address: true })).status).toBe(201);
    // The same event again is about the mail from before.
    expect(await tell(raw, "email.bounced", key)).toBe(204);
    await run();
    expect((await stored()).map(({ state }) => state)).toEqual(["bounced", "sent"]);
  });

  it("keeps what waits from leaving for an address that came back since", async () => {
    const { key, send } = await aSentMail();
    clock.now += 10 * MINUTE;
    expect((await send()).status).toBe(201);
    await tell(raw, "email.bounced", key);
    await run();
    expect((await stored()).map(({ state, failure }) => [state, failure])).toEqual([
      ["bounced", null],
      ["suppressed", "recipient_suppressed"],
    ]);
  });

  it("closes the address after a complaint, and not for a mailbox that was full", async () => {
    const complained = await aSentMail();
    await tell(raw, "email.complained", complained.key);
    expect(await read(complained.id)).toMatchObject({ state: "sent" });
    clock.now += 10 * MINUTE;
    expect(await complained.send()).toMatchObject({ status: 409, body: { code: "mail_suppressed", reason: "complained" } });
    clock.now = START;
    const full = await aSentMail();
    await tell(raw, "email.bounced", full.key, { bounce: { type: "Transient" } });
    expect(await read(full.id)).toMatchObject({ state: "bounced" });
    expect((await full.send()).status).toBe(201);
  });

  it("believes only what is signed with the secret, as it came, within five minutes", async () => {
    const { id, key } = await aSentMail();
    const body = JSON.stringify({ type: "email.bounced", data: { tags: [{ name: "mail", value: key }] } });
    const ask = async (headers: Record<string, string>, sent = body) =>
      (await raw("/mail-events", { method: "POST", body: sent, headers })).status;
    const good = signatureOf(body);
    for (const [why, headers, sent] of [
      ["none", {}, body],
      ["another key", signatureOf(body, { key: Buffer.alloc(24, "x") }), body],
      ["another body", good, `${body} `],
      ["another id", { ...good, "svix-id": "msg_2" }, body],
      ["too old", signatureOf(body, { at: clock.now - 300_001 - 1_000 }), body],
      ["too early", signatureOf(body, { at: clock.now + 301_000 }), body],
      ["another scheme", { ...good, "svix-signature": `v2,${good["svix-signature"]?.slice(3)}` }, body],
      ["an empty one", { ...good, "svix-signature": "v1," }, body],
      ["a time that is none", { ...good, "svix-timestamp": "soon" }, body],
    ] as const)
      expect(await ask({ ...headers }, sent), why).toBe(401);
    expect(await read(id)).toMatchObject({ state: "sent" });
    expect(await ask({ ...good, "svix-signature": `v1,${Buffer.alloc(32).toString("base64")} ${good["svix-signature"]}` })).toBe(204);
    expect(await read(id)).toMatchObject({ state: "bounced" });
    const standard = await aSentMail();
    const other = JSON.stringify({ type: "email.bounced", data: { tags: { mail: standard.key } } });
    expect(await ask(signatureOf(other, { prefix: "webhook" }), other)).toBe(204);
    expect(await read(standard.id)).toMatchObject({ state: "bounced" });
  });

  it("takes what says nothing of our mail, and does nothing", async () => {
    const { id, key } = await aSentMail();
    for (const body of [
      "",
      "{",
      "[]",
      JSON.stringify({ type: "email.delivered", data: { tags: { mail: key } } }),
      JSON.stringify({ type: "toString", data: { tags: { mail: key } } }),
      JSON.stringify({ type: "email.bounced", data: { tags: { mail: `mail-${id}-${START + 1}` } } }),
      JSON.stringify({ type: "email.bounced", data: { tags: { mail: `mail-${id + 1_000}-${START}` } } }),
      JSON.stringify({ type: "email.bounced", data: { tags: {} } }),
      JSON.stringify({ type: "email.bounced", data: { email_id: "1" } }),
    ])
      expect((await raw("/mail-events", { method: "POST", body, headers: signatureOf(body) })).status, body).toBe(204);
    expect(await read(id)).toMatchObject({ state: "sent" });
    expect(await rows("select * from mail_suppressions")).toEqual([]);
  });

  it("is no route without a secret, takes POST only, and no body that is too long", async () => {
    const without = rawClient();
    for (const method of ["GET", "POST"]) expect((await without("/mail-events", { method })).status, method).toBe(404);
    expect((await raw("/mail-events")).status).toBe(405);
    const long = "x".repeat(65_537);
    expect((await raw("/mail-events", { method: "POST", body: long, headers: signatureOf(long) })).status).toBe(413);
  });

  it("forgets the address of who is erased", async () => {
    const { key, shop } = await aSentMail();
    await tell(raw, "email.bounced", key);
    await rows("update service_tickets set status = 'closed' where customer_id = ?", shop.customer.id);
    const { token } = await anAdmin();
    expect((await client.post(`/customers/${shop.customer.id}/erase`, {}, { token })).status).toBe(200);
    expect(await rows("select * from mail_suppressions")).toEqual([]);
  });
});
