import { type Entry, entry } from "./failure-entry.ts";

const SUPPRESSED: Readonly<Record<string, string>> = {
  bounced: "Mail to it came back",
  complained: "Its reader reported the shop's mail as unwanted",
};

/** The failures of mail to customers. */
export const MAIL_REFUSALS = {
  mail_address_missing: entry(409, "The customer has no e-mail", 'Send an address as "to", or give the customer an e-mail.'),
  mail_address_unproven: entry(
    409,
    "The customer has not proven the e-mail",
    'Their account has this e-mail, and nobody has shown that it is theirs. Ask them to confirm it, or send an address that you know as "to".',
  ),
  mail_not_wanted: entry(
    409,
    "The customer wants no documents by e-mail",
    'Hand it over in another way. If they change their mind, set "mail_documents": true with PATCH /customers/{id}.',
  ),
  mail_suppressed: entry(
    409,
    "Nothing is sent to this address any more",
    (d) =>
      `${SUPPRESSED[String(d.reason)] ?? "It cannot be written to"}. Send another address as "to", or, once they have said that this one takes ` +
      `mail, send "confirm_address": true.`,
  ),
  mail_sent_already: entry(
    409,
    "It was mailed to this address just now",
    (d) => `See GET /mails/${d.mail_id}. It can be sent there again when that mail has failed, or ten minutes after it was written.`,
  ),
  signature_invalid: entry(
    401,
    "The signature is not valid",
    "Sign the body as it is sent with the secret of the webhook, within the last five minutes.",
  ),
} as const satisfies Record<string, Entry>;
