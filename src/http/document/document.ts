import { OpenAPIHono, z } from "@hono/zod-openapi";
import type { FailureCode } from "../../core/errors.ts";
import { Identifier, pattern, text, wholeNumber } from "../../db/fields.ts";
import { NOTHING } from "../pipeline/request.ts";
import type { Access, Policy } from "../policy.ts";
import type { Endpoint } from "../route.ts";
import { failureExamples, failureReferences, failureResponses } from "./failures.ts";
import { HEADERS, HEADERS_OF_NOT_MODIFIED, headersOfSuccess, references } from "./headers.ts";
import { withOlderOperations } from "./legacy-operations.ts";

/** One place of a request per error; a body of 1 MB has no more of them, and no longer pointers. */
const FieldProblem = z.object({
  pointer: pattern(2_000_100, /^\//).openapi({ format: "json-pointer", example: "/body/email" }),
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
    errors: z.array(FieldProblem).max(1_000_000).optional(),
  })
  .openapi("Problem");

/** Does the write heed If-Match? */
const heedsIfMatch = ({ spec }: Endpoint): boolean =>
  spec.method !== "get" && spec.path.includes("{id}") && (spec.versioned ?? spec.removesVersioned ?? false);

/** A header that is read by hand; what it may hold is described here only. */
const headerText = (maxLength: number) => pattern(maxLength, /^[ -~]*$/).optional();

// No examples: Swagger UI would send them.
const IDEMPOTENCY_KEY = headerText(257).openapi({
  description:
    "Names this write, such as `5f0c1c3e-5d0e-4f43-9b8e-0d1b9d1d2c11`: sent again with the same key within 24 hours, it gets the same answer and changes nothing.",
});
const IF_MATCH = headerText(500).openapi({
  description: 'ETags of the record as you know it, such as `"3.9f86d081884c7d65"`; 412 when it has changed since.',
});
const IF_NONE_MATCH = headerText(500).openapi({
  description: 'ETags that you have, such as `"3.9f86d081884c7d65"`; 304 when the record is still one of them.',
});

/** The request headers that the endpoint understands besides Authorization. */
const headersOf = (endpoint: Endpoint) => {
  const { policy, spec } = endpoint;
  if (spec.method === "get") return z.object(spec.versioned ? { "If-None-Match": IF_NONE_MATCH } : {});
  return z.object({
    ...(policy.keepsNoAnswers ? {} : { "Idempotency-Key": IDEMPOTENCY_KEY }),
    ...(heedsIfMatch(endpoint) ? { "If-Match": IF_MATCH } : {}),
  });
};

/** Every failure that this endpoint may answer: the declared ones and those that follow from its policy and input. */
export const failuresOf = (endpoint: Endpoint): FailureCode[] => {
  const { policy, spec } = endpoint;
  const isOpen = policy.access.roles.includes("anonymous");
  const isWrite = spec.method !== "get";
  return [
    ...new Set<FailureCode>([
      ...(policy.ignoresBadTokens ? [] : (["unauthenticated"] as const)),
      ...(isOpen ? [] : (["forbidden"] as const)),
      ...(policy.access.own ? (["not_found"] as const) : []),
      ...(isWrite && !policy.keepsNoAnswers ? (["idempotency_key_reused"] as const) : []),
      ...(heedsIfMatch(endpoint) ? (["precondition_failed"] as const) : []),
      ...(isWrite ? (["malformed_request", "payload_too_large", "unsupported_media_type"] as const) : []),
      // Also where nothing is taken: an unknown field of the query is refused.
      "invalid",
      ...(policy.limit === "none" ? [] : (["rate_limited"] as const)),
      ...(policy.fails ?? []),
      "internal",
      "unavailable",
      "misconfigured",
    ]),
  ];
};

const rolesText = ({ roles, own }: Access): string => {
  const who = roles.includes("anonymous") ? "everyone" : roles.join(", ");
  return own ? `${who}; ${own.role} (own records only)` : who;
};

/** None where a token is not looked at, a choice where it changes what may be done. */
const securityOf = ({ access, ignoresBadTokens }: Policy) => {
  if (ignoresBadTokens) return [];
  return access.roles.includes("anonymous") ? [{}, { bearer: [] }] : [{ bearer: [] }];
};

const describe = ({ policy, spec }: Endpoint): string =>
  [
    spec.description,
    `Who: ${rolesText(policy.access)}. Limit: \`${policy.limit ?? "default"}\`.`,
    policy.cache && `Cached for ${policy.cache.seconds} seconds; \`X-Cache\` says hit or miss.`,
  ]
    .filter(Boolean)
    .join("\n\n");

const NOT_MODIFIED = { description: "The record is still the one of `If-None-Match`.", headers: references(HEADERS_OF_NOT_MODIFIED) };

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
        ? { body: { required: true, content: { "application/json": { schema: spec.body, example: spec.bodyExample } } } }
        : {}),
    },
    responses: {
      [spec.status ?? 200]: {
        description: spec.summary,
        headers: references(headersOfSuccess(endpoint)),
        content: { "application/json": { schema: spec.answer, example: spec.example } },
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
  description: "The `token` of a login, for an hour. Signed and verified as RFC8725 asks: one algorithm, type, issuer and audience.",
} as const;

/** The document is the same wherever it is served, so its servers are relative to it. */
const SERVERS = [
  { url: "/", description: "This server, in production as in local development", "x-internal": false },
  { url: "/v1", description: "The same by its version, in production as in local development", "x-internal": false },
];

/** The OpenAPI 3.1 document of the endpoints, made from the same policies and schemas that the guard enforces. */
export const buildDocument = (endpoints: readonly Endpoint[], version: string) => {
  const { openAPIRegistry: registry, getOpenAPI31Document } = new OpenAPIHono();
  const failures = endpoints.map(failuresOf);
  registry.register("Problem", Problem);
  registry.registerComponent("securitySchemes", "bearer", BEARER);
  for (const [name, header] of Object.entries(HEADERS)) registry.registerComponent("headers", name, header);
  for (const [code, example] of failureExamples(failures.flat())) registry.registerComponent("examples", code, example);
  for (const [name, response] of failureResponses(failures)) registry.registerComponent("responses", name, response);
  for (const endpoint of endpoints) registry.registerPath(configOf(endpoint));
  const document = getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Mechanic Shop API",
      version,
      description:
        "Customers, vehicles, mechanics, service tickets and stock of an auto repair shop, served at the edge. Log in, then send the token as `Authorization: Bearer <token>`.",
      contact: { name: "The shop that runs this server" },
      license: { name: "MIT" },
    },
    servers: SERVERS,
    tags: [...new Set(endpoints.map(({ spec }) => spec.tag))].map((name) => ({ name })),
  });
  return withOlderOperations(document);
};
