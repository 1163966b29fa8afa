/** Interfaces of mail, which `edge/` implements: the tokens that it carries, and who sends it. */

/** Tokens that are mailed, each for one use. The database holds a nonce and a hash, which do not give the token away. */
export interface EmailTokens {
  /** A new token, as it is stored. */
  create(): { readonly nonce: string; readonly hash: string };
  /** The hash under which a token is stored. */
  hash(token: string): string;
  /** The token of what is stored, or null when no secret that is still known made it. */
  tokenOf(stored: { readonly nonce: string; readonly hash: string }): string | null;
}

/** A mail as it leaves. */
export interface OutgoingMail {
  /** Names this mail: a provider that has taken one of this key does not send it again. */
  readonly key: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * Why a mail did not leave. `provider_error`: the provider failed, or answered what nobody expected. `token_over`: the token
 * in the mail was used or has expired; `token_unreadable`: no secret that is known made it.
 */
export const MAIL_FAILURES = [
  "timeout",
  "unreachable",
  "rate_limited",
  "not_authorized",
  "rejected",
  "provider_error",
  "internal_error",
  "no_sender",
  "token_over",
  "token_unreadable",
  "params_unreadable",
  "recipient_invalid",
  "recipient_reserved",
  "recipient_suppressed",
] as const;
export type MailFailure = (typeof MAIL_FAILURES)[number];

/** How an attempt ended: `failed` is tried again, `suppressed` is not. */
export type MailOutcome = { readonly kind: "sent" } | { readonly kind: "failed" | "suppressed"; readonly failure: MailFailure };

export interface MailSender {
  /** Hands a mail to who delivers it. Never rejects, and answers within `MAIL_TIMEOUT_MS` milliseconds. */
  send(mail: OutgoingMail): Promise<MailOutcome>;
}

/** How long an attempt to send a mail may take, in milliseconds. */
export const MAIL_TIMEOUT_MS = 10_000;
