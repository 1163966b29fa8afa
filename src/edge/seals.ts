import { createHmac } from "node:crypto";
import type { Sealer } from "../core/ports.ts";

/**
 * Makes seals: HMAC-SHA-256 in hexadecimal over the values as a JSON array, followed by the previous seal. The closing
 * bracket separates the two, so different values and seals never give the same text.
 * @param key at least 32 characters; seals made with another key do not verify
 */
export const createSealer = (key: string): Sealer => ({
  seal: (values, previous) =>
    createHmac("sha256", key)
      .update(JSON.stringify(values) + previous)
      .digest("hex"),
});
