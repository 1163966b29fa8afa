import { createHash } from "node:crypto";
import { invalid } from "../../core/errors.ts";
import type { WriteConditions } from "../../db/write/writer.ts";

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

/** The versions that If-None-Match (RFC 9110, 13.1.2) excludes: those of its ETags, `any` for `*`, or null without the header. */
const readExcluded = (header: string | undefined): readonly number[] | "any" | null =>
  header === undefined ? null : (readIfMatch(header) ?? "any");

/** The three forms of a date in HTTP (RFC 9110, 5.6.7). */
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4}|[A-Z][a-z]+day, \d\d-[A-Z][a-z]{2}-\d\d|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d) \d\d:\d\d:\d\d(?: GMT| \d{4})$/;

/**
 * The end of the second that If-Unmodified-Since (RFC 9110, 13.1.4) names, in ISO 8601: the record must have changed
 * before. Null without the header, beside If-Match, and for what is no date: then the header is to be ignored.
 */
const readUnmodifiedBefore = (header: string | undefined, ifMatch: string | undefined): string | null => {
  if (header === undefined || ifMatch !== undefined || !HTTP_DATE.test(header.trim())) return null;
  const time = Date.parse(/ GMT$/.test(header.trim()) ? header : `${header} GMT`);
  return Number.isNaN(time) ? null : new Date(time + 1_000).toISOString();
};

/** The conditions of a write on a record. `read` gives a header of the request. */
export const readConditions = (read: (name: string) => string | undefined): WriteConditions => ({
  ifMatch: readIfMatch(read("If-Match")),
  excluded: readExcluded(read("If-None-Match")),
  unmodifiedBefore: readUnmodifiedBefore(read("If-Unmodified-Since"), read("If-Match")),
});

/**
 * For writes that compare no versions: refuses If-Match and If-None-Match, so that no client relies on a check that
 * nobody makes. `*` in If-Match is accepted, since any version matches it. Dates are ignored, as RFC 9110 (13.1.4) says
 * of what has no date of modification. Throws `invalid`.
 */
export const refuseConditions = (read: (name: string) => string | undefined): void => {
  const { ifMatch, excluded } = readConditions(read);
  const refused = ifMatch === null ? excluded !== null && "If-None-Match" : "If-Match";
  if (refused)
    throw invalid(`/header/${refused}`, "not_supported", `This route does not compare versions; send the request without ${refused}.`);
};
