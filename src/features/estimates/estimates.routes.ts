import type { ReadContext } from "../../http/app-env.ts";
import { byId } from "../../http/fields.ts";
import { pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { orOwn, STAFF } from "../../http/policy.ts";
import { pdfRoute, route } from "../../http/route.ts";
import { renderEstimate } from "../../paper/render.ts";
import { presentEstimate } from "./estimates.commands.ts";
import { estimateExample, summaryExample } from "./estimates.examples.ts";
import { presentNew, presentOne, presentSummary } from "./estimates.present.ts";
import { findEstimate, listEstimates } from "./estimates.queries.ts";
import { Estimate, EstimateList, EstimateQuery, NewEstimate } from "./estimates.schemas.ts";

const tag = "Estimates";
const STAFF_OR_OWN = orOwn(STAFF, "customer", "query");

/** The estimate as a PDF, for whoever may see it. */
export const printed = async ({ db, actor, now, services }: ReadContext, { params }: { readonly params: { readonly id: number } }) =>
  renderEstimate((await findEstimate(db, actor, now, params.id)).found, services.fonts);

export const estimateRoutes = [
  route(
    { access: STAFF, fails: ["not_found", "nothing_to_estimate", "ticket_closed", "invoice_posted", "document_too_large"] },
    {
      method: "post",
      path: "/service-tickets/{id}/estimates",
      operationId: "presentEstimate",
      tag,
      summary: "Present what a ticket costs",
      description:
        "Freezes the lines that the customer has not declined, with their prices, discount and taxes, under the next number. It takes the " +
        "place of the ticket's estimate before it. The `ETag` and `If-Match` are those of the ticket.",
      params: byId,
      body: NewEstimate,
      bodyExample: { message: "Pads are at 1 mm." },
      status: 201,
      versioned: true,
      answer: Estimate,
      example: estimateExample,
    },
    async (context, { params, body }) => presentNew(await presentEstimate(context, params.id, body), context.actor),
  ),
  route(
    { access: STAFF_OR_OWN, fails: ["sort_not_available", "page_too_deep"] },
    {
      method: "get",
      path: "/estimates",
      operationId: "listEstimates",
      tag,
      summary: "List estimates, the newest first",
      description: "Customers see their own. Each is without its lines.",
      query: EstimateQuery,
      answer: EstimateList,
      example: { estimates: [summaryExample], pagination: paginationExample },
    },
    async ({ db, actor, now }, { query }) => {
      const { found, date } = await listEstimates(db, actor, now, query, pageRequest(query));
      return pageResult("/estimates", "estimates", query, found, (row) => presentSummary(row, date, actor));
    },
  ),
  route(
    { access: STAFF_OR_OWN, fails: ["not_found"] },
    {
      method: "get",
      path: "/estimates/{id}",
      operationId: "getEstimate",
      tag,
      summary: "Get an estimate as it was shown",
      description:
        "What was shown never changes; `status` and `decisions` say how it stands now. The `ETag` is good for `If-Match` of a decision. " +
        "As `application/pdf` the document, without them and with an `ETag` of its own.",
      params: byId,
      versioned: true,
      pdf: printed,
      answer: Estimate,
      example: estimateExample,
    },
    async ({ db, actor, now }, { params }) => presentOne(await findEstimate(db, actor, now, params.id), actor),
  ),
  pdfRoute(
    { access: STAFF_OR_OWN, fails: ["not_found"] },
    {
      path: "/estimates/{id}/pdf",
      operationId: "printEstimate",
      tag,
      summary: "Get an estimate as a PDF",
      description: "What was shown, in the form and on the paper that the shop had set. The bytes are always the same.",
      params: byId,
      pdf: printed,
    },
  ),
];
