import { describe, expect, it } from "vitest";
import type { Attachment, OutgoingMail } from "../../src/core/mail-ports.ts";
import { checked, MAX_MESSAGE_BYTES } from "../../src/edge/mail/checked.ts";

const MAIL = { key: "mail-12-1795000000000", to: "ada@mail.shop", subject: "Zażółć", text: "a\n", html: "<p>a</p>" };
const PDF: Attachment = {
  filename: "invoice-2026-000388.pdf",
  type: "application/pdf",
  content: new Uint8Array(new TextEncoder().encode("%PDF-1.7\n")),
};
const WITH_FILE: OutgoingMail = { ...MAIL, replyTo: "desk@garage.shop", attachments: [PDF] };

describe("our own check", () => {
  const asked: OutgoingMail[] = [];
  const sender = checked({
    send: async (mail) => {
      asked.push(mail);
      return { kind: "sent" };
    },
  });
  /** What becomes of a mail, and whether the provider was asked. */
  const tried = async (mail: OutgoingMail) => {
    asked.length = 0;
    return [await sender.send(mail), asked.length] as const;
  };
  const file = (content: number, filename = PDF.filename) => ({
    ...WITH_FILE,
    attachments: [{ ...PDF, filename, content: new Uint8Array(content) }],
  });

  it("lets good mail through as it is", async () => {
    expect(await tried(MAIL)).toEqual([{ kind: "sent" }, 1]);
    expect(await tried(WITH_FILE)).toEqual([{ kind: "sent" }, 1]);
    expect(asked[0]).toBe(WITH_FILE);
  });

  it.each<[string, Partial<OutgoingMail>]>([
    ["key", { key: "mail-1\r\nX-Evil: 1" }],
    ["subject", { subject: "Hello\r\nBcc: eve@mail.shop" }],
    ["subject", { subject: "Hello\u2028there" }],
    ["subject", { subject: "" }],
    ["subject", { subject: "x".repeat(501) }],
    ["subject", { subject: "\ud800" }],
    ["replyTo", { replyTo: "desk@garage.shop\r\nBcc: eve@mail.shop" }],
    ["replyTo", { replyTo: "Desk <desk@garage.shop>" }],
    ["text", { text: "" }],
    ["html", { html: "" }],
    ["filename", { attachments: [{ ...PDF, filename: 'a.pdf"\r\nX-Evil: 1' }] }],
    ["filename", { attachments: [{ ...PDF, filename: "../a.pdf" }] }],
    ["type", { attachments: [{ ...PDF, type: "application/pdf\r\nX-Evil: 1" }] }],
    ["content", { attachments: [{ ...PDF, content: new Uint8Array() }] }],
  ])("refuses a mail whose %s cannot be sent: %j", async (_, wrong) => {
    expect(await tried({ ...WITH_FILE, ...wrong })).toEqual([{ kind: "refused", failure: "malformed" }, 0]);
  });

  it.each(["eve", "a@mail.shop\r\nBcc: eve@mail.shop", "a@mail.shop, eve@mail.shop", ""])("refuses the address %j", async (to) => {
    expect(await tried({ ...MAIL, to })).toEqual([{ kind: "refused", failure: "recipient_invalid" }, 0]);
  });

  it("refuses what is larger than any provider takes, before one is asked", async () => {
    expect(await tried(file(6 * 1_048_576))).toEqual([{ kind: "refused", failure: "too_large" }, 0]);
    // In base64 a file takes a third more, and each line of it two bytes.
    expect(await tried(file(3_810_000))).toEqual([{ kind: "sent" }, 1]);
    expect(await tried(file(3_820_000))).toEqual([{ kind: "refused", failure: "too_large" }, 0]);
    expect(await tried({ ...MAIL, text: "x".repeat(MAX_MESSAGE_BYTES) })).toEqual([{ kind: "refused", failure: "too_large" }, 0]);
  });
});
