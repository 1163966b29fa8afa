import type { Hono } from "hono";
import { getPath } from "hono/utils/url";
import type { AppEnv } from "../app-env.ts";

/** Paths that begin like this, and how they begin now. */
const PREFIXES: readonly (readonly [older: string, canonical: string])[] = [
  ["/service_tickets", "/service-tickets"],
  ["/tickets", "/service-tickets"],
];

/**
 * Routes of the earlier systems as they are called now, after the prefix. `true` marks a path that other methods use
 * as it is.
 */
const ROUTES: readonly (readonly [older: string, canonical: string, isShared?: true])[] = [
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

const OLDER_ROUTES = ROUTES.map(([older, canonical, isShared = false]) => ({
  older: placeOf(older),
  canonical: placeOf(canonical),
  isShared,
  pattern: new RegExp(`^${placeOf(older).path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}/?$`),
}));

const BASE = /^\/v1(?=\/|$)/;

/** What each older path looks like, and none of those that are spelled as now under every method. */
const MAY_BE_OLDER = new RegExp(
  [BASE.source, ...PREFIXES.map(([older]) => `^${older}(?=/|$)`), ...OLDER_ROUTES.map(({ pattern }) => pattern.source)]
    .join("|")
    .replaceAll(/\?<\w+>/g, ""),
);

const beginAsNow = (path: string): string => {
  const prefix = PREFIXES.find(([older]) => path === older || path.startsWith(`${older}/`));
  return prefix ? prefix[1] + path.slice(prefix[0].length) : path;
};

/** HEAD goes where GET does; OPTIONS where anything does, unless the path is in use as it is. */
const takes = ({ older, isShared }: (typeof OLDER_ROUTES)[number], method: string): boolean =>
  older.method === method || (older.method === "GET" && method === "HEAD") || (method === "OPTIONS" && !isShared);

/** Where a request belongs, whatever its spelling; `isOlder` unless it is spelled as now, be it under /v1. */
export const canonicalOf = (method: string, path: string): Place & { readonly isOlder: boolean } => {
  const current = path.replace(BASE, "") || "/";
  const begun = beginAsNow(current);
  for (const route of OLDER_ROUTES) {
    const found = takes(route, method) ? route.pattern.exec(begun) : null;
    if (!found) continue;
    const { older, canonical } = route;
    const params: Readonly<Record<string, string>> = found.groups ?? {};
    return {
      method: method === older.method ? canonical.method : method,
      path: canonical.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? ""),
      isOlder: true,
    };
  }
  return { method, path: begun, isOlder: begun !== current };
};

/** How a canonical route, as the document writes it, was called: by the table, and by the beginnings of paths. */
export const olderNamesOf = (method: string, path: string): Place[] => [
  ...PREFIXES.filter(([, now]) => path.startsWith(now)).map(([older, now]) => ({ method, path: older + path.slice(now.length) })),
  ...OLDER_ROUTES.filter(({ canonical }) => canonical.method === method && canonical.path === path).map(({ older }) => older),
];

/** Since when the older spellings are deprecated (RFC 9745): 2026-11-20. */
const DEPRECATION = "@1795132800";

type Fetches = Pick<Hono<AppEnv>, "fetch">;

/**
 * Hands requests to the app under their canonical name, without a redirect, so that everything behind sees only that.
 * Answers of older spellings say so (RFC 9745), and where to go (RFC 5829).
 */
export const withOlderSpellings = (app: Fetches): Fetches => ({
  fetch: async (request, ...rest) => {
    if (!MAY_BE_OLDER.test(getPath(request))) return app.fetch(request, ...rest);
    const url = new URL(request.url);
    const { method, path, isOlder } = canonicalOf(request.method, url.pathname);
    if (path === url.pathname) return app.fetch(request, ...rest);
    url.pathname = path;
    const response = await app.fetch(new Request(url, new Request(request, { method })), ...rest);
    if (!isOlder) return response;
    response.headers.set("Deprecation", DEPRECATION);
    response.headers.append("Link", `<${url.pathname}${url.search}>; rel="successor-version"`);
    return response;
  },
});
