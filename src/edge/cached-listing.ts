import { createHash } from "node:crypto";
import type { CachedListing } from "../core/ports.ts";
import { stamp, unstamp } from "./stamp.ts";

/** What is stored with a body. */
interface Head {
  readonly stamp: string;
  readonly readAt: number;
  readonly link: string;
}

/** The SHA-256 of the joined texts, in hexadecimal. */
export const sha256 = (...texts: readonly string[]): string => {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(text);
  return hash.digest("hex");
};

/** A cached listing as text: a line with the digest of key and rest, a line of JSON, and the body as it was sent. */
export const formatListing = (epoch: string, key: string, { bookmark, readAt, link, body }: CachedListing): string => {
  const head: Head = { stamp: stamp(epoch, bookmark), readAt, link };
  const rest = `${JSON.stringify(head)}\n${body}`;
  return `${sha256(key, rest)}\n${rest}`;
};

/** The listing in a text, or null when the text is incomplete, or of another key or epoch. */
export const parseListing = (epoch: string, key: string, text: string | null): CachedListing | null => {
  const [digest = "", ...lines] = (text ?? "").split("\n");
  const rest = lines.join("\n");
  if (digest !== sha256(key, rest)) return null;
  // Safe: the digest shows that `formatListing` made this text.
  const { stamp: stamped, readAt, link } = JSON.parse(lines[0] ?? "") as Head;
  const bookmark = unstamp(epoch, stamped);
  return bookmark && { bookmark, readAt, link, body: lines.slice(1).join("\n") };
};
