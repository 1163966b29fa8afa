import type { From } from "../../core/email.ts";
import { MAIL_TIMEOUT_MS, type MailFailure, type MailSender } from "../../core/mail-ports.ts";

/** Where the provider takes mail, and with which key. */
interface Provider {
  readonly url: string;
  readonly key: string;
}

/** What a status says; what the provider writes about it is not read. */
const failureOf = (status: number): MailFailure => {
  if (status === 401 || status === 403) return "not_authorized";
  if (status === 429) return "rate_limited";
  // 409: a request with the same key is under way.
  return status >= 400 && status < 500 && status !== 409 ? "rejected" : "provider_error";
};

/**
 * Sends by a provider's HTTPS API, in the format of Resend (`POST /emails`). The `Idempotency-Key` keeps a mail whose answer
 * was lost from being sent twice.
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
      }),
      // The key goes to the address of the configuration, and nowhere else.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    try {
      const response = await send(request);
      await response.body?.cancel();
      return response.ok ? { kind: "sent" } : { kind: "failed", failure: failureOf(response.status) };
    } catch (error) {
      return { kind: "failed", failure: error instanceof Error && error.name === "TimeoutError" ? "timeout" : "unreachable" };
    }
  },
});
