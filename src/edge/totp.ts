import { createHmac, timingSafeEqual } from "node:crypto";

/** Codes by time (RFC 6238) as every authenticator app makes them: SHA-1, six digits, a new one every 30 seconds. */
const STEP_MS = 30_000;
const DIGITS = 6;

/** Codes of the steps before and after count too, since clocks differ. */
const NEAR = [0, -1, 1] as const;

/** The code of a time step: HOTP (RFC 4226, 5.3) of its number. */
export const codeAt = (secret: Uint8Array, step: number): string => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0x0f;
  return String((mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** DIGITS).padStart(DIGITS, "0");
};

/** The time step at a moment in milliseconds since 1970. */
export const stepAt = (nowMs: number): number => Math.floor(nowMs / STEP_MS);

/** The step near `nowMs` and after `lastStep` whose code this is, or null. */
export const stepOf = (secret: Uint8Array, code: string, lastStep: number, nowMs: number): number | null => {
  const isCodeOf = (step: number): boolean => timingSafeEqual(Buffer.from(codeAt(secret, step)), Buffer.from(code));
  if (!new RegExp(`^\\d{${DIGITS}}$`).test(code)) return null;
  return NEAR.map((shift) => stepAt(nowMs) + shift).find((step) => step > lastStep && isCodeOf(step)) ?? null;
};

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Base32 (RFC 4648, 6) without padding, of a number of bytes that five divides. */
export const base32 = (bytes: Uint8Array): string => {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return bits.replaceAll(/.{5}/g, (five) => ALPHABET.charAt(Number.parseInt(five, 2)));
};

/** What an authenticator app reads from a QR code (Key URI Format). `account` tells the person which account it is. */
export const keyUri = (secret: string, issuer: string, account: string): string => {
  const label = [issuer, account].map(encodeURIComponent).join(":");
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_MS / 1_000}`;
};
