import { isEmail } from "../../core/email.ts";
import type { Attachment, MailFailure, MailSender, OutgoingMail } from "../../core/mail-ports.ts";
import { isWellFormed } from "../../core/text.ts";

/** The most that Cloudflare takes (Email Service: Limits), in bytes of the encoded message; other providers take more. */
export const MAX_MESSAGE_BYTES = 5 * 1_048_576;
/** What headers and the marks between parts take at most, in bytes. */
const FRAME_BYTES = 16_384;

// biome-ignore lint/suspicious/noControlCharactersInRegex: a line break would begin a new header.
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;
const KEY = /^[\w-]{1,256}$/;
const FILENAME = /^[\w][\w .-]{0,120}$/;
const MEDIA_TYPE = /^[a-z]+\/[a-z0-9.+-]+$/;
const MAX_SUBJECT = 500;

/** A line that a header can have. */
const isHeaderText = (text: string): boolean => text.length > 0 && text.length <= MAX_SUBJECT && !CONTROL.test(text) && isWellFormed(text);

/** The bytes of a part in base64, with its line breaks (RFC 2045, 6.8). */
const encodedBytes = (bytes: number): number => Math.ceil(bytes / 57) * 78;

const isAttachable = ({ filename, type, content }: Attachment): boolean =>
  FILENAME.test(filename) && MEDIA_TYPE.test(type) && content.byteLength > 0;

/** Why no provider should be asked for this mail, or null. */
const wrongWith = ({ key, to, replyTo, subject, text, html, attachments = [] }: OutgoingMail): MailFailure | null => {
  if (!isEmail(to)) return "recipient_invalid";
  const isWell =
    KEY.test(key) &&
    isHeaderText(subject) &&
    (replyTo === undefined || isEmail(replyTo)) &&
    [text, html].every((body) => body.length > 0 && isWellFormed(body)) &&
    attachments.every(isAttachable);
  if (!isWell) return "malformed";
  const parts = [...[text, html].map((body) => Buffer.byteLength(body)), ...attachments.map(({ content }) => content.byteLength)];
  const size = parts.reduce((sum, bytes) => sum + encodedBytes(bytes), FRAME_BYTES);
  return size > MAX_MESSAGE_BYTES ? "too_large" : null;
};

/** The same sender, which is asked only for mail that it can send: Cloudflare's binding in development refuses nothing. */
export const checked = (sender: MailSender): MailSender => ({
  send: async (mail) => {
    const failure = wrongWith(mail);
    return failure === null ? sender.send(mail) : { kind: "refused", failure };
  },
});
