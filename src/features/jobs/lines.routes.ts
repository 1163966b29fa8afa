import type { FailureCode } from "../../core/errors.ts";
import { byId } from "../../http/fields.ts";
import { type Policy, STAFF } from "../../http/policy.ts";
import { putAndPatch, route } from "../../http/route.ts";
import { newPartExample, pricingExample } from "./jobs.examples.ts";
import { addLine, changeLine, removeLine } from "./lines.commands.ts";
import { byLine, LineChange, NewLine } from "./lines.schemas.ts";
import { presentAdded, presentPricing } from "./pricing.present.ts";
import { Pricing } from "./pricing.schemas.ts";

const tag = "Jobs and lines";

const edits = (...fails: FailureCode[]): Policy => ({
  access: STAFF,
  limit: "ticket_edit",
  invalidates: ["service_tickets"],
  fails: ["not_found", "ticket_closed", "invoice_posted", ...fails],
});

const OF_A_LINE = [
  "reference_not_found",
  "whole_units_only",
  "epa_number_missing",
  "amount_too_large",
  "discount_too_large",
] as const satisfies readonly FailureCode[];

export const lineRoutes = [
  route(
    edits(...OF_A_LINE, "too_many_lines"),
    {
      method: "post",
      path: "/service-tickets/{id}/lines",
      operationId: "addServiceTicketLine",
      tag,
      summary: "Add a line to a ticket, in one of its jobs or by itself",
      description:
        "A line is `labor`, a `part`, a `sublet` that others do, or a `fee`: quantity times price, or a flat amount. A part has a condition; " +
        "one from stock has its name, number, price and cost unless others are sent. The answer is what the ticket comes to then.",
      params: byId,
      body: NewLine,
      bodyExample: newPartExample,
      status: 201,
      versioned: true,
      answer: Pricing,
      example: pricingExample,
    },
    async (context, { params, body }) => presentAdded(await addLine(context, params.id, body), context.actor, params.id),
  ),
  ...putAndPatch((method) =>
    route(
      edits(...OF_A_LINE, "field_not_of_kind", "part_drawn", "too_many_lines"),
      {
        method,
        path: "/service-tickets/{id}/lines/{line_id}",
        operationId: method === "put" ? "updateServiceTicketLine" : "patchServiceTicketLine",
        tag,
        summary: "Update the given fields of a line",
        description:
          "Of an automatic line, which stands for parts that left the stock beyond what other lines plan, only price, discount, `taxable` and " +
          "job change.",
        params: byLine,
        body: LineChange,
        bodyExample: { quantity: 2, discount: { percent: 10 } },
        versioned: true,
        answer: Pricing,
        example: pricingExample,
      },
      async (context, { params, body }) => presentPricing(await changeLine(context, params.id, params.line_id, body), context.actor),
    ),
  ),
  route(
    edits("part_drawn"),
    {
      method: "delete",
      path: "/service-tickets/{id}/lines/{line_id}",
      operationId: "removeServiceTicketLine",
      tag,
      summary: "Remove a line",
      description: "What has left the stock for it stays on the ticket, as an automatic line.",
      params: byLine,
      versioned: true,
      answer: Pricing,
      example: pricingExample,
    },
    async (context, { params }) => presentPricing(await removeLine(context, params.id, params.line_id), context.actor),
  ),
];
