import { loggedIn, ROLES } from "../../core/actor.ts";
import { byId, Deleted, deleted, deletedExample } from "../../http/fields.ts";
import { pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { ACCOUNTS, EVERYONE } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { presentGrant } from "./auth.present.ts";
import { LoggedIn, loggedInExample, Message } from "./auth.schemas.ts";
import { refresh } from "./refresh.commands.ts";
import { endSession, logOut } from "./sessions.commands.ts";
import { listSessions } from "./sessions.queries.ts";
import { familyClient, Logout, Refresh, SessionList, SessionQuery, sessionExample } from "./sessions.schemas.ts";

const tag = "Auth";

export const sessionRoutes = [
  route(
    { access: EVERYONE, anonymousOnBadToken: true, ignoresIdempotencyKey: true, fails: ["invalid_refresh"] },
    {
      method: "post",
      path: "/auth/refresh",
      operationId: "refresh",
      tag,
      summary: "Exchange a refresh token for new tokens",
      description:
        "A refresh token works once; the answer has the next one. Requests count for its session, those with an unknown token for their address. Sent again within 10 seconds, it gets the same answer. " +
        "Any other use of a used token ends the session.",
      body: Refresh,
      bodyExample: { refresh_token: loggedInExample.refresh_token },
      clientOf: ({ refreshTokens }, { body }) => familyClient(refreshTokens, body.refresh_token),
      answer: LoggedIn,
      example: { ...loggedInExample, message: "Login refreshed" },
    },
    async (context, { body }) => presentGrant(await refresh(context, body.refresh_token), "Login refreshed"),
  ),
  route(
    { access: ACCOUNTS, whileLimited: ROLES, ignoresIdempotencyKey: true },
    {
      method: "post",
      path: "/auth/logout",
      operationId: "logout",
      tag,
      summary: "Log out of this session, or of all sessions",
      description: "Tokens of ended sessions stop working at once.",
      body: Logout,
      bodyExample: { everywhere: false },
      answer: Message,
      example: { message: "You are logged out." },
    },
    async (context, { body }) => {
      await logOut(context, body.everywhere ?? false);
      return { body: { message: "You are logged out." } };
    },
  ),
  route(
    { access: ACCOUNTS, whileLimited: ROLES, readsPrimary: true, fails: ["sort_not_available", "page_too_deep"] },
    {
      method: "get",
      path: "/auth/sessions",
      operationId: "listSessions",
      tag,
      summary: "List your sessions",
      description: "Sessions that are still active. `address` is the network address that last used the session.",
      query: SessionQuery,
      answer: SessionList,
      example: { sessions: [sessionExample], pagination: paginationExample },
    },
    async ({ db, actor, now }, { query }) => {
      const me = loggedIn(actor);
      const page = await listSessions(db, me, now, pageRequest(query));
      return pageResult("/auth/sessions", "sessions", query, page, (row) => ({ ...row, current: String(row.id) === me.session.sid }));
    },
  ),
  route(
    { access: ACCOUNTS, whileLimited: ROLES, fails: ["not_found"] },
    {
      method: "delete",
      path: "/auth/sessions/{id}",
      operationId: "deleteSession",
      tag,
      summary: "End one of your sessions",
      description: "Its tokens stop working at once.",
      params: byId,
      answer: Deleted,
      example: deletedExample("Session"),
    },
    async (context, { params }) => {
      await endSession(context, loggedIn(context.actor), params.id);
      return deleted("Session", params.id);
    },
  ),
];
