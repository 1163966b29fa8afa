import { createHash } from "node:crypto";
import type { CachedListing } from "../core/ports.ts";
import { stamp, unstamp } from "./stamp.ts";

/** What is stored beside a body. */
interface Head {
  readonly stamp: string;
  readonly readAt: number;
  readonly link: string;
}

/** The SHA-256 of texts that stand one behind the other, in hexadecimal. */
export const sha256 = (...texts: readonly string[]): string => {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(text);
  return hash.digest("hex");
};

/** An entry as text: a digest over its key and all the rest, a line of JSON, and the body as it was sent. */
export const writeEntry = (epoch: string, key: string, { bookmark, readAt, link, body }: CachedListing): string => {
  const head: Head = { stamp: stamp(epoch, bookmark), readAt, link };
  const rest = `${JSON.stringify(head)}\n${body}`;
  return `${sha256(key, rest)}\n${rest}`;
};

/** The entry of a text, or null for one that was not written whole, under this key, in this epoch. */
export const readEntry = (epoch: string, key: string, text: string | null): CachedListing | null => {
  const [digest = "", ...lines] = (text ?? "").split("\n");
  const rest = lines.join("\n");
  if (digest !== sha256(key, rest)) return null;
  // Safe: only `writeEntry` makes the digest of a text.
  const { stamp: stamped, readAt, link } = JSON.parse(lines[0] ?? "") as Head;
  const bookmark = unstamp(epoch, stamped);
  return bookmark && { bookmark, readAt, link, body: lines.slice(1).join("\n") };
};
