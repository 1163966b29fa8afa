import { createHash, createHmac, randomBytes } from "node:crypto";
import type { RefreshTokens } from "../core/ports.ts";

const BYTES = 32;

/** Derived, so that no token says anything about the key that signs access tokens. */
const keyOf = (secret: string): Buffer => createHmac("sha256", secret).update("refresh token successor").digest();

const successor = (key: Buffer, token: string): string => createHmac("sha256", key).update(token).digest("base64url");

/**
 * Refresh tokens: random at login, then each HMAC-SHA-256 of the one before, so that a repeated request gets the same
 * successor although only hashes are stored.
 * @param previous secrets under which a successor may have been made just before they were replaced
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
