import { linkHolder } from "../../core/actor.ts";
import { byId } from "../../http/fields.ts";
import { BY_LINK } from "../../http/policy.ts";
import { pdfRoute, route } from "../../http/route.ts";
import { authorize } from "./authorizations.commands.ts";
import { presentAuthorization } from "./authorizations.present.ts";
import { DECIDING } from "./authorizations.routes.ts";
import { Authorization, SharedDecision } from "./authorizations.schemas.ts";
import { printed } from "./estimates.routes.ts";
import { decidedByLinkExample, newSharedDecisionExample, sharedExample } from "./shared.examples.ts";
import { presentShared } from "./shared.present.ts";
import { findShared } from "./shared.queries.ts";
import { Shared } from "./shared.schemas.ts";

const tag = "Share links";

export const sharedRoutes = [
  route(
    { ...BY_LINK, fails: ["not_found"] },
    {
      method: "get",
      path: "/shared",
      operationId: "getShared",
      tag,
      summary: "See what a link shows",
      description:
        "The newest estimate of the link's ticket, its invoices and what was decided. Nothing is decided, and the link is not used up, by " +
        "looking. The page at /s shows it to a customer.",
      answer: Shared,
      example: sharedExample,
    },
    async ({ db, actor, now }) => presentShared(await findShared(db, linkHolder(actor), now), linkHolder(actor)),
  ),
  pdfRoute(
    { ...BY_LINK, fails: ["not_found"] },
    {
      path: "/shared/estimates/{id}/pdf",
      operationId: "printSharedEstimate",
      tag,
      summary: "Get an estimate of a link's ticket as a PDF",
      description: "The same bytes as for staff.",
      params: byId,
      pdf: printed,
    },
  ),
  route(
    { ...DECIDING, ...BY_LINK, linkDecides: true },
    {
      method: "post",
      path: "/shared/authorizations",
      operationId: "authorizeShared",
      tag,
      summary: "Decide on the estimate that a link shows",
      description: "For links that may decide. The person types their name. A later decision on a line replaces the one before it.",
      body: SharedDecision,
      bodyExample: newSharedDecisionExample,
      status: 201,
      answer: Authorization,
      example: decidedByLinkExample,
    },
    async (context, { body: { estimate_id, ...said } }) => {
      const row = await authorize(context, estimate_id, said);
      return { body: presentAuthorization(row, context.actor), location: "/shared" };
    },
  ),
];
