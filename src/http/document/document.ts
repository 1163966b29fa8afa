import { OpenAPIHono, z } from "@hono/zod-openapi";
import type { FailureCode } from "../../core/errors.ts";
import { Identifier, pattern, text, wholeNumber } from "../../db/fields.ts";
import { REFRESH_COOKIE } from "../pipeline/refresh-cookie.ts";
import { NOTHING } from "../pipeline/request.ts";
import { type Access, limitedFailures, limitsOf, type Policy, takesLinks } from "../policy.ts";
import { type Endpoint, heedsConditions } from "../route.ts";
import { failureExamples, failureReferences, failureResponses } from "./failures.ts";
import { HEADERS, HEADERS_OF_NOT_MODIFIED, headersOfSuccess, references } from "./headers.ts";

/** One place of a request per error. */
const FieldProblem = z.object({
  pointer: pattern(2_000, /^\//).openapi({ format: "json-pointer", example: "/body/email" }),
  code: Identifier.openapi({ example: "invalid_format" }),
  detail: text(10_000),
});

/** RFC 9457, with a stable `code`, and `message` for clients that read it. */
export const Problem = z
  .looseObject({
    type: z.url().max(200),
    title: text(200),
    status: wholeNumber(400, 599),
    detail: text(2_000),
    code: Identifier,
    message: text(2_000),
    request_id: pattern(36, /^[\da-f-]{36}$/).openapi({ format: "uuid" }),
    errors: z.array(FieldProblem).max(20).optional(),
  })
  .openapi("Problem");

/** A header that is read by hand; what it may hold is described here only. */
const headerText = (maxLength: number) => pattern(maxLength, /^[ -~]*$/).optional();

/** A listing as a file; how long it is nobody knows beforehand. */
const CSV = z
  .string()
  .openapi("Csv", { format: "binary", maxLength: 2_147_483_647, description: "All rows of the listing (RFC 4180), with a header." });

/** A document; how long it is nobody knows beforehand. */
const PDF = z.string().openapi("Pdf", { format: "binary", maxLength: 2_147_483_647, description: "The document (PDF/A-3, tagged)." });

// No examples: Swagger UI would send them.
const KEY = {
  description:
    "A key of your choice for this write, such as `5f0c1c3e-5d0e-4f43-9b8e-0d1b9d1d2c11`. The same request with the same key within 24 hours changes nothing and gets the same answer.",
};
const IDEMPOTENCY_KEY = headerText(257).openapi(KEY);
const REQUIRED_IDEMPOTENCY_KEY = headerText(257).unwrap().openapi(KEY);
const IF_MATCH = headerText(500).openapi({
  description: 'ETags that you have of the record, such as `"3.9f86d081884c7d65"`. If the record has changed since, the answer is 412.',
});
const IF_NONE_MATCH = headerText(500).openapi({
  description: 'ETags that you have of the record, such as `"3.9f86d081884c7d65"`. If the record has not changed since, the answer is 304.',
});
const SEC_FETCH_SITE = headerText(20).openapi({ description: "`same-origin`; browsers send it by themselves." });

/** The request headers that the endpoint understands besides Authorization. */
const headersOf = (endpoint: Endpoint) => {
  const { policy, spec } = endpoint;
  if (spec.method === "get") return z.object(spec.versioned ? { "If-None-Match": IF_NONE_MATCH } : {});
  return z.object({
    ...(policy.forOwnPages ? { "Sec-Fetch-Site": SEC_FETCH_SITE } : {}),
    ...(policy.ignoresIdempotencyKey
      ? {}
      : { "Idempotency-Key": policy.requiresIdempotencyKey ? REQUIRED_IDEMPOTENCY_KEY : IDEMPOTENCY_KEY }),
    ...(heedsConditions(endpoint) ? { "If-Match": IF_MATCH } : {}),
  });
};

/** How those are refused who may not call the route. */
const refusalsOf = (policy: Policy): readonly FailureCode[] => {
  if (takesLinks(policy)) return policy.linkDecides ? ["link_ended", "forbidden"] : ["link_ended"];
  return [
    ...(policy.anonymousOnBadToken ? [] : (["unauthenticated"] as const)),
    ...(policy.access.roles.includes("anonymous") ? [] : (["forbidden"] as const)),
  ];
};

/** Every failure that this endpoint may answer: the declared ones and those that follow from its policy and input. */
export const failuresOf = (endpoint: Endpoint): FailureCode[] => {
  const { policy, spec } = endpoint;
  const isWrite = spec.method !== "get";
  return [
    ...new Set<FailureCode>([
      ...refusalsOf(policy),
      ...(policy.forOwnPages ? (["other_origin"] as const) : []),
      ...limitedFailures(policy),
      ...(policy.access.own ? (["not_found"] as const) : []),
      ...(isWrite && !policy.ignoresIdempotencyKey ? (["idempotency_key_reused"] as const) : []),
      ...(policy.requiresIdempotencyKey ? (["idempotency_key_required"] as const) : []),
      ...(heedsConditions(endpoint) ? (["precondition_failed"] as const) : []),
      ...(isWrite ? (["body_too_slow", "payload_too_large", "unsupported_media_type", "unsupported_encoding"] as const) : []),
      // Also where no query is taken: one that cannot be decoded, and an unknown field.
      "malformed_request",
      "invalid",
      ...(policy.limit === "none" ? [] : (["rate_limited"] as const)),
      ...(policy.asksPassword ? (["password_needed", "invalid_credentials"] as const) : []),
      ...(policy.fails ?? []),
      "internal",
      "unavailable",
      "misconfigured",
    ]),
  ];
};

const rolesText = ({ roles, own }: Access): string => {
  if (takesLinks({ access: { roles } })) return "whoever has the link";
  const who = roles.includes("anonymous") ? "everyone" : roles.join(", ");
  return own ? `${who}; a ${own.role} for their own records` : who;
};

/** The limit of the route, and that of staff where they have another one. */
const limitText = (policy: Policy): string => {
  const { everyone, staff } = limitsOf(policy);
  if (takesLinks(policy)) return "`link`, by link; tokens that do not hold count under `link_guess`, by address";
  if (everyone === "none") return "none";
  return staff === everyone ? `\`${everyone}\`` : `\`${everyone}\`, for mechanics and admins \`${staff}\``;
};

/** None where a token is not looked at, a choice where it changes what may be done. */
const securityOf = ({ access, anonymousOnBadToken }: Policy) => {
  if (anonymousOnBadToken) return [];
  if (takesLinks({ access })) return [{ shareToken: [] }];
  return access.roles.includes("anonymous") ? [{}, { bearer: [] }] : [{ bearer: [] }];
};

const describe = ({ policy, spec }: Endpoint): string =>
  [
    spec.description,
    policy.repeatSeconds &&
      `A PUT may be sent again by a library: the same request by the same account within ${policy.repeatSeconds} seconds changes nothing and gets the same answer, unless it was undone in the meantime. To add once more, send an \`Idempotency-Key\` of its own, or use POST.`,
    policy.forOwnPages &&
      `For pages of this server: the refresh token is in the cookie \`${REFRESH_COOKIE}\`, which no script can read and no other route heeds. Browsers send \`Sec-Fetch-Site: same-origin\` by themselves; any other request is refused.`,
    policy.asksPassword &&
      `Asks for your password again ${policy.asksPassword}: send it as \`current_password\`, or log in at most five minutes before. A wrong one counts towards the limit \`login_account\`.`,
    `Who: ${rolesText(policy.access)}. Limit: ${limitText(policy)}.`,
    policy.cache && `Listings are cached for up to ${policy.cache.seconds} seconds, but not for customers. \`X-Cache\` says hit or miss.`,
  ]
    .filter(Boolean)
    .join("\n\n");

const NOT_MODIFIED = {
  description: "The record has not changed since the ETag in `If-None-Match`.",
  headers: references(HEADERS_OF_NOT_MODIFIED),
};

/** A DELETE without a body is what every client sends, so it is enough where no field is required. */
const isBodyNeeded = ({ method, body }: Endpoint["spec"]): boolean => method !== "delete" || !body.safeParse({}).success;

const contentOf = ({ answer, example, file }: Endpoint["spec"]) => ({
  ...(file === "pdf only" ? {} : { "application/json": { schema: answer, example } }),
  ...(file === "csv" ? { "text/csv": { schema: CSV } } : {}),
  ...(file === "pdf" || file === "pdf only" ? { "application/pdf": { schema: PDF } } : {}),
});

const configOf = (endpoint: Endpoint) => {
  const { policy, spec } = endpoint;
  return {
    method: spec.method,
    path: spec.path,
    operationId: spec.operationId,
    tags: [spec.tag],
    summary: spec.summary,
    description: describe(endpoint),
    security: securityOf(policy),
    request: {
      params: spec.params,
      query: spec.query,
      headers: headersOf(endpoint),
      ...(spec.body !== NOTHING
        ? {
            body: { required: isBodyNeeded(spec), content: { "application/json": { schema: spec.body, example: spec.bodyExample } } },
          }
        : {}),
    },
    responses: {
      [spec.status ?? 200]: {
        description: spec.summary,
        headers: references(headersOfSuccess(endpoint)),
        content: contentOf(spec),
      },
      ...(spec.versioned && spec.method === "get" ? { 304: NOT_MODIFIED } : {}),
      ...failureReferences(failuresOf(endpoint)),
    },
  };
};

const BEARER = {
  type: "http",
  scheme: "bearer",
  bearerFormat: "JWT",
  description:
    "The `token` of a login, valid for one hour. Signed and verified as RFC8725 recommends, with one algorithm, type, issuer and audience.",
} as const;

const SHARE_TOKEN = {
  type: "apiKey",
  in: "header",
  name: "Share-Token",
  description:
    "The token of a link that the shop sent to a customer: 32 random bytes in base64url. It opens the routes of links and no other.",
} as const;

/** The document is the same wherever it is served, so its servers are relative to it. */
const SERVERS = [
  { url: "/", description: "This server, in production and in local development", "x-internal": false },
  { url: "/v1", description: "The same with the version in the path, in production and in local development", "x-internal": false },
];

export type Document = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

/** The OpenAPI 3.1 document of the endpoints at their canonical paths, made from the same policies and schemas that the guard enforces. */
export const buildDocument = (endpoints: readonly Endpoint[], version: string): Document => {
  const { openAPIRegistry: registry, getOpenAPI31Document } = new OpenAPIHono();
  const failures = endpoints.map(failuresOf);
  registry.register("Problem", Problem);
  registry.registerComponent("securitySchemes", "bearer", BEARER);
  registry.registerComponent("securitySchemes", "shareToken", SHARE_TOKEN);
  for (const [name, header] of Object.entries(HEADERS)) registry.registerComponent("headers", name, header);
  for (const [code, example] of failureExamples(failures.flat())) registry.registerComponent("examples", code, example);
  for (const [name, response] of failureResponses(failures)) registry.registerComponent("responses", name, response);
  for (const endpoint of endpoints) registry.registerPath(configOf(endpoint));
  return getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Mechanic Shop API",
      version,
      description:
        "Customers, vehicles, mechanics, service tickets and stock of an auto repair shop. Log in, then send the token as `Authorization: Bearer <token>`. A write whose parameters include `If-Match` also heeds `If-None-Match` and `If-Unmodified-Since` (RFC 9110, section 13); any other write refuses `If-Match` and `If-None-Match`. Paths of earlier systems still work and have [their own document](/docs?legacy).",
      contact: { name: "The shop that runs this server" },
      license: { name: "MIT" },
    },
    servers: SERVERS,
    tags: [...new Set(endpoints.map(({ spec }) => spec.tag))].map((name) => ({ name })),
  });
};
