import type { From } from "../../core/email.ts";
import { type Attachment, MAIL_TAG, MAIL_TIMEOUT_MS, type MailFailure, type MailOutcome, type MailSender } from "../../core/mail-ports.ts";

/** Where the provider takes mail, and with which key. */
interface Provider {
  readonly url: string;
  readonly key: string;
}

/** A mail that would be answered like this each time it came: the others may be a matter of the key, the address or the hour. */
const NEVER: readonly number[] = [400, 413, 422];

const failureOf = (status: number): MailFailure => {
  if (status === 401 || status === 403) return "not_authorized";
  return status === 429 ? "rate_limited" : "provider_error";
};

/** What a status says; what the provider writes about it is not read. */
const outcomeOf = ({ ok, status }: Response): MailOutcome => {
  if (ok) return { kind: "sent" };
  return NEVER.includes(status) ? { kind: "refused", failure: "rejected" } : { kind: "failed", failure: failureOf(status) };
};

const fileOf = ({ filename, type, content }: Attachment) => ({
  filename,
  content_type: type,
  content: Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("base64"),
});

/**
 * Sends by a provider's HTTPS API, in the format of Resend (`POST /emails`). The `Idempotency-Key` keeps a mail whose answer
 * was lost from being sent twice; the tag `mail` comes back in the provider's events about it.
 * @param send how requests are sent; tests bring their own
 */
export const createApiSender = (
  { url, key }: Provider,
  from: From,
  send: (request: Request) => Promise<Response> = (request) => fetch(request),
  timeoutMs = MAIL_TIMEOUT_MS,
): MailSender => ({
  send: async (mail) => {
    const request = new Request(url, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json", "Idempotency-Key": mail.key },
      body: JSON.stringify({
        from: `${from.name} <${from.email}>`,
        to: [mail.to],
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        headers: { "Auto-Submitted": "auto-generated" },
        tags: [{ name: MAIL_TAG, value: mail.key }],
        ...(mail.replyTo === undefined ? {} : { reply_to: mail.replyTo }),
        ...(mail.attachments?.length ? { attachments: mail.attachments.map(fileOf) } : {}),
      }),
      // The key goes to the address of the configuration, and nowhere else.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    try {
      const response = await send(request);
      await response.body?.cancel();
      return outcomeOf(response);
    } catch (error) {
      return { kind: "failed", failure: error instanceof Error && error.name === "TimeoutError" ? "timeout" : "unreachable" };
    }
  },
});
