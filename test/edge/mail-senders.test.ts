import { describe, expect, it } from "vitest";
import { isEmail, isLinkTemplate, isReserved, parseFrom } from "../../src/core/email.ts";
import type { Attachment, MailOutcome, OutgoingMail } from "../../src/core/mail-ports.ts";
import { createApiSender } from "../../src/edge/mail/api-sender.ts";
import { createBindingSender } from "../../src/edge/mail/binding-sender.ts";
import { exceptReserved } from "../../src/edge/mail/mailbox.ts";

const FROM = { name: "Łukasz's Garage", email: "mail@garage.shop" };
const MAIL = { key: "mail-12-1795000000000", to: "ada@mail.shop", subject: "Zażółć", text: "a\n", html: "<p>a</p>" };
const PDF: Attachment = {
  filename: "invoice-2026-000388.pdf",
  type: "application/pdf",
  content: new Uint8Array(new TextEncoder().encode("%PDF-1.7\n")),
};
const WITH_FILE: OutgoingMail = { ...MAIL, replyTo: "desk@garage.shop", attachments: [PDF] };
const AT = { url: "https://provider.shop/emails", key: "re_123" };

describe("mail over an HTTPS API", () => {
  it("is a POST in the format of Resend, with the key of the configuration and one for the mail", async () => {
    const received: Request[] = [];
    const sender = createApiSender(AT, FROM, async (request) => {
      received.push(request);
      return Response.json({ id: "49a3999c" });
    });
    expect(await sender.send(MAIL)).toEqual({ kind: "sent" });
    const [request] = received;
    expect([request?.method, request?.url, request?.redirect]).toEqual(["POST", AT.url, "manual"]);
    expect(Object.fromEntries(request?.headers ?? [])).toEqual({
      authorization: "Bearer re_123",
      "content-type": "application/json",
      "idempotency-key": MAIL.key,
    });
    expect(await request?.json()).toEqual({
      from: "Łukasz's Garage <mail@garage.shop>",
      to: [MAIL.to],
      subject: MAIL.subject,
      text: MAIL.text,
      html: MAIL.html,
      headers: { "Auto-Submitted": "auto-generated" },
      tags: [{ name: "mail", value: MAIL.key }],
    });
  });

  it("has files in base64, and whom answers go to", async () => {
    const received: Request[] = [];
    const sender = createApiSender(AT, FROM, async (request) => {
      received.push(request);
      return Response.json({ id: "49a3999c" });
    });
    const within = new Uint8Array([0, ...PDF.content, 0]).subarray(1, PDF.content.byteLength + 1);
    await sender.send({ ...WITH_FILE, attachments: [{ ...PDF, content: within }] });
    expect(await received[0]?.json()).toMatchObject({
      reply_to: "desk@garage.shop",
      attachments: [{ filename: PDF.filename, content_type: PDF.type, content: btoa("%PDF-1.7\n") }],
    });
  });

  it.each<[number, MailOutcome]>([
    [400, { kind: "refused", failure: "rejected" }],
    [413, { kind: "refused", failure: "rejected" }],
    [422, { kind: "refused", failure: "rejected" }],
    [401, { kind: "failed", failure: "not_authorized" }],
    [404, { kind: "failed", failure: "provider_error" }],
    [409, { kind: "failed", failure: "provider_error" }],
    [429, { kind: "failed", failure: "rate_limited" }],
    [503, { kind: "failed", failure: "provider_error" }],
  ])("is refused or fails by the status %i", async (status, outcome) => {
    expect(await createApiSender(AT, FROM, async () => new Response(null, { status })).send(MAIL)).toEqual(outcome);
  });

  it("fails with a code when no answer comes in time, or none at all, and does not read long answers", async () => {
    const never = createApiSender(
      AT,
      FROM,
      ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
      20,
    );
    expect(await never.send(MAIL)).toEqual({ kind: "failed", failure: "timeout" });
    const away = createApiSender(AT, FROM, () => Promise.reject(new TypeError("connect to 10.0.0.1 refused")));
    expect(await away.send(MAIL)).toEqual({ kind: "failed", failure: "unreachable" });
    let isCancelled = false;
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
      cancel: () => {
        isCancelled = true;
      },
    });
    const floods = createApiSender(AT, FROM, async () => new Response(endless, { status: 502 }));
    expect([await floods.send(MAIL), isCancelled]).toEqual([{ kind: "failed", failure: "provider_error" }, true]);
  });
});

