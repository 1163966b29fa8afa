import { listDeclined } from "../../db/declined.ts";
import { byId } from "../../http/fields.ts";
import { pageRequest, pageResult, paginationExample, partQuery, partResult } from "../../http/page.ts";
import { orOwn, type Policy, STAFF } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { authorize } from "./authorizations.commands.ts";
import { presentAuthorization, presentDeclined, presentNewAuthorization } from "./authorizations.present.ts";
import { listAuthorizations } from "./authorizations.queries.ts";
import { Authorization, AuthorizationList, AuthorizationQuery, NewAuthorization } from "./authorizations.schemas.ts";
import { authorizationExample, declinedExample, newAuthorizationExample } from "./estimates.examples.ts";
import { DeclinedList } from "./estimates.schemas.ts";

const tag = "Estimates";
const STAFF_OR_OWN = orOwn(STAFF, "customer", "query");

/** What holds for every decision, whoever sends it. */
export const DECIDING = {
  invalidates: ["service_tickets"],
  fails: [
    "not_found",
    "reference_not_found",
    "decide_whole_job",
    "estimate_superseded",
    "estimate_expired",
    "ticket_closed",
    "invoice_posted",
    "line_changed",
    "part_drawn",
  ],
} as const satisfies Omit<Policy, "access">;

export const authorizationRoutes = [
  route(
    { ...DECIDING, access: STAFF_OR_OWN },
    {
      method: "post",
      path: "/estimates/{id}/authorizations",
      operationId: "authorizeEstimate",
      tag,
      summary: "Record what the customer decided on an estimate",
      description:
        "Staff records what they were told; a customer decides by their own account. Only the current estimate of a ticket can be decided on. " +
        "A later decision on a line replaces the one before it. The `ETag` and `If-Match` are those of the ticket.",
      params: byId,
      body: NewAuthorization,
      bodyExample: newAuthorizationExample,
      status: 201,
      versioned: true,
      answer: Authorization,
      example: authorizationExample,
    },
    async (context, { params, body }) => presentNewAuthorization(await authorize(context, params.id, body), context.actor),
  ),
  route(
    { access: STAFF_OR_OWN, fails: ["not_found", "page_too_deep"] },
    {
      method: "get",
      path: "/service-tickets/{id}/authorizations",
      operationId: "listAuthorizations",
      tag,
      summary: "List what the customer decided on a ticket, the newest first",
      params: byId,
      query: AuthorizationQuery,
      answer: AuthorizationList,
      example: { authorizations: [authorizationExample], pagination: paginationExample },
    },
    async ({ db, actor }, { params, query }) => {
      const page = await listAuthorizations(db, actor, params.id, pageRequest(query));
      return pageResult(`/service-tickets/${params.id}/authorizations`, "authorizations", query, page, (row) =>
        presentAuthorization(row, actor),
      );
    },
  ),
  route(
    { access: STAFF_OR_OWN, fails: ["not_found", "merged"] },
    {
      method: "get",
      path: "/vehicles/{id}/declined",
      operationId: "listDeclinedLines",
      tag,
      summary: "List the work that was declined for a vehicle, the newest first",
      description:
        "Each line until the same work is approved on any ticket of the vehicle. Customers see what was declined on their own tickets.",
      params: byId,
      query: partQuery,
      answer: DeclinedList,
      example: partResult("", "declined", {}, [declinedExample]).body,
    },
    async ({ db, actor }, { params, query }) =>
      partResult(`/vehicles/${params.id}/declined`, "declined", query, (await listDeclined(db, actor, params.id)).map(presentDeclined)),
  ),
];
