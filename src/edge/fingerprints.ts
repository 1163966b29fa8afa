import { createHmac } from "node:crypto";

/** Derived, so that a fingerprint says nothing about the key that signs tokens. */
const keyOf = (secret: string): Buffer => createHmac("sha256", secret).update("request fingerprint").digest();

/** HMAC-SHA-256 of texts that may hold passwords, under each secret; the first is the current one. */
export const createFingerprints = (secret: string, ...previous: readonly string[]) => {
  const [current, ...older] = [keyOf(secret), ...previous.map(keyOf)] as const;
  const digest = (key: Buffer | undefined, text: string): string =>
    createHmac("sha256", key ?? "")
      .update(text)
      .digest("base64url");
  return (text: string): readonly [string, ...string[]] => [digest(current, text), ...older.map((key) => digest(key, text))];
};
