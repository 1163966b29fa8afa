import type { StatusCode } from "hono/utils/http-status";
import type { AppContext } from "../app-env.ts";

/** Security headers of every answer (OWASP Secure Headers Project). */
const SECURE = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Origin-Agent-Cluster": "?1",
  "Referrer-Policy": "no-referrer",
  "Strict-Transport-Security": "max-age=15552000; includeSubDomains",
  "X-Content-Type-Options": "nosniff",
  "X-DNS-Prefetch-Control": "off",
  "X-Download-Options": "noopen",
  "X-Frame-Options": "SAMEORIGIN",
  "X-Permitted-Cross-Domain-Policies": "none",
  "X-XSS-Protection": "0",
};

let native: Headers | undefined;
/** The same as native headers, made at the first answer. A response copies them far faster than it sets them. */
const secureHeaders = (): Headers => {
  native ??= new Headers(SECURE);
  return native;
};

/** Begins the answer to a request. From here on its headers are collected. */
export const begin = (c: AppContext, requestId: string): void => {
  c.set("requestId", requestId);
  c.set("answerHeaders", new Map([["X-Request-Id", requestId]]));
};

/** Sets a header of the coming answer. */
export const setHeader = (c: AppContext, name: string, value: string): void => {
  c.get("answerHeaders").set(name, value);
};

/** Adds to a list in a header of the coming answer. */
export const addToHeader = (c: AppContext, name: string, value: string): void => {
  const before = c.get("answerHeaders").get(name);
  setHeader(c, name, before ? `${before}, ${value}` : value);
};

/** The answer with the security headers and all that were set with `setHeader`. */
export const send = (
  c: AppContext,
  status: StatusCode,
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null,
): Response => {
  const response = new Response(body, { status, headers: secureHeaders() });
  for (const [name, value] of c.get("answerHeaders")) response.headers.set(name, value);
  return response;
};
