import { createHmac } from "node:crypto";

/** A key of its own, so that fingerprints reveal nothing about the key that signs tokens. */
const keyOf = (secret: string): Buffer => createHmac("sha256", secret).update("request fingerprint").digest();

/** Makes fingerprints of texts that may contain passwords: HMAC-SHA-256 under each secret, the current one first. */
export const createFingerprints = (secret: string, ...previous: readonly string[]) => {
  const [current, ...older] = [keyOf(secret), ...previous.map(keyOf)] as const;
  const digest = (key: Buffer | undefined, text: string): string =>
    createHmac("sha256", key ?? "")
      .update(text)
      .digest("base64url");
  return (text: string): readonly [string, ...string[]] => [digest(current, text), ...older.map((key) => digest(key, text))];
};
