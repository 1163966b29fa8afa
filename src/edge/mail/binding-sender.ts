import type { From } from "../../core/email.ts";
import { MAIL_TIMEOUT_MS, type MailFailure, type MailOutcome, type MailSender } from "../../core/mail-ports.ts";
import { NO_ANSWER, withTimeout } from "../../core/timeout.ts";

/** The errors of the binding that would come each time the mail did. */
const NEVER: readonly string[] = ["E_VALIDATION_ERROR", "E_FIELD_MISSING", "E_CONTENT_TOO_LARGE"];

/** The errors of the binding that say more than that it failed (Cloudflare Email Service: Workers API, error codes). */
const FAILURES: Readonly<Record<string, MailFailure>> = {
  E_RATE_LIMIT_EXCEEDED: "rate_limited",
  E_DAILY_LIMIT_EXCEEDED: "rate_limited",
  E_SENDER_NOT_VERIFIED: "not_authorized",
  E_SENDER_DOMAIN_NOT_AVAILABLE: "not_authorized",
  E_RECIPIENT_NOT_ALLOWED: "not_authorized",
};

const outcomeOf = (error: unknown): MailOutcome => {
  const code = error instanceof Error ? String(Reflect.get(error, "code")) : "";
  // The address has bounced or complained; Cloudflare keeps that list.
  if (code === "E_RECIPIENT_SUPPRESSED") return { kind: "suppressed", failure: "recipient_suppressed" };
  if (NEVER.includes(code)) return { kind: "refused", failure: "rejected" };
  return { kind: "failed", failure: Object.hasOwn(FAILURES, code) ? (FAILURES[code] ?? "provider_error") : "provider_error" };
};

/**
 * Sends by Cloudflare's `send_email` binding. It has no idempotency key: a mail whose answer is lost is sent again.
 * @param timeoutMs milliseconds
 */
export const createBindingSender = (binding: SendEmail, from: From, timeoutMs = MAIL_TIMEOUT_MS): MailSender => ({
  send: async ({ to, subject, text, html, replyTo, attachments = [] }) => {
    const headers = { "Auto-Submitted": "auto-generated" };
    const files = attachments.map((attachment) => ({ ...attachment, disposition: "attachment" as const }));
    const more = { ...(replyTo === undefined ? {} : { replyTo }), ...(files.length > 0 ? { attachments: files } : {}) };
    const sending = Promise.try(() => binding.send({ from: { ...from }, to, subject, text, html, headers, ...more }));
    const outcome = sending.then((): MailOutcome => ({ kind: "sent" }), outcomeOf);
    const answer = await withTimeout(outcome, timeoutMs);
    return answer === NO_ANSWER ? { kind: "failed", failure: "timeout" } : answer;
  },
});
