import type { MiddlewareHandler } from "hono";
import type { Router } from "hono/router";
import type { AppContext, AppEnv } from "../app-env.ts";

/** First segments of the earlier systems, each with the current one. */
const PREFIXES: readonly (readonly [legacy: string, canonical: string])[] = [
  ["/service_tickets", "/service-tickets"],
  ["/tickets", "/service-tickets"],
];

/**
 * Routes of the earlier systems, each with its canonical route; the prefix is replaced before. `true` marks a path
 * that is canonical for other methods.
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
  ["GET /mechanics/ranked", "GET /mechanics/leaderboard"],
  ["GET /mechanics/popular", "GET /mechanics/top"],
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
];

interface Place {
  readonly method: string;
  readonly path: string;
}

const placeOf = (text: string): Place => {
  const [method = "", path = ""] = text.split(" ");
  return { method, path };
};

const LEGACY_ROUTES = ROUTES.map(([legacy, canonical, isShared = false]) => ({
  legacy: placeOf(legacy),
  canonical: placeOf(canonical),
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

/** The canonical method and path of a request. `isLegacy` is false for canonical paths, also under /v1. */
export const canonicalOf = (method: string, path: string): Place & { readonly isLegacy: boolean } => {
  const current = path.replace(BASE, "") || "/";
  const begun = withCurrentPrefix(current);
  for (const route of LEGACY_ROUTES) {
    const found = takes(route, method) ? route.pattern.exec(begun) : null;
    if (!found) continue;
    const { legacy, canonical } = route;
    const params: Readonly<Record<string, string>> = found.groups ?? {};
    return {
      method: method === legacy.method ? canonical.method : method,
      path: canonical.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? ""),
      isLegacy: true,
    };
  }
  return { method, path: begun, isLegacy: begun !== current };
};

/** The legacy routes of a canonical route, whose path is written as in the document. */
export const legacyNamesOf = (method: string, path: string): Place[] => [
  ...PREFIXES.filter(([, now]) => path.startsWith(now)).map(([legacy, now]) => ({ method, path: legacy + path.slice(now.length) })),
  ...LEGACY_ROUTES.filter(({ canonical }) => canonical.method === method && canonical.path === path).map(({ legacy }) => legacy),
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

/** Says in the answer to a legacy path that it is deprecated (RFC 9745), and where to go (RFC 5829). */
export const announceLegacyPath: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  if (!MAY_BE_LEGACY.test(c.req.path)) return;
  const { path, isLegacy } = canonicalOf(c.req.method, c.req.path);
  if (!isLegacy) return;
  const url = new URL(c.req.url);
  // Encodes the path again, which Hono has decoded.
  url.pathname = path;
  c.res.headers.set("Deprecation", DEPRECATION);
  c.res.headers.append("Link", `<${url.pathname}${url.search}>; rel="successor-version"`);
};
