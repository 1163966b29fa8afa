import { createHmac } from "node:crypto";
import type { MailSender } from "../../src/core/mail-ports.ts";
import { checked } from "../../src/edge/mail/checked.ts";
import { sendMail } from "../../src/features/mail/mail.job.ts";
import type { Deps } from "../../src/http/app-env.ts";
import { type Client, clock, createClient, testDeps } from "./client.ts";
import { aProvider } from "./outbox.ts";
import { anAdmin, rows } from "./people.ts";
import type { RawClient } from "./raw.ts";
import { anEstimate } from "./repair-order.ts";
import { aShop } from "./shop.ts";

/** Mail to customers, sent by the job to a stand-in for a provider. */

export const MINUTE = 60_000;

/** The secret of a webhook, and what of it is the key. */
const KEY = Buffer.alloc(24, "k");
export const WEBHOOK_SECRET = `whsec_${KEY.toString("base64")}`;

/** A shop whose mail goes to a stand-in, which keeps what it took. */
export const mailingShop = () => {
  const deps = testDeps({ MAIL_WEBHOOK_SECRET: WEBHOOK_SECRET });
  const { provider, sender } = aProvider();
  const by = (other: MailSender = checked(sender), more: Partial<Deps> = {}): Deps => ({
    ...deps,
    ...more,
    mail: { ...deps.mail, sender: other },
  });
  const client = createClient(deps);
  return {
    deps,
    client,
    provider,
    /** A run of the job, by this sender. */
    run: (other?: MailSender, more?: Partial<Deps>) => sendMail(by(other, more)),
    /** What the API says of a mail. */
    read: async (id: number) => (await client.get(`/mails/${id}`, { token: (await anAdmin()).token })).body,
  };
};

/** An estimate, and how its mechanic sends it. */
export const anEstimateToSend = async (client: Client) => {
  const shop = await aShop();
  const { estimate_id: id } = await anEstimate(client, shop);
  const { token } = shop.mechanic;
  return { shop, id, token, send: (body: object = {}, headers = {}) => client.post(`/estimates/${id}/send`, body, { token, headers }) };
};

/** The same shop for each test, without mail of others. */
export const beginDay = async (now: number): Promise<void> => {
  clock.now = now;
  await rows("delete from mails");
  await rows("delete from mail_suppressions");
  await rows(
    "update shop set name = 'Corner Garage', mail_receipts = 0, reminder_hours = null, email = 'desk@garage.shop', phone = '+1 555 0100', time_zone = 'UTC'",
  );
};

/** What is kept of mails, the oldest first. */
export const stored = () =>
  rows<{ id: number; kind: string; recipient: string; state: string; failure: string | null }>(
    "select id, kind, recipient, state, failure from mails order by id",
  );

/** Changes the record of a customer as staff do. */
export const setCustomer = async (client: Client, id: number, fields: object) =>
  client.patch(`/customers/${id}`, fields, { token: (await anAdmin()).token });

/** The headers of a provider's request with this body. */
export const signatureOf = (body: string, { key = KEY, at = clock.now, id = "msg_1", prefix = "svix" } = {}): Record<string, string> => {
  const seconds = String(Math.floor(at / 1_000));
  const digest = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
  return { [`${prefix}-id`]: id, [`${prefix}-timestamp`]: seconds, [`${prefix}-signature`]: `v1,${digest}` };
};

/** Tells an event about the mail of this key, as a provider does. */
export const tell = async (raw: RawClient, type: string, key: string, data: object = {}): Promise<number> => {
  const body = JSON.stringify({ type, created_at: "2026-11-20T09:31:00.000Z", data: { email_id: "e1", tags: { mail: key }, ...data } });
  return (await raw("/mail-events", { method: "POST", body, headers: { "Content-Type": "application/json", ...signatureOf(body) } }))
    .status;
};
