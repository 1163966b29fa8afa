import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Hono } from "hono";
import { createApp } from "../../src/app.ts";
import type { AppEnv, Deps } from "../../src/http/app-env.ts";
import { testDeps } from "./client.ts";

/** Sends requests as they are, and gives answers as they are: for what the checking client would not send or accept. */
export const rawClient = (deps: Deps | null = testDeps(), app: Pick<Hono<AppEnv>, "fetch"> = createApp(deps)) => {
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const context = createExecutionContext();
    const request = new Request(`https://shop.test${path}`, init);
    if (!request.headers.has("CF-Connecting-IP")) request.headers.set("CF-Connecting-IP", "203.0.113.7");
    const response = await app.fetch(request, env, context);
    // Read at once: what is deferred may need the body's end.
    const body = [101, 204, 205, 304].includes(response.status) ? null : await response.arrayBuffer();
    await waitOnExecutionContext(context);
    return new Response(body, response);
  };
  return send;
};

export type RawClient = ReturnType<typeof rawClient>;

/** The headers that a token goes in. */
export const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

/** A body with its type, as a request has them. */
export const jsonBody = (body: unknown): { body: string; headers: Record<string, string> } => ({
  body: JSON.stringify(body),
  headers: { "Content-Type": "application/json" },
});
