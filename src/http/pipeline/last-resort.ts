import { Hono } from "hono";
import type { AppEnv, Deps } from "../app-env.ts";
import { begin } from "./answer.ts";
import { onError } from "./problem.ts";

type Fetches = Pick<Hono<AppEnv>, "fetch">;

/** Answers a request whose error the app itself cannot answer: 500 as a problem document, with an id and a line in the log. */
const lastResort = (error: unknown, deps: Deps): Fetches =>
  new Hono<AppEnv>({ getPath: () => "/" }).all("/", (c) => {
    const requestId = crypto.randomUUID();
    begin(c, requestId);
    c.set("deps", deps);
    deps.log({ request_id: requestId, route: "unknown", method: c.req.method, status: 500, ms: 0, trips: { gate: 0, kv: 0, d1: 0 } });
    return onError(error, c);
  });

/**
 * The app with an answer also for errors that Hono does not hand to `onError`: those before its first middleware, and
 * whatever is thrown that is not an `Error`.
 */
export const answerAlways = (app: Fetches, deps: Deps): Fetches => ({
  fetch: async (request, ...rest) => {
    try {
      return await app.fetch(request, ...rest);
    } catch (error) {
      return lastResort(error, deps).fetch(request, ...rest);
    }
  },
});
