import type { FailureCode } from "../../core/errors.ts";
import { byId } from "../../http/fields.ts";
import { partQuery, partResult } from "../../http/page.ts";
import { type Policy, STAFF } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { addPart, editParts, removePart, setPart } from "./commands/ticket-parts.ts";
import { partExample, ticketDetailExample } from "./service-tickets.examples.ts";
import { presentDetail, presentParts } from "./service-tickets.present.ts";
import { findTicket } from "./service-tickets.queries.ts";
import { AddedPart, byPart, PartQuantity, PartsEdit, SetQuantity, TicketDetail, TicketParts } from "./service-tickets.schemas.ts";

const tag = "Service tickets";

const edits = (...fails: FailureCode[]): Policy => ({
  access: STAFF,
  limit: "ticket_edit",
  invalidates: ["service_tickets", "inventory"],
  fails: ["not_found", "ticket_closed", "invoice_posted", ...fails],
});

/** For how long a PUT that adds is taken for the same one, sent again. */
const REPEAT_SECONDS = 60;

const ONE_LINE = "A ticket has one line per part. Adding the part again raises the line's quantity and keeps its price.";

export const ticketPartRoutes = [
  route(
    { access: STAFF, fails: ["not_found"] },
    {
      method: "get",
      path: "/service-tickets/{id}/parts",
      operationId: "listServiceTicketParts",
      tag,
      summary: "List the parts of a ticket",
      params: byId,
      query: partQuery,
      answer: TicketParts,
      example: partResult("", "parts", {}, [partExample]).body,
    },
    async ({ db, actor }, { params, query }) =>
      partResult(`/service-tickets/${params.id}/parts`, "parts", query, presentParts(await findTicket(db, actor, params.id), actor)),
  ),
  route(
    edits("authorization_required", "insufficient_stock", "part_retired", "whole_units_only", "reference_not_found", "too_many_added"),
    {
      method: "post",
      path: "/service-tickets/{id}/parts",
      operationId: "addServiceTicketPart",
      tag,
      summary: "Add a part to a ticket and take it from stock",
      description: ONE_LINE,
      params: byId,
      body: AddedPart,
      bodyExample: { inventory_id: 5, quantity: 2 },
      versioned: true,
      answer: TicketDetail,
      example: ticketDetailExample,
    },
    async (context, { params, body }) => presentDetail(await editParts(context, params.id, { add: [body], remove: [] }), context.actor),
  ),
  route(
    edits("authorization_required", "insufficient_stock", "part_retired", "whole_units_only", "too_many_added"),
    {
      method: "put",
      path: "/service-tickets/{id}/parts/{inventory_id}",
      operationId: "setServiceTicketPart",
      tag,
      summary: "Set the quantity of a part on a ticket",
      description: "Takes from stock what is more than before, and returns what is less. A part that is not on the ticket yet is added.",
      params: byPart,
      body: SetQuantity,
      bodyExample: { quantity: 2 },
      versioned: true,
      answer: TicketDetail,
      example: ticketDetailExample,
    },
    async (context, { params, body }) =>
      presentDetail(await setPart(context, params.id, { inventory_id: params.inventory_id, quantity: body.quantity }), context.actor),
  ),
  route(
    {
      ...edits("authorization_required", "insufficient_stock", "part_retired", "whole_units_only", "too_many_added"),
      repeatSeconds: REPEAT_SECONDS,
    },
    {
      method: "put",
      path: "/service-tickets/{id}/add-part/{inventory_id}",
      operationId: "addPartToServiceTicket",
      tag,
      summary: "Add a part to a ticket: an older way",
      description: `For clients of earlier systems; others use POST \`/service-tickets/{id}/parts\`. ${ONE_LINE}`,
      params: byPart,
      body: PartQuantity,
      bodyExample: { quantity: 2 },
      versioned: true,
      answer: TicketDetail,
      example: ticketDetailExample,
    },
    async (context, { params, body }) =>
      presentDetail(await addPart(context, params.id, { inventory_id: params.inventory_id, quantity: body.quantity }), context.actor),
  ),
  ...(["post", "put"] as const).map((method) =>
    route(
      {
        ...edits(
          "authorization_required",
          "insufficient_stock",
          "part_retired",
          "whole_units_only",
          "reference_not_found",
          "too_many_added",
          "too_many_removed",
        ),
        ...(method === "put" ? { repeatSeconds: REPEAT_SECONDS } : {}),
      },
      {
        method,
        path: "/service-tickets/{id}/inventory",
        operationId: method === "put" ? "editServiceTicketParts" : "addAndRemoveServiceTicketParts",
        tag,
        summary: `Add parts to a ticket and remove others${method === "put" ? ": an older way" : ""}`,
        description: "Everything is done, or nothing; stock follows. A removal without `quantity` removes the whole line.",
        params: byId,
        body: PartsEdit,
        bodyExample: { add: [{ inventory_id: 5, quantity: 2 }], remove: [{ inventory_id: 6 }] },
        versioned: true,
        answer: TicketDetail,
        example: ticketDetailExample,
      },
      async (context, { params, body }) => presentDetail(await editParts(context, params.id, body), context.actor),
    ),
  ),
  route(
    edits("part_not_on_ticket"),
    {
      method: "delete",
      path: "/service-tickets/{id}/parts/{inventory_id}",
      operationId: "removePartFromServiceTicket",
      tag,
      summary: "Remove a part from a ticket and return it to stock",
      params: byPart,
      versioned: true,
      answer: TicketDetail,
      example: { ...ticketDetailExample, parts: [], parts_total: 0 },
    },
    async (context, { params }) => presentDetail(await removePart(context, params.id, params.inventory_id), context.actor),
  ),
];