describe("mail over Cloudflare's binding", () => {
  /** A binding that answers like this; its types have more than is used here. */
  const binding = (send: (mail: object) => Promise<{ messageId: string }>): SendEmail => ({ send });

  it("hands over both texts, and says that a machine wrote it", async () => {
    const sent: object[] = [];
    const sender = createBindingSender(
      binding(async (mail) => {
        sent.push(mail);
        return { messageId: "1" };
      }),
      FROM,
    );
    expect(await sender.send(MAIL)).toEqual({ kind: "sent" });
    const { key: _, ...content } = MAIL;
    expect(sent).toEqual([{ ...content, from: FROM, headers: { "Auto-Submitted": "auto-generated" } }]);
  });

  it("hands over files, and whom answers go to", async () => {
    const sent: object[] = [];
    const sender = createBindingSender(
      binding(async (mail) => {
        sent.push(mail);
        return { messageId: "1" };
      }),
      FROM,
    );
    expect(await sender.send(WITH_FILE)).toEqual({ kind: "sent" });
    expect(sent).toMatchObject([{ replyTo: "desk@garage.shop", attachments: [{ ...PDF, disposition: "attachment" }] }]);
  });

  it.each<[string, MailOutcome]>([
    ["E_RECIPIENT_SUPPRESSED", { kind: "suppressed", failure: "recipient_suppressed" }],
    ["E_RATE_LIMIT_EXCEEDED", { kind: "failed", failure: "rate_limited" }],
    ["E_DAILY_LIMIT_EXCEEDED", { kind: "failed", failure: "rate_limited" }],
    ["E_SENDER_NOT_VERIFIED", { kind: "failed", failure: "not_authorized" }],
    ["E_VALIDATION_ERROR", { kind: "refused", failure: "rejected" }],
    ["E_FIELD_MISSING", { kind: "refused", failure: "rejected" }],
    ["E_CONTENT_TOO_LARGE", { kind: "refused", failure: "rejected" }],
    ["E_INTERNAL_SERVER_ERROR", { kind: "failed", failure: "provider_error" }],
    ["toString", { kind: "failed", failure: "provider_error" }],
  ])("fails with our code for %s", async (code, outcome) => {
    const failing = binding(() => Promise.reject(Object.assign(new Error("ada@mail.shop bounced"), { code })));
    expect(await createBindingSender(failing, FROM).send(MAIL)).toEqual(outcome);
  });

  it("fails when it throws or never answers", async () => {
    const throws = binding(() => {
      throw new TypeError("no recipient");
    });
    expect(await createBindingSender(throws, FROM).send(MAIL)).toEqual({ kind: "failed", failure: "provider_error" });
    const silent = binding(() => new Promise(() => undefined));
    expect(await createBindingSender(silent, FROM, 20).send(MAIL)).toEqual({ kind: "failed", failure: "timeout" });
  });
});

describe("an address", () => {
  it.each(["a@example.com", "a@mail.example.org", "a@shop.test", "a@b.invalid", "a@b.example", "a@printer.local"])(
    "that is reserved, such as %s, is not handed to a provider",
    async (to) => {
      expect([isEmail(to), isReserved(to)]).toEqual([true, true]);
      const sender = exceptReserved({ send: () => Promise.reject(new Error("was asked")) });
      expect(await sender.send({ ...MAIL, to })).toEqual({ kind: "suppressed", failure: "recipient_reserved" });
    },
  );

  it.each(["a@myexample.com", "a@example.com.pl", "a@test.shop", "example@mail.shop", "a@contest.shop"])(
    "such as %s is not reserved",
    (to) => expect(isReserved(to)).toBe(false),
  );

  it("that mail is from has a name that needs no quotes", () => {
    expect(parseFrom("Joe & Anna's Garage <Mail@Garage.shop>")).toEqual({ name: "Joe & Anna's Garage", email: "mail@garage.shop" });
    for (const text of [
      "",
      "mail@garage.shop",
      "<mail@garage.shop>",
      " <mail@garage.shop>",
      "A\r\nBcc: eve@x.shop <mail@garage.shop>",
      'A "quoted" name <mail@garage.shop>',
      "A, B <mail@garage.shop>",
      "A <mail@garage.shop>, B <b@garage.shop>",
      "A <mail@garage>",
      "A <mail@garage.shop> ",
      `${"A".repeat(61)} <mail@garage.shop>`,
    ])
      expect(parseFrom(text), text).toBeNull();
  });
});

describe("a template of links", () => {
  it("has its token after the #, so that it is in no log and no Referer", () => {
    for (const text of ["", "https://shop.shop/{kind}#{token}", "https://shop.shop/app#/mail?t={token}", "https://shop.shop/#{token}"])
      expect(isLinkTemplate(text), text).toBe(true);
    for (const text of [
      "https://shop.shop/{token}",
      "https://shop.shop/?t={token}",
      "https://shop.shop/#",
      "http://shop.shop/#{token}",
      "javascript:alert(1)#{token}",
      "https://shop.shop/{other}#{token}\n",
      "https:// shop/#{token}",
      "https://shop.shop/#{token}{token}",
    ])
      expect(isLinkTemplate(text), text).toBe(false);
  });
});
