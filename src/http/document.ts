import { OpenAPIHono, z } from "@hono/zod-openapi";
import { FAILURES, type FailureCode } from "../core/errors.ts";
import { withOlderOperations } from "./older-operations.ts";
import type { Access, Policy } from "./policy.ts";
import { NOTHING } from "./request.ts";
import type { Endpoint } from "./route.ts";

const FieldProblem = z.object({
  pointer: z.string().openapi({ example: "/body/email" }),
  code: z.string().openapi({ example: "invalid_format" }),
  detail: z.string(),
});

/** RFC 9457, with a stable `code`, and `message` for clients that read it. */
export const Problem = z
  .looseObject({
    type: z.url(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    message: z.string(),
    request_id: z.string(),
    errors: z.array(FieldProblem).optional(),
  })
  .openapi("Problem");

const changesRecord = ({ spec }: Endpoint): boolean => spec.method !== "get" && spec.path.includes("{id}");

const IDEMPOTENCY_KEY = z.string().max(257).optional().openapi({
  description: "Names this write: sent again with the same key within 24 hours, it gets the same answer and changes nothing.",
  example: "5f0c1c3e-5d0e-4f43-9b8e-0d1b9d1d2c11",
});
const IF_MATCH = z
  .string()
  .max(500)
  .optional()
  .openapi({ description: "ETags of the record as you know it; 412 when it has changed since." });
const IF_NONE_MATCH = z
  .string()
  .max(500)
  .optional()
  .openapi({ description: "ETags that you have; 304 when the record is still one of them." });

/** The request headers that the endpoint understands besides Authorization. */
const headersOf = (endpoint: Endpoint) => {
  const { policy, spec } = endpoint;
  if (spec.method === "get") return z.object(spec.versioned ? { "If-None-Match": IF_NONE_MATCH } : {});
  return z.object({
    ...(policy.keepsNoAnswers ? {} : { "Idempotency-Key": IDEMPOTENCY_KEY }),
    ...(changesRecord(endpoint) ? { "If-Match": IF_MATCH } : {}),
  });
};

const header = (description: string) => ({ schema: { type: "string" as const }, description });

/** The response headers of a success. */
const answerHeaders = ({ policy, spec }: Endpoint) => ({
  ...LIMIT_HEADERS,
  ...(spec.status === 201 ? { Location: header("Where the new record is.") } : {}),
  ...(spec.versioned ? { ETag: header('The record\'s version and a digest of this body, such as `"3.9f86d081884c7d65"`.') } : {}),
  ...("page" in spec.query.shape ? { Link: header("The other pages (RFC 8288): first, prev, next, last.") } : {}),
  ...(policy.cache ? { "X-Cache": header("`hit` when the listing was cached, else `miss`.") } : {}),
  ...(spec.method === "get" || policy.keepsNoAnswers
    ? {}
    : { "Idempotent-Replayed": header("`true` when this is the kept answer of an earlier request.") }),
});

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
      ...(changesRecord(endpoint) ? (["precondition_failed"] as const) : []),
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

const exampleOf = (code: FailureCode) => ({
  type: `https://mechanic-shop.example/problems/${code}`,
  title: FAILURES[code].title,
  status: FAILURES[code].status,
  detail: FAILURES[code].title,
  code,
  message: FAILURES[code].title,
  request_id: "5f0c1c3e-5d0e-4f43-9b8e-0d1b9d1d2c11",
});

const failureResponses = (codes: readonly FailureCode[]) =>
  Object.fromEntries(
    [...new Set(codes.map((code) => FAILURES[code].status))].sort().map((status) => {
      const here = codes.filter((code) => FAILURES[code].status === status);
      const examples = Object.fromEntries(here.map((code) => [code, { $ref: `#/components/examples/${code}` }]));
      return [
        status,
        {
          description: here.map((code) => `\`${code}\``).join(", "),
          content: { "application/problem+json": { schema: Problem, examples } },
        },
      ];
    }),
  );

const LIMIT_HEADERS = {
  "X-Request-Id": { schema: { type: "string" as const }, description: "Names this request in logs and in the audit log." },
  "RateLimit-Policy": { schema: { type: "string" as const }, description: 'The windows that count, such as `"default-hour";q=50;w=3600`.' },
  RateLimit: { schema: { type: "string" as const }, description: 'What is left of them, such as `"default-hour";r=12;t=840`.' },
};

const rolesText = ({ roles, own }: Access): string => {
  const who = roles.includes("anonymous") ? "everyone" : roles.join(", ");
  return own ? `${who}; ${own.role} (own records only)` : who;
};

const securityOf = ({ access }: Policy) => (access.roles.includes("anonymous") ? [{}, { bearer: [] }] : [{ bearer: [] }]);

const describe = ({ policy, spec }: Endpoint): string =>
  [
    spec.description,
    `Who: ${rolesText(policy.access)}. Limit: \`${policy.limit ?? "default"}\`.`,
    policy.cache && `Cached for ${policy.cache.seconds} seconds; \`X-Cache\` says hit or miss.`,
  ]
    .filter(Boolean)
    .join("\n\n");

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
        headers: answerHeaders(endpoint),
        content: { "application/json": { schema: spec.answer, example: spec.example } },
      },
      ...failureResponses(failuresOf(endpoint)),
    },
  };
};

/** The OpenAPI 3.1 document of the endpoints, made from the same policies and schemas that the guard enforces. */
export const buildDocument = (endpoints: readonly Endpoint[], version: string) => {
  const app = new OpenAPIHono();
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer", bearerFormat: "JWT" });
  for (const code of new Set(endpoints.flatMap(failuresOf)))
    app.openAPIRegistry.registerComponent("examples", code, { summary: FAILURES[code].title, value: exampleOf(code) });
  for (const endpoint of endpoints) app.openAPIRegistry.registerPath(configOf(endpoint));
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Mechanic Shop API",
      version,
      description:
        "Customers, vehicles, mechanics, service tickets and stock of an auto repair shop, served at the edge. Log in, then send the token as `Authorization: Bearer <token>`.",
      license: { name: "MIT" },
    },
    servers: [{ url: "/" }, { url: "/v1" }],
    tags: [...new Set(endpoints.map(({ spec }) => spec.tag))].map((name) => ({ name })),
  });
  return withOlderOperations(document);
};
