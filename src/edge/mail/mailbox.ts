import { isReserved } from "../../core/email.ts";
import type { MailSender } from "../../core/mail-ports.ts";

/** Takes every mail and delivers none: what it took is read at `/dev/mailbox`, from the rows of the outbox. */
export const MAILBOX: MailSender = { send: async () => ({ kind: "sent" }) };

/** The same sender, which is not asked for addresses that no mail can reach: a provider counts them against who sends. */
export const exceptReserved = (sender: MailSender): MailSender => ({
  send: async (mail) => (isReserved(mail.to) ? { kind: "suppressed", failure: "recipient_reserved" } : sender.send(mail)),
});
