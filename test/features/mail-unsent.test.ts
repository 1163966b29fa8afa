import { beforeEach, describe, expect, it } from "vitest";
import type { MailSender } from "../../src/core/mail-ports.ts";
import { exceptReserved } from "../../src/edge/mail/mailbox.ts";
import { sendMail } from "../../src/features/mail/mail.job.ts";
import type { Deps } from "../../src/http/app-env.ts";
import { clock, START, testDeps, type Variables } from "../support/client.ts";
import { aNotice, aProvider, aTokenMail, mailOf } from "../support/outbox.ts";
import { anAdmin, rows } from "../support/people.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const deps = testDeps();
const iso = (ms: number): string => new Date(ms).toISOString();

/** The app with this sender. */
const sending = (sender: MailSender | null): Deps => ({ ...deps, mail: { ...deps.mail, sender } });

beforeEach(() => {
  clock.now = START;
});

describe("a mail that is not sent", () => {
  const suppressed = async (id: number, on = deps) => {
    const { provider, sender } = aProvider();
    await sendMail({ ...on, mail: { ...on.mail, sender } });
    expect(provider.received).toEqual([]);
    const { state, failure, next_attempt_at } = await mailOf(id);
    expect([state, next_attempt_at]).toEqual(["suppressed", null]);
    return failure;
  };

  it("is one whose token was used, has expired or is gone", async () => {
    const { userId } = await anAdmin();
    const used = await aTokenMail(deps, userId);
    await rows("update email_tokens set used_at = ? where hash = ?", iso(clock.now), used.hash);
    expect(await suppressed(used.id)).toBe("token_over");
    const expired = await aTokenMail(deps, userId, "verification", MINUTE);
    clock.now += MINUTE;
    expect(await suppressed(expired.id)).toBe("token_over");
    const gone = await aTokenMail(deps, userId);
    await rows("delete from email_tokens where hash = ?", gone.hash);
    expect(await suppressed(gone.id)).toBe("token_over");
  });

  it("is one whose token was made with a secret that is not known any more", async () => {
    const { userId } = await anAdmin();
    const { id } = await aTokenMail(deps, userId);
    expect(await suppressed(id, testDeps({ JWT_SECRET: "another secret for tests, long enough to sign with" }))).toBe("token_unreadable");
    const { provider, sender } = aProvider();
    const rotated = testDeps({
      JWT_SECRET: "another secret for tests, long enough to sign with",
      JWT_SECRET_PREVIOUS: "a secret for tests, long enough to sign with",
    });
    const { text } = await aTokenMail(deps, userId);
    await sendMail({ ...rotated, mail: { ...rotated.mail, sender } });
    expect(provider.received[0]?.body.text).toContain(text);
  });

  it.each([
    ["nobody", "{}", "recipient_invalid"],
    ["ada@example.com\r\nBcc: eve@example.com", "{}", "recipient_invalid"],
    ["ada@example.com, eve@example.com", "{}", "recipient_invalid"],
    [`${"a".repeat(250)}@example.com`, "{}", "recipient_invalid"],
    ["ada@example.com", "{", "params_unreadable"],
    ["ada@example.com", '{"new_email":"x\\r\\nBcc: eve@example.com"}', "params_unreadable"],
    ["ada@example.com", '{"new_email":"\u202emoc"}', "params_unreadable"],
    ["ada@example.com", '{"new_email":{}}', "params_unreadable"],
    [
      "ada@example.com",
      JSON.stringify(Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`p${n}`, "ü".repeat(120)]))),
      "params_unreadable",
    ],
  ])("is one to %j with %j", async (recipient, params, failure) => {
    await rows(
      "insert into mails (kind, recipient, params, created_at, next_attempt_at) values ('admin_added', ?, ?, ?3, ?3)",
      recipient,
      params,
      iso(clock.now),
    );
    const [mail] = await rows<{ id: number }>("select max(id) as id from mails");
    expect(await suppressed(mail?.id ?? 0)).toBe(failure);
  });

  it("is one to an address that no mail can reach, where there is a provider that would count it", async () => {
    const { userId } = await anAdmin();
    const id = await aNotice(deps, userId);
    const { provider, sender } = aProvider();
    await sendMail(sending(exceptReserved(sender)));
    expect([provider.received, await mailOf(id)]).toMatchObject([[], { state: "suppressed", failure: "recipient_reserved" }]);
  });
});

