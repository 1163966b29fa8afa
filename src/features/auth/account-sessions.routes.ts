import { SESSION } from "../../db/records/session.ts";
import { byId, Deleted, deleted, deletedExample } from "../../http/fields.ts";
import { pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { ADMIN } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { Message } from "./auth.schemas.ts";
import { endAllSessionsOf, endSession } from "./sessions.commands.ts";
import { listSessionsOf } from "./sessions.queries.ts";
import { SessionOf, SessionQuery, SessionsOf } from "./sessions.schemas.ts";

const tag = "Users";

/** Sessions of any account, for admins. */
export const accountSessionRoutes = [
  route(
    { access: ADMIN, readsPrimary: true, fails: ["not_found", "sort_not_available", "page_too_deep"] },
    {
      method: "get",
      path: "/users/{id}/sessions",
      operationId: "listSessionsOf",
      tag,
      summary: "List the sessions of an account",
      description: "Sessions that are still active. `address` is the network address that last used the session.",
      params: byId,
      query: SessionQuery,
      answer: SessionsOf,
      example: { sessions: [SESSION.example], pagination: paginationExample },
    },
    async ({ db, now }, { params: { id }, query }) =>
      pageResult(`/users/${id}/sessions`, "sessions", query, await listSessionsOf(db, id, now, pageRequest(query)), (row) => row),
  ),
  route(
    { access: ADMIN, fails: ["not_found"] },
    {
      method: "delete",
      path: "/users/{id}/sessions",
      operationId: "endSessionsOf",
      tag,
      summary: "End all sessions of an account",
      description: "All its tokens stop working at once, and its owner gets a mail.",
      params: byId,
      answer: Message,
      example: { message: "All sessions of user 12 are ended." },
    },
    async (context, { params }) => {
      await endAllSessionsOf(context, params.id);
      return { body: { message: `All sessions of user ${params.id} are ended.` } };
    },
  ),
  route(
    { access: ADMIN, fails: ["not_found"] },
    {
      method: "delete",
      path: "/users/{id}/sessions/{session_id}",
      operationId: "endSessionOf",
      tag,
      summary: "End one session of an account",
      description: "Its tokens stop working at once.",
      params: SessionOf,
      answer: Deleted,
      example: deletedExample("Session"),
    },
    async (context, { params }) => {
      await endSession(context, { userId: params.id }, params.session_id);
      return deleted("Session", params.session_id);
    },
  ),
];
