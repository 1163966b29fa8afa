import { createHash, createHmac, randomBytes } from "node:crypto";
import type { RefreshTokens } from "../core/ports.ts";

const BYTES = 32;

/** A key of its own, so that refresh tokens reveal nothing about the key that signs access tokens. */
const keyOf = (secret: string): Buffer => createHmac("sha256", secret).update("refresh token successor").digest();

const successor = (key: Buffer, token: string): string => createHmac("sha256", key).update(token).digest("base64url");

/**
 * Refresh tokens. The first of a session is random, each successor is the HMAC-SHA-256 of its predecessor. A repeated
 * request thus gets the same successor, although only hashes are stored.
 * @param previous earlier secrets, under which a successor may have been made before they were replaced
 */
export const createRefreshTokens = (secret: string, ...previous: readonly string[]): RefreshTokens => {
  const current = keyOf(secret);
  const older = previous.map(keyOf);
  return {
    create: () => randomBytes(BYTES).toString("base64url"),
    hash: (token) => createHash("sha256").update(token).digest("hex"),
    successors: (token) => [successor(current, token), ...older.map((key) => successor(key, token))],
  };
};
