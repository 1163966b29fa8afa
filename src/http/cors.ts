import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./app-env.ts";

const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
const ALLOWED = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match";
const EXPOSED =
  "ETag, Location, Link, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, X-Cache, Idempotent-Replayed, Deprecation, Server-Timing";

/** How long a browser may remember a preflight, in seconds; Chromium takes no more. */
const REMEMBERED = "7200";

/**
 * Lets pages of the allowed origins read the answers (Fetch, 3.3). There are no cookies, so credentials are never
 * allowed; a token goes in its header. Preflights end here, uncounted.
 */
export const cors: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { allowedOrigins } = c.var.deps;
  if (allowedOrigins.size === 0) return next();
  c.header("Vary", "Origin", { append: true });
  const origin = c.req.header("Origin");
  if (origin === undefined || !allowedOrigins.has(origin)) return next();
  c.header("Access-Control-Allow-Origin", origin);
  if (c.req.method !== "OPTIONS" || !c.req.header("Access-Control-Request-Method")) {
    c.header("Access-Control-Expose-Headers", EXPOSED);
    return next();
  }
  c.header("Access-Control-Allow-Methods", METHODS);
  c.header("Access-Control-Allow-Headers", ALLOWED);
  c.header("Access-Control-Max-Age", REMEMBERED);
  return c.body(null, 204);
};
