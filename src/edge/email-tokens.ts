import { createHash, createHmac, randomBytes } from "node:crypto";
import type { EmailTokens } from "../core/mail-ports.ts";

/** How many random bytes a nonce has. */
const NONCE = 16;

/** A key of its own, so that mailed tokens reveal nothing about the key that signs access tokens. */
const keyOf = (secret: string): Buffer => createHmac("sha256", secret).update("token in a mail").digest();

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

const tokenOf = (key: Buffer, nonce: string): string => createHmac("sha256", key).update(nonce).digest("base64url");

/**
 * Tokens that are mailed: HMAC-SHA-256 of a nonce, 256 bits. The database has the nonce and the SHA-256 of the token, so
 * that the job which sends the mail can make the token again, and whoever reads the database cannot.
 * @param previous earlier secrets, under which tokens of mails that wait may have been made
 */
export const createEmailTokens = (secret: string, ...previous: readonly string[]): EmailTokens => {
  const keys = [secret, ...previous].map(keyOf);
  const [current = keyOf(secret)] = keys;
  return {
    create: () => {
      const nonce = randomBytes(NONCE).toString("base64url");
      return { nonce, hash: hashOf(tokenOf(current, nonce)) };
    },
    hash: hashOf,
    tokenOf: ({ nonce, hash }) => keys.map((key) => tokenOf(key, nonce)).find((token) => hashOf(token) === hash) ?? null,
  };
};
