import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-env.ts";
import { send, setHeader } from "./answer.ts";

const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
const ALLOWED =
  "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Share-Token, MCP-Protocol-Version, Mcp-Method, Mcp-Name";
const EXPOSED =
  "ETag, Location, Link, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, X-Cache, Idempotent-Replayed, Deprecation, Server-Timing";

/** How long a browser may remember a preflight, in seconds; Chromium takes no more. */
const REMEMBERED = "7200";

/**
 * Lets pages of the allowed origins read the answers (Fetch, 3.3). Tokens are sent in a header, so credentials such as
 * cookies are never allowed. Preflights are answered here and count under no limit.
 */
export const cors: MiddlewareHandler<AppEnv> = async (c, next) => {
  setHeader(c, "Vary", "Origin");
  const origin = c.req.header("Origin");
  if (origin === undefined || !c.get("deps").allowedOrigins.has(origin)) return next();
  setHeader(c, "Access-Control-Allow-Origin", origin);
  if (c.req.method !== "OPTIONS" || !c.req.header("Access-Control-Request-Method")) {
    setHeader(c, "Access-Control-Expose-Headers", EXPOSED);
    return next();
  }
  setHeader(c, "Access-Control-Allow-Methods", METHODS);
  setHeader(c, "Access-Control-Allow-Headers", ALLOWED);
  setHeader(c, "Access-Control-Max-Age", REMEMBERED);
  return send(c, 204, null);
};
