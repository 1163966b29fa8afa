import type { Endpoint } from "../route.ts";

/** The response headers of the document. Each is described once and referred to by name. */

const text = (description: string, maxLength: number, pattern: string, example: string, required = false) => ({
  description,
  ...(required ? { required } : {}),
  schema: { type: "string" as const, maxLength, pattern, example },
});

const seconds = (description: string) => ({
  description,
  required: true,
  schema: { type: "integer" as const, format: "int32", minimum: 0, maximum: 86_400, example: 5 },
});

const UUID = "^[0-9a-f-]{36}$";

export const HEADERS = {
  "X-Request-Id": text("The id of this request, in the log and in the audit log.", 36, UUID, "5f0c1c3e-5d0e-4f43-9b8e-0d1b9d1d2c11", true),
  "RateLimit-Policy": text(
    "The limits that this request counts under, each with its quota and window. Not sent by routes without a limit.",
    1_000,
    '^"',
    '"default-hour";q=50;w=3600, "default-day";q=200;w=86400',
  ),
  RateLimit: text("What is left of each limit, and in how many seconds it rises.", 1_000, '^"', '"default-hour";r=12;t=840'),
  "Access-Control-Allow-Origin": text(
    "The origin of the page that sent the request, if the shop allows it.",
    300,
    "^https?://",
    "https://shop.example",
  ),
  "Cache-Control": text("Who may store the answer, and for how long.", 100, "^[a-z-]+(, [a-z-]+)*$", "private, no-cache", true),
  Location: text("The path of the new record.", 200, "^/", "/customers/12", true),
  ETag: text(
    "The version of the record and a digest of this body.",
    60,
    '^"(?:\\d+\\.[0-9a-f]{16}|pdf\\d+\\.[0-9a-f]{32})"$',
    '"3.9f86d081884c7d65"',
    true,
  ),
  Link: text("Links to other pages (RFC 8288): first, prev, next, last.", 10_000, "^<", '</customers?page=2>; rel="next"', true),
  "X-Cache": {
    description: "`hit` if the listing came from the cache, otherwise `miss`. Customers never get cached listings.",
    schema: { type: "string" as const, enum: ["hit", "miss"] },
  },
  "Idempotent-Replayed": {
    description: "Sent if this is the stored answer of an earlier request with the same `Idempotency-Key`.",
    schema: { type: "string" as const, enum: ["true"] },
  },
  "WWW-Authenticate": {
    description: "How to authenticate (RFC 6750).",
    required: true,
    schema: { type: "string" as const, enum: ["Bearer"] },
  },
  "Retry-After": seconds("In how many seconds to try again."),
  Deprecation: text("Since when this path is deprecated (RFC 9745), as a Unix time.", 20, "^@\\d+$", "@1795132800", true),
};
export type HeaderName = keyof typeof HEADERS;

const ALWAYS: readonly HeaderName[] = ["X-Request-Id", "RateLimit-Policy", "RateLimit", "Access-Control-Allow-Origin", "Cache-Control"];

/** The response headers of a success. */
export const headersOfSuccess = ({ policy, spec }: Endpoint): HeaderName[] => [
  ...ALWAYS,
  ...(spec.status === 201 ? (["Location"] as const) : []),
  ...(spec.versioned ? (["ETag"] as const) : []),
  ...("page" in spec.query.shape ? (["Link"] as const) : []),
  ...(policy.cache ? (["X-Cache"] as const) : []),
  ...(spec.method === "get" || policy.ignoresIdempotencyKey ? [] : (["Idempotent-Replayed"] as const)),
];

/** The headers of an answer that the record is still the one that the client has. */
export const HEADERS_OF_NOT_MODIFIED: readonly HeaderName[] = [...ALWAYS, "ETag"];

/** The response headers of a failure. */
export const headersOfFailure = (status: number): HeaderName[] => [
  ...ALWAYS,
  ...(status === 401 ? (["WWW-Authenticate"] as const) : []),
  ...(status === 429 || status === 503 ? (["Retry-After"] as const) : []),
];

/** Headers as a response of the document has them. */
export const references = (names: readonly HeaderName[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
