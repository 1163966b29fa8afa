import type { FailureCode } from "../../core/errors.ts";
import { byId } from "../../http/fields.ts";
import { partQuery, partResult } from "../../http/page.ts";
import { type Policy, STAFF } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { assignMechanic, editMechanics, removeMechanic } from "./commands/ticket-mechanics.ts";
import { ticketDetailExample } from "./service-tickets.examples.ts";
import { presentDetail } from "./service-tickets.present.ts";
import { findTicket } from "./service-tickets.queries.ts";
import { byMechanic, MechanicsEdit, TicketDetail, TicketMechanics } from "./service-tickets.schemas.ts";

const tag = "Service tickets";

const edits = (...fails: FailureCode[]): Policy => ({
  access: STAFF,
  limit: "ticket_edit",
  invalidates: ["service_tickets", "mechanics"],
  fails: ["not_found", "ticket_closed", ...fails],
});

const ASSIGN_FAILS = ["already_assigned", "mechanic_not_active", "mechanic_double_booked"] as const;

export const ticketMechanicRoutes = [
  route(
    { access: STAFF, fails: ["not_found"] },
    {
      method: "get",
      path: "/service-tickets/{id}/mechanics",
      operationId: "listServiceTicketMechanics",
      tag,
      summary: "List the mechanics of a ticket",
      params: byId,
      query: partQuery,
      answer: TicketMechanics,
      example: partResult("", "mechanics", {}, ticketDetailExample.mechanics).body,
    },
    async ({ db, actor }, { params, query }) =>
      partResult(`/service-tickets/${params.id}/mechanics`, "mechanics", query, (await findTicket(db, actor, params.id)).mechanics),
  ),
  route(
    edits(...ASSIGN_FAILS),
    {
      method: "put",
      path: "/service-tickets/{id}/assign-mechanic/{mechanic_id}",
      operationId: "assignMechanic",
      tag,
      summary: "Assign a mechanic to a ticket",
      params: byMechanic,
      versioned: true,
      answer: TicketDetail,
      example: ticketDetailExample,
    },
    async (context, { params }) => presentDetail(await assignMechanic(context, params.id, params.mechanic_id), context.actor),
  ),
  route(
    edits("not_assigned"),
    {
      method: "put",
      path: "/service-tickets/{id}/remove-mechanic/{mechanic_id}",
      operationId: "removeMechanic",
      tag,
      summary: "Remove a mechanic from a ticket",
      params: byMechanic,
      versioned: true,
      answer: TicketDetail,
      example: ticketDetailExample,
    },
    async (context, { params }) => presentDetail(await removeMechanic(context, params.id, params.mechanic_id), context.actor),
  ),
  route(
    edits("not_assigned"),
    {
      method: "delete",
      path: "/service-tickets/{id}/mechanics/{mechanic_id}",
      operationId: "deleteServiceTicketMechanic",
      tag,
      summary: "Remove a mechanic from a ticket",
      params: byMechanic,
      versioned: true,
      answer: TicketDetail,
      example: ticketDetailExample,
    },
    async (context, { params }) => presentDetail(await removeMechanic(context, params.id, params.mechanic_id), context.actor),
  ),
  route(
    edits(...ASSIGN_FAILS, "not_assigned", "reference_not_found"),
    {
      method: "put",
      path: "/service-tickets/{id}/edit-mechanics",
      operationId: "editServiceTicketMechanics",
      tag,
      summary: "Replace the mechanics of a ticket, or add and remove some",
      description: "Send the complete set as `mechanic_ids`, or `add_ids` and `remove_ids`. Everything is done, or nothing.",
      params: byId,
      body: MechanicsEdit,
      bodyExample: { add_ids: [3], remove_ids: [4] },
      versioned: true,
      answer: TicketDetail,
      example: ticketDetailExample,
    },
    async (context, { params, body }) => presentDetail(await editMechanics(context, params.id, body), context.actor),
  ),
];
