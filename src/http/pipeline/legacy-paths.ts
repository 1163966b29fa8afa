import type { MiddlewareHandler } from "hono";
import type { Router } from "hono/router";
import type { AppContext, AppEnv } from "../app-env.ts";

/** First segments of the earlier systems, each with the current one. */
const PREFIXES: readonly (readonly [legacy: string, canonical: string])[] = [
  ["/service_tickets", "/service-tickets"],
  ["/tickets", "/service-tickets"],
];

/**
 * Routes of the earlier systems, each with its canonical route; the prefix is replaced before. The query of a canonical
 * route has what was meant there: a value of its own, a parameter of the legacy path as `{id}`, or one of the query
 * that had another name, as `{?name}`. `true` marks a path that is canonical for other methods.
 */
const ROUTES: readonly (readonly [legacy: string, canonical: string, isShared?: true])[] = [
  ["GET /service-tickets/my-tickets", "GET /customers/my-tickets"],
  ["GET /service-tickets/customer/my-tickets", "GET /customers/my-tickets"],
  ["GET /customers/mytickets", "GET /customers/my-tickets"],
  ["GET /service-tickets/mechanic/my-tickets", "GET /mechanics/my-tickets"],
  ["POST /service-tickets/mechanic/create", "POST /service-tickets"],
  ["PUT /service-tickets/{id}/edit", "PUT /service-tickets/{id}/edit-mechanics"],
  ["PUT /service-tickets/{id}/mechanics", "PUT /service-tickets/{id}/edit-mechanics", true],
  ["PUT /service-tickets/{id}/remove-part/{inventory_id}", "DELETE /service-tickets/{id}/parts/{inventory_id}"],
  ["GET /mechanics/leaderboard/most-tickets", "GET /mechanics/leaderboard"],
  ["GET /mechanics/ranked", "GET /mechanics/top?has_tickets=true&per_page=100"],
  ["GET /mechanics/popular", "GET /mechanics/top?per_page=5"],
  ["GET /mechanics/profile", "GET /auth/me"],
  ["GET /mechanics/secure-data", "GET /auth/me"],
  ["GET /mechanics/dashboard", "GET /mechanics/my-tickets"],
  ["GET /mechanics/search", "GET /mechanics?q={?name}"],
  ["GET /service-tickets/mechanic/{mechanic_id}/count", "GET /service-tickets?mechanic_id={mechanic_id}"],
  ["GET /service-tickets/customer/{customer_id}/count", "GET /service-tickets?customer_id={customer_id}"],
  ["PUT /service-tickets/{id}/update", "PUT /service-tickets/{id}"],
  ["POST /service-tickets/{id}/add-inventory", "POST /service-tickets/{id}/parts"],
  ["POST /service-tickets/{id}/add_part", "POST /service-tickets/{id}/parts"],
  ["GET /inventory/search", "GET /inventory?q={?part_name}&per_page={?limit}"],
  ["GET /inventory/mechanic", "GET /inventory"],
  ["GET /inventory/mechanic/search", "GET /inventory"],
  ["GET /inventory/mechanic/{id}", "GET /inventory/{id}"],
  ["GET /customers/admin/{id}", "GET /customers/{id}"],
  ["PUT /mechanics/change-password", "PUT /auth/password"],
  ["POST /mechanics/admin/login", "POST /auth/login"],
  ["POST /mechanics/admin/create", "POST /users"],
  ["GET /mytickets", "GET /customers/my-tickets"],
  ["DELETE /mechanics/admin/delete/{id}", "DELETE /mechanics/{id}"],
  ["DELETE /customers/admin/delete/{id}", "DELETE /customers/{id}"],
  ["PUT /mechanics/admin/update/{id}", "PUT /mechanics/{id}"],
  ["PUT /customers/admin/update/{id}", "PUT /customers/{id}"],
  ["POST /customers/register", "POST /customers"],
  ["POST /users/register", "POST /customers"],
  ["POST /users/login", "POST /auth/login"],
  ["POST /login", "POST /auth/login"],
  ["GET /api/docs", "GET /docs"],
  ["GET /swagger", "GET /docs"],
  ["GET /static/swagger.yaml", "GET /openapi.json"],
];

interface Place {
  readonly method: string;
  readonly path: string;
}

/** A parameter of a canonical query, and where its value is in a request to the legacy path. */
export interface QueryPart {
  readonly name: string;
  readonly from: "constant" | "path" | "query";
  /** The constant, or the name of the parameter there. */
  readonly value: string;
}

const placeOf = (text: string): Place => {
  const [method = "", path = ""] = text.replace(/\?.*/, "").split(" ");
  return { method, path };
};

const queryPartOf = ([name, text]: readonly [string, string]): QueryPart => {
  const [, mark, inBraces] = /^\{(\??)(\w+)\}$/.exec(text) ?? [];
  if (inBraces === undefined) return { name, from: "constant", value: text };
  return { name, from: mark ? "query" : "path", value: inBraces };
};

const LEGACY_ROUTES = ROUTES.map(([legacy, canonical, isShared = false]) => ({
  legacy: placeOf(legacy),
  canonical: placeOf(canonical),
  query: [...new URLSearchParams(canonical.split("?").slice(1).join("?"))].map(queryPartOf),
  isShared,
  pattern: new RegExp(`^${placeOf(legacy).path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}/?$`),
}));

