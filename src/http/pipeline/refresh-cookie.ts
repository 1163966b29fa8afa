import { Failure } from "../../core/errors.ts";
import { isJson } from "./request.ts";

/** The name of the cookie. By its prefix browsers keep it to HTTPS, to this host and to all of its paths. */
export const REFRESH_COOKIE = "__Host-refresh";

/** A refresh token for the cookie, and for how many seconds a browser keeps it. */
export interface RefreshCookie {
  readonly token: string;
  readonly seconds: number;
}

/** Takes the cookie away. */
export const NO_COOKIE: RefreshCookie = { token: "", seconds: 0 };

/** The `Set-Cookie` header: scripts cannot read it, and browsers send it with requests of our own pages only. */
export const setCookieOf = ({ token, seconds }: RefreshCookie): string =>
  `${REFRESH_COOKIE}=${token}; Path=/; Max-Age=${seconds}; HttpOnly; Secure; SameSite=Strict`;

/** The refresh token in a `Cookie` header, or null if there is none, more than one, or something else under its name. */
export const refreshTokenIn = (header: string | null): string | null => {
  const values = (header ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${REFRESH_COOKIE}=`));
  const [token = ""] = values.map((pair) => pair.slice(REFRESH_COOKIE.length + 1));
  return values.length === 1 && /^[\w-]{1,1000}$/.test(token) ? token : null;
};

/** Does a page of this server ask? Browsers that do not say so by themselves name the origin of the page (Fetch Metadata). */
const isOwnPage = ({ headers, url }: Request): boolean => {
  const site = headers.get("Sec-Fetch-Site");
  return site === null ? headers.get("Origin") === new URL(url).origin : site === "same-origin";
};

/**
 * Lets in what only scripts of our own pages can send: from the same origin, and JSON, which no form sends.
 * Throws 403 `other_origin`, 415.
 */
export const requireOwnPage = (request: Request): void => {
  if (!isOwnPage(request)) throw new Failure("other_origin");
  if (!isJson(request.headers.get("Content-Type"))) throw new Failure("unsupported_media_type");
};
