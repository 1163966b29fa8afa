import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { clock, START } from "../support/client.ts";
import { beginDay, mailingShop, stored } from "../support/customer-mail.ts";
import { auditOf, rows } from "../support/people.ts";
import { anEstimate } from "../support/repair-order.ts";
import { decideBy, later, linkRow, open, says } from "../support/share-links.ts";
import { aShop } from "../support/shop.ts";

const { client, provider, run, read } = mailingShop();

beforeEach(async () => {
  await beginDay(START);
  provider.status = 200;
  provider.received.length = 0;
});

/** An estimate that was sent but has not left yet. */
const aSentEstimate = async () => {
  const shop = await aShop();
  const { estimate_id, line_id } = await anEstimate(client, shop);
  const { body: mail } = await client.post(`/estimates/${estimate_id}/send`, {}, { token: shop.mechanic.token });
  return { shop, estimate_id, line_id, mail };
};

/** The token of the link in the mail that left last. */
const mailedToken = async (): Promise<string> => {
  await run();
  const text = String(provider.received.at(-1)?.body.text);
  const [, token] = /^https:\/\/shop\.test\/s#([\w-]{43})$/m.exec(text) ?? [];
  return token ?? `no link in ${text}`;
};

describe("the link in a mailed estimate", () => {
  it("opens the estimate, and its reader decides with their name, for a week", async () => {
    const { estimate_id, line_id, mail } = await aSentEstimate();
    const token = await mailedToken();
    expect(provider.received[0]?.body.html).toContain(`<a href="https://shop.test/s#${token}">`);
    expect(await open(client, token)).toMatchObject({ status: 200, body: { estimate: { id: estimate_id } } });
    const decided = await decideBy(client, token, says(estimate_id, [{ line_id, decision: "approved" }]));
    expect(decided.status).toBe(201);
    expect(await linkRow(mail.share_link_id)).toMatchObject({ may: "decide", sent_to: mail.recipient });
    later(168);
    expect((await open(client, token)).status).toBe(401);
  });

  it("is told by nobody but the mail: the database has neither its token nor what makes it without the secret", async () => {
    const { mail } = await aSentEstimate();
    const token = await mailedToken();
    const row = await linkRow(mail.share_link_id);
    expect(row?.hash).toBe(createHash("sha256").update(token).digest("hex"));
    expect(JSON.stringify([row, mail, await stored(), await rows("select * from audit_log")])).not.toContain(token);
    expect(createHash("sha256").update(String(row?.nonce)).digest("base64url")).not.toBe(token);
  });

  it("is the same when the mail is tried again", async () => {
    await aSentEstimate();
    provider.status = 503;
    const first = await mailedToken();
    provider.status = 200;
    clock.now += 60_000;
    expect(await mailedToken()).toBe(first);
  });

  it("is of that mail alone: another address gets another one", async () => {
    const { shop, estimate_id, mail } = await aSentEstimate();
    const first = await mailedToken();
    const other = await client.post(`/estimates/${estimate_id}/send`, { to: "other@mail.shop" }, { token: shop.mechanic.token });
    expect(await mailedToken()).not.toBe(first);
    expect(other.body.share_link_id).not.toBe(mail.share_link_id);
    expect(await linkRow(other.body.share_link_id)).toMatchObject({ sent_to: "other@mail.shop" });
  });

  it("is ended by staff like any other, and a mail that has not left yet then stays", async () => {
    const { shop, mail } = await aSentEstimate();
    const { token } = shop.mechanic;
    expect((await client.delete(`/service-tickets/${mail.service_ticket_id}/share-links/${mail.share_link_id}`, { token })).status).toBe(
      200,
    );
    await run();
    expect(provider.received).toEqual([]);
    expect(await read(mail.id)).toMatchObject({ state: "suppressed", failure: "token_over" });
  });

  it("stands in the audit log with who made it", async () => {
    const { shop, mail } = await aSentEstimate();
    const [entry] = await auditOf("share_link", mail.share_link_id);
    expect(entry).toMatchObject({ action: "share_link.created", user_id: shop.mechanic.userId });
  });

  it("does not open what asks for an account's token, and such a token is no link", async () => {
    await aSentEstimate();
    const token = await mailedToken();
    expect((await client.post("/auth/password-reset/confirm", { token, new_password: "correct horse battery" })).status).not.toBe(204);
    expect((await client.get("/estimates", { token })).status).toBe(401);
  });
});
