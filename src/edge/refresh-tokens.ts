import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { RefreshTokens } from "../core/ports.ts";

/** The parts of a token in bytes: the name of its family, what is secret, and a seal that only this service can make. */
const FAMILY = 8;
const SECRET = 12;
const SEAL = 12;
const FORM = /^[\w-]{43}$/;

/** Keys of their own, so that refresh tokens reveal nothing about the key that signs access tokens. */
const keysOf = (secret: string) => ({
  successor: createHmac("sha256", secret).update("refresh token successor").digest(),
  seal: createHmac("sha256", secret).update("refresh token seal").digest(),
});
type Keys = ReturnType<typeof keysOf>;

const sealOf = ({ seal }: Keys, content: Uint8Array): Buffer => createHmac("sha256", seal).update(content).digest().subarray(0, SEAL);

const tokenOf = (keys: Keys, family: Uint8Array, secret: Uint8Array): string => {
  const content = Buffer.concat([family, secret]);
  return Buffer.concat([content, sealOf(keys, content)]).toString("base64url");
};

const successor = (keys: Keys, token: string): string => {
  const secret = createHmac("sha256", keys.successor).update(token).digest().subarray(0, SECRET);
  return tokenOf(keys, Buffer.from(token, "base64url").subarray(0, FAMILY), secret);
};

const isSealed = (keys: Keys, token: string): boolean => {
  const bytes = Buffer.from(token, "base64url");
  return timingSafeEqual(sealOf(keys, bytes.subarray(0, FAMILY + SECRET)), bytes.subarray(FAMILY + SECRET));
};

/**
 * Refresh tokens. The first of a session is random, each successor is made with HMAC-SHA-256 from its predecessor. A repeated
 * request thus gets the same successor, although only hashes are stored. Each has a seal, so that guesses are told from tokens
 * without the database, and the name of its family, by which the requests of a session are counted.
 * @param previous earlier secrets, under which tokens may have been made before they were replaced
 */
export const createRefreshTokens = (secret: string, ...previous: readonly string[]): RefreshTokens => {
  const [current, ...older] = [keysOf(secret), ...previous.map(keysOf)];
  return {
    create: () => tokenOf(current, randomBytes(FAMILY), randomBytes(SECRET)),
    familyOf: (token) => {
      if (!FORM.test(token) || ![current, ...older].some((keys) => isSealed(keys, token))) return null;
      return Buffer.from(token, "base64url").subarray(0, FAMILY).toString("hex");
    },
    hash: (token) => createHash("sha256").update(token).digest("hex"),
    successors: (token) => [successor(current, token), ...older.map((keys) => successor(keys, token))],
  };
};
