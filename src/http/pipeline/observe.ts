import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import { countRoundTrips, countsOf, timesOf } from "../../core/round-trips.ts";
import type { AppContext, AppEnv, Deps } from "../app-env.ts";
import { begin } from "./answer.ts";
import { routedMethod } from "./legacy-paths.ts";

/** The path of the route that answered, as the document writes it, so without the ids of the request. */
const routeOf = (c: AppContext): string => {
  const path = routePath(c);
  return path.includes("*") ? "unknown" : path.replaceAll(/:(\w+)/g, "{$1}");
};

/** Logs each request in one line that holds nothing the client wrote; what is streamed tells later how it ended. In development, Server-Timing says where the time went. */
export const observe =
  (deps: Deps): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const requestId = deps.newId();
    begin(c, requestId);
    c.set("deps", deps);
    const start = performance.now();
    const roundTrips = await countRoundTrips(deps.isDevelopment, next);
    const ms = Math.round(performance.now() - start);
    const line = { request_id: requestId, route: routeOf(c), method: routedMethod(c), status: c.res.status, ms };
    deps.log({ ...line, trips: countsOf(roundTrips), ...(c.get("isStreamed") && { streamed: true }) });
    const times = timesOf(roundTrips);
    if (times) c.res.headers.set("Server-Timing", times);
  };
