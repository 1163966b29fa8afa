import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import type { SecondFactors } from "../core/ports.ts";
import { base32, keyUri, stepOf } from "./totp.ts";

/** RFC 4226, 4: a secret of 160 bits. */
const SECRET = 20;
/** AES-256-GCM: the usual nonce and tag. */
const CIPHER = "aes-256-gcm";
const NONCE = 12;
const TAG = 16;

const RECOVERY_CODES = 10;
const RECOVERY_BYTES = 10;

const ISSUER = "Mechanic Shop";

/** A secret is bound to its account: one that is copied to another row does not open. */
const boundTo = (userId: number): Buffer => Buffer.from(`user ${userId}`);

const encrypt = (key: Buffer, userId: number, secret: Uint8Array): string => {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG }).setAAD(boundTo(userId));
  const text = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString("base64url");
};

/** The secret, or null when this key did not encrypt it for this account. */
const decrypt = (key: Buffer, userId: number, stored: string): Buffer | null => {
  const bytes = Buffer.from(stored, "base64url");
  if (bytes.length !== NONCE + SECRET + TAG) return null;
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE), { authTagLength: TAG }).setAAD(boundTo(userId));
    decipher.setAuthTag(bytes.subarray(-TAG));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]);
  } catch {
    return null;
  }
};

/** `ABCD-EFGH-JKLM-NPQR`: 80 bits. */
const recoveryCode = (): string => base32(randomBytes(RECOVERY_BYTES)).replaceAll(/.{4}(?=.)/g, "$&-");

/** People type codes with spaces, without hyphens, and in small letters. */
const typed = (code: string): string => code.replaceAll(/[\s-]/g, "").toUpperCase();

/**
 * Second factors: codes by time, whose secrets are stored with AES-256-GCM, and recovery codes, stored as SHA-256.
 * @param secret the key is made of it (HKDF, RFC 5869): one that does not rotate, or all secrets would be lost with it
 */
export const createSecondFactors = (secret: string): SecondFactors => {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "secrets of second factors", 32));
  return {
    create: (userId, account) => {
      const bytes = randomBytes(SECRET);
      const text = base32(bytes);
      return { stored: encrypt(key, userId, bytes), secret: text, url: keyUri(text, ISSUER, account) };
    },
    stepOf: (code, { userId, stored, lastStep }, nowMs) => {
      const bytes = decrypt(key, userId, stored);
      return bytes && stepOf(bytes, typed(code), lastStep, nowMs);
    },
    createRecoveryCodes: () => Array.from({ length: RECOVERY_CODES }, recoveryCode),
    hashOf: (code) => createHash("sha256").update(typed(code)).digest("hex"),
  };
};
