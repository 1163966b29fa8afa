import fc from "fast-check";
import { hostileText, MARK } from "./values.ts";

/** How ill a request is meant. */
export type Mood = "valid" | "edge" | "hostile";

const HEADERS = [
  "If-Match",
  "If-None-Match",
  "Idempotency-Key",
  "Content-Type",
  "Accept",
  "Range",
  "Origin",
  "Cookie",
  "X-Forwarded-For",
  "X-HTTP-Method-Override",
  "Content-Encoding",
  "Accept-Language",
];
/** What a header can carry at all (Fetch: a header value). */
const asHeader = (text: string): string =>
  [...text]
    .filter((c) => c >= " " && c < "\u007f")
    .join("")
    .slice(0, 2_000);
const headerValue = fc.oneof(
  hostileText.map(asHeader),
  fc.constantFrom(
    '"1.0123456789abcdef"',
    'W/"1.0123456789abcdef"',
    "*",
    "",
    '""',
    `"${MARK}"`,
    "text/plain",
    "application/json; charset=utf-16",
    "application/xml",
    "multipart/form-data; boundary=x",
    "bytes=0-1",
    "null",
    "gzip",
    "DELETE",
    "x".repeat(300),
  ),
);
/** Headers that a client may send besides; what is valid has none of them. */
export const headersFor = (how: Mood): fc.Arbitrary<Record<string, string>> => {
  if (how === "valid") return fc.constant({});
  const pair = fc.tuple(fc.constantFrom(...HEADERS), headerValue);
  return fc.array(pair, { maxLength: 2 }).map((pairs) => Object.fromEntries(pairs));
};

/** What browsers send besides to the refresh of our own pages. */
export const cookieFor = (path: string, refreshTokens: readonly string[], how: Mood): fc.Arbitrary<Record<string, string>> => {
  if (!/^(\/v1)?\/auth\/cookie\/refresh/.test(path) || how === "hostile") return fc.constant({});
  return fc.constantFrom(...refreshTokens).map((token) => ({ Cookie: `__Host-refresh=${token}` }));
};

/** What the holders of links send besides. */
export const linkFor = (path: string, shareTokens: readonly string[], how: Mood): fc.Arbitrary<Record<string, string>> => {
  if (!/^(\/v1)?\/shared/.test(path)) return fc.constant({});
  const known = fc.constantFrom(...shareTokens);
  const sent = how === "hostile" ? fc.oneof({ weight: 5, arbitrary: known }, { weight: 1, arbitrary: headerValue }) : known;
  return sent.map((token) => ({ "Share-Token": token }));
};
