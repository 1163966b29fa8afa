import type { Hono } from "hono";
import { Failure } from "../../core/errors.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { EVERYONE } from "../policy.ts";
import type { Endpoint } from "../route.ts";
import { send, setHeader } from "./answer.ts";
import { guard } from "./guard.ts";
import { problem } from "./problem.ts";
import { NOTHING } from "./request.ts";

const toHonoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ":$1");

const hasParameter = (path: string): boolean => path.includes("{");

/** A request that no endpoint takes: counted with all others of its kind, then refused. */
const refuse = (failure: Failure) =>
  guard({
    policy: { access: EVERYONE },
    spec: {
      method: "get",
      path: "/",
      operationId: "",
      tag: "",
      summary: "",
      params: NOTHING,
      query: NOTHING,
      body: NOTHING,
      answer: NOTHING,
      example: {},
    },
    bucket: "unknown",
    accept: () => Promise.reject(failure),
  });

/** Answers 404 for a path that is not there; OPTIONS is not counted there either. */
export const unknownRoute = (c: AppContext): Response | Promise<Response> => {
  const failure = new Failure("unknown_route");
  return c.req.method === "OPTIONS" ? problem(c, failure) : refuse(failure)(c);
};

/** A path's other methods: OPTIONS tells which there are, all else is refused with 405. */
export const otherMethods = (allow: string) => {
  const refused = refuse(new Failure("method_not_allowed", { allow }));
  return (c: AppContext): Response | Promise<Response> => {
    if (c.req.method !== "OPTIONS") return refused(c);
    setHeader(c, "Allow", allow);
    return send(c, 204, null);
  };
};

/** Mounts endpoints, fixed paths before those with parameters, each behind its guard. */
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
