import { byId } from "../../http/fields.ts";
import { orOwn, STAFF } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { discountedExample, pricingExample } from "./jobs.examples.ts";
import { drawParts, setDiscount } from "./pricing.commands.ts";
import { presentPricing } from "./pricing.present.ts";
import { findPricing } from "./pricing.queries.ts";
import { DiscountChange, Pricing, PricingQuery } from "./pricing.schemas.ts";

const tag = "Jobs and lines";
const discount = { percent: 5, reason: "Third visit this year" };

export const pricingRoutes = [
  route(
    { access: orOwn(STAFF, "customer", "query"), fails: ["not_found"] },
    {
      method: "get",
      path: "/service-tickets/{id}/pricing",
      operationId: "getServiceTicketPricing",
      tag,
      summary: "What a ticket comes to, with its taxes",
      description:
        "Live, with today's taxes in the shop's time zone. Each line is rounded, then the discount of the ticket is spread over the lines, and " +
        "each tax is rounded once on its base. `lines_net` and the sums after it leave out what the customer has declined.",
      params: byId,
      query: PricingQuery,
      versioned: true,
      answer: Pricing,
      example: pricingExample,
    },
    async ({ db, actor, now }, { params, query }) =>
      presentPricing(await findPricing(db, actor, now, params.id, query.approved ?? false), actor),
  ),
  route(
    { access: STAFF, limit: "ticket_edit", invalidates: ["service_tickets"], fails: ["not_found", "ticket_closed", "invoice_posted"] },
    {
      method: "put",
      path: "/service-tickets/{id}/discount",
      operationId: "setServiceTicketDiscount",
      tag,
      summary: "Set the discount of a ticket",
      description: "A percentage, or an amount, of which no more is taken off than the lines come to.",
      params: byId,
      body: DiscountChange,
      bodyExample: discount,
      versioned: true,
      answer: Pricing,
      example: discountedExample(discount),
    },
    async (context, { params, body }) => presentPricing(await setDiscount(context, params.id, body), context.actor),
  ),
  route(
    { access: STAFF, limit: "ticket_edit", invalidates: ["service_tickets"], fails: ["not_found", "ticket_closed", "invoice_posted"] },
    {
      method: "delete",
      path: "/service-tickets/{id}/discount",
      operationId: "removeServiceTicketDiscount",
      tag,
      summary: "End the discount of a ticket",
      params: byId,
      versioned: true,
      answer: Pricing,
      example: pricingExample,
    },
    async (context, { params }) => presentPricing(await setDiscount(context, params.id, null), context.actor),
  ),
  route(
    {
      access: STAFF,
      limit: "ticket_edit",
      invalidates: ["service_tickets", "inventory"],
      fails: [
        "not_found",
        "ticket_closed",
        "invoice_posted",
        "nothing_to_draw",
        "insufficient_stock",
        "part_retired",
        "whole_units_only",
        "too_many_added",
        "authorization_required",
      ],
    },
    {
      method: "post",
      path: "/service-tickets/{id}/draw-parts",
      operationId: "drawServiceTicketParts",
      tag,
      summary: "Take from stock what approved lines still lack",
      description:
        "All of it, or nothing. Where the shop needs no approval (`authorization` is `none`), what all lines lack that are not declined.",
      params: byId,
      versioned: true,
      answer: Pricing,
      example: pricingExample,
    },
    async (context, { params }) => presentPricing(await drawParts(context, params.id), context.actor),
  ),
];
