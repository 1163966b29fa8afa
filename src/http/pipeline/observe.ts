import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import { countRoundTrips, countsOf, timesOf } from "../../core/round-trips.ts";
import type { AppContext, AppEnv, Deps } from "../app-env.ts";
import { begin } from "./answer.ts";

/** The path of the route that answered, as the document writes it: what stood in its places is nobody's business. */
const routeOf = (c: AppContext): string => {
  const path = routePath(c);
  return path.includes("*") ? "unknown" : path.replaceAll(/:(\w+)/g, "{$1}");
};

/** Logs each request in one line, without anything that the client wrote, and tells a developer where the time went. */
export const observe =
  (deps: Deps): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const requestId = deps.newId();
    begin(c, requestId);
    c.set("deps", deps);
    const start = performance.now();
    const roundTrips = await countRoundTrips(deps.isDevelopment, next);
    const ms = Math.round(performance.now() - start);
    const { method } = c.req;
    deps.log({ request_id: requestId, route: routeOf(c), method, status: c.res.status, ms, trips: countsOf(roundTrips) });
    const times = timesOf(roundTrips);
    if (times) c.res.headers.set("Server-Timing", times);
  };
