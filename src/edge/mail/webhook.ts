import { createHmac, timingSafeEqual } from "node:crypto";
import type { MailEvents } from "../../core/mail-ports.ts";

/** How far the time of a signature may be off, in milliseconds: an older request may be one that was overheard. */
const TOLERANCE_MS = 300_000;
const SECRET = /^whsec_([A-Za-z0-9+/]{32,}={0,2})$/;
/** How many signatures are looked at: one for each key while keys change. */
const MAX_SIGNATURES = 10;

/** Reads a secret as providers give it out: `whsec_` and at least 24 bytes in base64. Null for anything else. */
export const parseWebhookSecret = (text: string): Buffer | null => {
  const [, encoded] = SECRET.exec(text) ?? [];
  return encoded === undefined ? null : Buffer.from(encoded, "base64");
};

const isEqual = (a: Buffer, b: Buffer): boolean => a.byteLength === b.byteLength && timingSafeEqual(a, b);

/**
 * Verifies what a provider tells, as Svix and Standard Webhooks sign it: an HMAC-SHA-256 over the id, the time and the body as it came.
 * @param key the secret's bytes
 */
export const createMailEvents = (key: Buffer): MailEvents => ({
  isSigned: (header, body, nowMs) => {
    const [id, timestamp, signatures] = ["id", "timestamp", "signature"].map((name) => header(`svix-${name}`) ?? header(`webhook-${name}`));
    if (!(id && signatures && timestamp && /^\d{1,12}$/.test(timestamp))) return false;
    if (Math.abs(Number(timestamp) * 1_000 - nowMs) > TOLERANCE_MS) return false;
    const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
    return signatures
      .split(" ", MAX_SIGNATURES)
      .some((signature) => signature.startsWith("v1,") && isEqual(Buffer.from(signature.slice(3), "base64"), expected));
  },
});
