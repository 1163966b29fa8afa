import { createHmac } from "node:crypto";
import type { Sealer } from "../core/ports.ts";

/**
 * Seals as HMAC-SHA-256 in hexadecimal, over the values as a JSON array and the seal before it. The array ends where
 * its bracket does, so no other values and seal give the same text.
 * @param key at least 32 characters; seals that were made with another key do not verify
 */
export const createSealer = (key: string): Sealer => ({
  seal: (values, previous) =>
    createHmac("sha256", key)
      .update(JSON.stringify(values) + previous)
      .digest("hex"),
});
