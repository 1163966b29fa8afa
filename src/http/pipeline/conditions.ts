import { createHash } from "node:crypto";
import { invalid } from "../../core/errors.ts";

/** Idempotency keys and conditional requests: reads the request headers and makes ETags. */

/** A structured-field string (RFC 9651, 3.3.3): printable ASCII in quotes, with `\"` and `\\`. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"$/;
const BARE = /^[\x21\x23-\x7e]{1,255}$/;

/**
 * The key of the header (draft-ietf-httpapi-idempotency-key-header), quoted or bare, or null without one.
 * Throws `invalid` for one that is empty, too long or not printable ASCII.
 */
export const readIdempotencyKey = (header: string | undefined): string | null => {
  if (header === undefined) return null;
  const text = header.trim();
  const key = QUOTED.exec(text)?.[1]?.replaceAll(/\\(.)/g, "$1") ?? BARE.exec(text)?.[0];
  if (key === undefined) throw invalid("/header/Idempotency-Key", "invalid_key", "1 to 255 printable ASCII characters, in quotes or bare.");
  return key;
};

/** The ETag of a record: its version, then 16 hexadecimal digits of the body's SHA-256. */
export const etagOf = (version: number, body: string): string =>
  `"${version}.${createHash("sha256").update(body).digest("hex").slice(0, 16)}"`;

const tagsIn = (header: string): string[] => header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));

/** Does If-None-Match (RFC 9110, 13.1.2) name this ETag? */
export const isNamed = (header: string | undefined, etag: string): boolean =>
  header !== undefined && (header.trim() === "*" || tagsIn(header).includes(etag));

const VERSION = /^"(\d{1,15})\.[0-9a-f]{16}"$/;

/**
 * The versions that If-Match (RFC 9110, 13.1.1) names, or null when any version will do. Unknown ETags name no version.
 * Weak ETags count, since proxies that compress make ours weak.
 */
export const readIfMatch = (header: string | undefined): number[] | null => {
  if (header === undefined || header.trim() === "*") return null;
  return tagsIn(header).flatMap((tag) => {
    const version = VERSION.exec(tag)?.[1];
    return version === undefined ? [] : [Number(version)];
  });
};

/**
 * For writes that compare no versions: refuses If-Match, so that no client relies on a check that nobody makes. `*` is
 * accepted, since any version matches it. Throws `invalid`.
 */
export const refuseIfMatch = (header: string | undefined): void => {
  if (readIfMatch(header) !== null)
    throw invalid("/header/If-Match", "not_supported", "This route does not compare versions; send the request without If-Match.");
};
