import type { Hono } from "hono";
import { Failure } from "../../core/errors.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { EVERYONE } from "../policy.ts";
import type { Endpoint } from "../route.ts";
import { send, setHeader } from "./answer.ts";
import { guard } from "./guard.ts";
import { problem } from "./problem.ts";

const toHonoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ":$1");

const hasParameter = (path: string): boolean => path.includes("{");

/** Counts a request that no route takes with all others of its kind, then answers it with this failure. */
export const countAndFail = (failure: Failure) =>
  guard({ policy: { access: EVERYONE }, spec: null, bucket: "unknown", validate: () => Promise.reject(failure) });

/** Answers 404 for a path that does not exist. OPTIONS is not counted there either. */
export const unknownRoute = (c: AppContext): Response | Promise<Response> => {
  const failure = new Failure("unknown_route");
  return c.req.method === "OPTIONS" ? problem(c, failure) : countAndFail(failure)(c);
};

/** Answers the methods that a path does not have: OPTIONS with those it has, all others with 405. */
export const otherMethods = (allow: string) => {
  const fail = countAndFail(new Failure("method_not_allowed", { allow }));
  return (c: AppContext): Response | Promise<Response> => {
    if (c.req.method !== "OPTIONS") return fail(c);
    setHeader(c, "Allow", allow);
    return send(c, 204, null);
  };
};

/** Mounts every endpoint behind its guard, fixed paths before those with parameters. */
export const mount = (app: Hono<AppEnv>, endpoints: readonly Endpoint[]): void => {
  const byPath = Map.groupBy(endpoints, ({ spec }) => spec.path);
  const paths = [...byPath].sort(([a], [b]) => Number(hasParameter(a)) - Number(hasParameter(b)));
  for (const [path, here] of paths) {
    for (const endpoint of here) app.on(endpoint.spec.method.toUpperCase(), toHonoPath(path), guard(endpoint));
    const methods = here.map(({ spec }) => spec.method.toUpperCase());
    const allow = [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
    app.all(toHonoPath(path), otherMethods(allow));
  }
};