const BASE = /^\/v1(?=\/|$)/;

/** Matches every legacy path and every path under /v1, and no path that is canonical for all methods. */
const MAY_BE_LEGACY = new RegExp(
  [BASE.source, ...PREFIXES.map(([legacy]) => `^${legacy}(?=/|$)`), ...LEGACY_ROUTES.map(({ pattern }) => pattern.source)]
    .join("|")
    .replaceAll(/\?<\w+>/g, ""),
);

const withCurrentPrefix = (path: string): string => {
  const prefix = PREFIXES.find(([legacy]) => path === legacy || path.startsWith(`${legacy}/`));
  return prefix ? prefix[1] + path.slice(prefix[0].length) : path;
};

/** HEAD follows GET. OPTIONS follows any method, unless the path is canonical for others. */
const takes = ({ legacy, isShared }: (typeof LEGACY_ROUTES)[number], method: string): boolean =>
  legacy.method === method || (legacy.method === "GET" && method === "HEAD") || (method === "OPTIONS" && !isShared);

const NO_PARAMS: Readonly<Record<string, string>> = {};

/** The legacy route that takes a request, with the parameters of its path, and the path with today's prefix. */
const find = (method: string, path: string) => {
  const current = path.replace(BASE, "") || "/";
  const begun = withCurrentPrefix(current);
  for (const route of LEGACY_ROUTES) {
    const found = takes(route, method) ? route.pattern.exec(begun) : null;
    const params: Readonly<Record<string, string>> = found?.groups ?? {};
    if (found) return { route, params, begun, isLegacy: true };
  }
  return { route: null, params: NO_PARAMS, begun, isLegacy: begun !== current };
};

/** The canonical method and path of a request. `isLegacy` is false for canonical paths, also under /v1. */
export const canonicalOf = (method: string, path: string): Place & { readonly isLegacy: boolean } => {
  const { route, params, begun, isLegacy } = find(method, path);
  if (!route) return { method, path: begun, isLegacy };
  return {
    method: method === route.legacy.method ? route.canonical.method : method,
    path: route.canonical.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? ""),
    isLegacy,
  };
};

export type Query = Readonly<Record<string, readonly string[]>>;

/** The query of a request as its canonical route knows it. What the client sends goes before a constant. */
export const canonicalQuery = (method: string, path: string, sent: Query): Query => {
  if (!MAY_BE_LEGACY.test(path)) return sent;
  const { route, params } = find(method, path);
  const query = new Map(Object.entries(sent));
  for (const { name, from, value } of route?.query ?? []) {
    const there = query.get(name) ?? [];
    if (from === "constant") query.set(name, there.length > 0 ? there : [value]);
    if (from === "path") query.set(name, [...there, params[value] ?? ""]);
    if (from === "query" && query.has(value)) {
      const renamed = query.get(value)?.filter(Boolean) ?? [];
      query.delete(value);
      if (renamed.length > 0) query.set(name, [...there, ...renamed]);
    }
  }
  return Object.fromEntries(query);
};

/** The legacy routes of a canonical route, whose path is written as in the document, each with what its query means. */
export const legacyNamesOf = (method: string, path: string): (Place & { readonly query: readonly QueryPart[] })[] => [
  ...PREFIXES.filter(([, now]) => path.startsWith(now)).map(([legacy, now]) => ({
    method,
    path: legacy + path.slice(now.length),
    query: [],
  })),
  ...LEGACY_ROUTES.filter(({ canonical }) => canonical.method === method && canonical.path === path).map(({ legacy, query }) => ({
    ...legacy,
    query,
  })),
];

/** Since when the legacy paths are deprecated (RFC 9745): 2026-11-20. */
const DEPRECATION = "@1795132800";

/** The router of the app, which finds a legacy path under its canonical name: no redirect, and the request stays as it was sent. */
export const legacyRouter = <T>(router: Router<T>): Router<T> => ({
  name: "LegacyRouter",
  add: (method, path, handler) => router.add(method, path, handler),
  match: (method, path) => {
    if (!MAY_BE_LEGACY.test(path)) return router.match(method, path);
    const canonical = canonicalOf(method, path);
    return router.match(canonical.method, canonical.path);
  },
});

/** The method of the route that answers, which a legacy path may have under another one. */
export const routedMethod = ({ req: { method, path } }: AppContext): string =>
  MAY_BE_LEGACY.test(path) ? canonicalOf(method, path).method : method;

const searchOf = (query: Query): string =>
  new URLSearchParams(Object.entries(query).flatMap(([name, values]) => values.map((value) => [name, value]))).toString();

/** Says in the answer to a legacy path that it is deprecated (RFC 9745), and where to go (RFC 5829). */
export const announceLegacyPath: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  if (!MAY_BE_LEGACY.test(c.req.path)) return;
  const { path, isLegacy } = canonicalOf(c.req.method, c.req.path);
  if (!isLegacy) return;
  const url = new URL(c.req.url);
  // Encodes the path again, which Hono has decoded.
  url.pathname = path;
  const sent = c.req.queries();
  const query = canonicalQuery(c.req.method, c.req.path, sent);
  if (query !== sent) url.search = searchOf(query);
  c.res.headers.set("Deprecation", DEPRECATION);
  c.res.headers.append("Link", `<${url.pathname}${url.search}>; rel="successor-version"`);
};
