/** Interfaces of mail, which `edge/` implements: the tokens that it carries, and who sends it. */

/** Tokens that are mailed: for one use, or of a link. The database holds a nonce and a hash, which do not give the token away. */
export interface EmailTokens {
  /** A new token, as it is stored. */
  create(): { readonly nonce: string; readonly hash: string };
  /** The hash under which a token is stored. */
  hash(token: string): string;
  /** The token of what is stored, or null when no secret that is still known made it. */
  tokenOf(stored: { readonly nonce: string; readonly hash: string }): string | null;
}

/** The name of the tag under which a provider is told the key of a mail. */
export const MAIL_TAG = "mail";

/** A file that goes with a mail. */
export interface Attachment {
  readonly filename: string;
  /** Its media type, such as `application/pdf`. */
  readonly type: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** A mail as it leaves. */
export interface OutgoingMail {
  /** Names this mail: a provider that has taken one of this key does not send it again. */
  readonly key: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Who gets an answer to it; without one nobody does. */
  readonly replyTo?: string;
  readonly attachments?: readonly Attachment[];
}

/**
 * Why a mail did not leave. `provider_error`: the provider failed, or answered what nobody expected. `rejected`: it will never take
 * this mail. `token_over`: the token in the mail was used or has expired; `token_unreadable`: no secret that is known made it.
 * `outdated`: what it says is not so any more. `malformed` and `too_large`: what our own check refuses. `restored`: it may have left
 * before the database was restored.
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
  "outdated",
  "not_wanted",
  "malformed",
  "too_large",
  "restored",
] as const;
export type MailFailure = (typeof MAIL_FAILURES)[number];

/** How an attempt ended: `failed` is tried again; `refused` is not, since it would never work, nor is `suppressed`, which was not tried. */
export type MailOutcome = { readonly kind: "sent" } | { readonly kind: "failed" | "refused" | "suppressed"; readonly failure: MailFailure };

export interface MailSender {
  /** Hands a mail to who delivers it. Never rejects, and answers within `MAIL_TIMEOUT_MS` milliseconds. */
  send(mail: OutgoingMail): Promise<MailOutcome>;
}

/** What a provider tells of mail that it has taken. */
export interface MailEvents {
  /** Has the provider signed this, not long before now (milliseconds)? `header` reads a header of the request. */
  isSigned(header: (name: string) => string | undefined, body: Uint8Array, nowMs: number): boolean;
}

/** How long an attempt to send a mail may take, in milliseconds. */
export const MAIL_TIMEOUT_MS = 10_000;