describe("mail without a sender", () => {
  it("is what production has by default, and development has a mailbox that takes all that could be sent", async () => {
    expect(testDeps({ ENVIRONMENT: "production" }).mail.sender).toBeNull();
    const { sender } = testDeps({ ENVIRONMENT: "development" }).mail;
    const mail = { key: "mail-1-1", to: "ada@example.com", subject: "a", text: "a", html: "a" };
    expect(await sender?.send(mail)).toEqual({ kind: "sent" });
    expect(await sender?.send({ ...mail, subject: "a\nBcc: eve@example.com" })).toEqual({ kind: "refused", failure: "malformed" });
  });

  it("waits, and is given up after a day", async () => {
    const { userId } = await anAdmin();
    const id = await aNotice(deps, userId);
    clock.now += DAY;
    await sendMail(sending(null));
    expect(await mailOf(id)).toMatchObject({ state: "queued", attempts: 0 });
    clock.now += 1;
    await sendMail(sending(null));
    expect(await mailOf(id)).toMatchObject({ state: "failed", attempts: 0, next_attempt_at: null, failure: "no_sender" });
  });
});

describe("the variables of mail", () => {
  const OWN = { MAIL_FROM: "Joe's Garage <mail@garage.shop>" };
  const binding: SendEmail = { send: async () => ({ messageId: "1" }) };

  it("choose a sender, the shop's name and the links", () => {
    const api = testDeps({ ...OWN, MAIL_SENDER: "api", MAIL_API_KEY: "a key", MAIL_LINKS: "https://garage.shop/{kind}#{token}" });
    expect(api.mail).toEqual({
      sender: expect.anything(),
      events: null,
      shopName: "Joe's Garage",
      links: "https://garage.shop/{kind}#{token}",
    });
    expect(testDeps({ ...OWN, MAIL_WEBHOOK_SECRET: `whsec_${Buffer.alloc(24).toString("base64")}` }).mail.events).not.toBeNull();
    expect(testDeps({ ...OWN, MAIL_SENDER: "binding", MAIL: binding }).mail.sender).not.toBeNull();
    expect(testDeps({ ...OWN, MAIL_SENDER: "api", MAIL_API_KEY: "k", MAIL_API_URL: "http://localhost:9000/" }).mail.sender).not.toBeNull();
  });

  it.each<[string, Variables]>([
    ["MAIL_SENDER", { MAIL_SENDER: "smtp" }],
    ["MAIL_SENDER", { MAIL_SENDER: "" }],
    ["MAIL_SENDER", { MAIL_SENDER: "toString" }],
    ["MAIL_API_KEY", { ...OWN, MAIL_SENDER: "api" }],
    ["MAIL_API_KEY", { ...OWN, MAIL_SENDER: "api", MAIL_API_KEY: "" }],
    ["MAIL_API_URL", { ...OWN, MAIL_SENDER: "api", MAIL_API_KEY: "k", MAIL_API_URL: "" }],
    ["MAIL_API_URL", { ...OWN, MAIL_SENDER: "api", MAIL_API_KEY: "k", MAIL_API_URL: "http://provider.shop/" }],
    ["MAIL_API_URL", { ...OWN, MAIL_SENDER: "api", MAIL_API_KEY: "k", MAIL_API_URL: "https://me:secret@provider.shop/" }],
    ["binding MAIL", { ...OWN, MAIL_SENDER: "binding" }],
    ["MAIL_FROM", { MAIL_FROM: "" }],
    ["MAIL_FROM", { MAIL_FROM: "Shop\r\nBcc: eve@garage.shop <mail@garage.shop>" }],
    ["MAIL_FROM", { MAIL_SENDER: "api", MAIL_API_KEY: "k" }],
    ["MAIL_FROM", { MAIL_SENDER: "binding", MAIL: binding }],
    ["MAIL_LINKS", { MAIL_LINKS: "https://garage.shop/?token={token}" }],
  ])("stop the start and are named: %s of %j", (name, variables) => {
    expect(() => testDeps(variables)).toThrow(name);
    expect(() => testDeps(variables)).not.toThrow("me:secret");
  });
});
