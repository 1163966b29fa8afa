import { createHash, randomBytes } from "node:crypto";

/** How many random bytes the token of a link has. */
const BYTES = 32;
const TOKEN = /^[\w-]{43}$/;

/** A new token of a link, in base64url: 43 characters. */
export const newShareToken = (): string => randomBytes(BYTES).toString("base64url");

/** The hash of a token, under which it is stored: SHA-256, in hexadecimal. */
export const hashOfToken = (token: string): string => createHash("sha256").update(token).digest("hex");

/** The same of what somebody sent, or null when it is no token. */
export const hashOfSent = (token: string): string | null => (TOKEN.test(token) ? hashOfToken(token) : null);
