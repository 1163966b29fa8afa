import { ROLES } from "../../core/actor.ts";
import { Failure } from "../../core/errors.ts";
import type { Result } from "../../http/app-env.ts";
import { NO_COOKIE } from "../../http/pipeline/refresh-cookie.ts";
import { ACCOUNTS, EVERYONE } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { logIn } from "./auth.commands.ts";
import type { Grant } from "./auth.grants.ts";
import { presentGrant } from "./auth.present.ts";
import { LOGIN } from "./auth.routes.ts";
import { CookieLoggedIn, loggedInExample, Message, RoleCredentials } from "./auth.schemas.ts";
import { refresh } from "./refresh.commands.ts";
import { logOut, SESSION_MS } from "./sessions.commands.ts";
import { familyClient, Logout } from "./sessions.schemas.ts";

const tag = "Auth";

const { refresh_token: _, ...example } = loggedInExample;

/** The answer of a login or a refresh whose refresh token goes into the cookie, and nowhere else. */
const presentCookie = (grant: Grant, message: string) => {
  const { body, readers } = presentGrant(grant, message);
  const { refresh_token: token, ...rest } = body;
  return { body: rest, readers, refreshCookie: { token, seconds: SESSION_MS / 1_000 } } satisfies Result<unknown>;
};

/** Logins of our own pages: the access token is in their memory, the refresh token in a cookie that they cannot read. */
export const cookieRoutes = [
  route(
    { ...LOGIN, forOwnPages: true },
    {
      method: "post",
      path: "/auth/cookie/login",
      operationId: "loginPage",
      tag,
      summary: "Log in from a page of this server",
      body: RoleCredentials,
      bodyExample: { email: "ada@example.com", password: "correct horse battery" },
      answer: CookieLoggedIn,
      example,
    },
    async (context, { body }) => presentCookie(await logIn(context, body), "Login successful"),
  ),
  route(
    { access: EVERYONE, anonymousOnBadToken: true, ignoresIdempotencyKey: true, forOwnPages: true, fails: ["invalid_refresh"] },
    {
      method: "post",
      path: "/auth/cookie/refresh",
      operationId: "refreshPage",
      tag,
      summary: "Exchange the refresh token of the cookie for new tokens",
      description: "Refresh tokens work as at POST /auth/refresh: once, and again within 10 seconds if the answer was lost.",
      clientOf: ({ refreshTokens }, { refreshToken }) => familyClient(refreshTokens, refreshToken),
      answer: CookieLoggedIn,
      example: { ...example, message: "Login refreshed" },
    },
    async (context, { refreshToken }) => {
      if (refreshToken === null) throw new Failure("invalid_refresh");
      return presentCookie(await refresh(context, refreshToken), "Login refreshed");
    },
  ),
  route(
    { access: ACCOUNTS, whileLimited: ROLES, ignoresIdempotencyKey: true, forOwnPages: true },
    {
      method: "post",
      path: "/auth/cookie/logout",
      operationId: "logoutPage",
      tag,
      summary: "Log out of this session, or of all sessions, and remove the cookie",
      body: Logout,
      bodyExample: { everywhere: false },
      answer: Message,
      example: { message: "You are logged out." },
    },
    async (context, { body }) => {
      await logOut(context, body.everywhere ?? false);
      return { body: { message: "You are logged out." }, refreshCookie: NO_COOKIE };
    },
  ),
];
