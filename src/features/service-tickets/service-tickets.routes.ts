import { byId, Deleted, deleted, deletedExample } from "../../http/fields.ts";
import { pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { orOwn, roles, STAFF } from "../../http/policy.ts";
import { putAndPatch, route } from "../../http/route.ts";
import { changeStatus } from "./commands/change-status.ts";
import { deleteTicket, updateTicket } from "./commands/change-ticket.ts";
import { createTicket } from "./commands/create-ticket.ts";
import { newTicketExample, ticketDetailExample, ticketExample } from "./service-tickets.examples.ts";
import { invalidatedByNew, invalidatedByStatus } from "./service-tickets.invalidates.ts";
import { presentDetail, presentNew, presentTicket } from "./service-tickets.present.ts";
import { findTicket, listTickets, myTickets } from "./service-tickets.queries.ts";
import {
  MyTicketList,
  MyTicketQuery,
  NewTicket,
  OpenedTicket,
  StatusChange,
  TicketChange,
  TicketDetail,
  TicketList,
  TicketQuery,
} from "./service-tickets.schemas.ts";

const tag = "Service tickets";
const STAFF_OR_OWN = orOwn(STAFF, "customer", "query");
/** Descriptions and notes of the greatest length, with lists of parts, in JSON that escapes every letter. */
const BODY_BYTES = 131_072;
const LISTING_FAILS = ["sort_not_available", "page_too_deep"] as const;

export const ticketRoutes = [
  route(
    {
      access: STAFF,
      bodyBytes: BODY_BYTES,
      invalidates: ["service_tickets", "customers", "mechanics", "inventory", "vehicles"],
      fails: [
        "reference_not_found",
        "customer_erased",
        "vehicle_of_other_customer",
        "invalid_schedule",
        "mechanic_not_active",
        "mechanic_double_booked",
        "authorization_required",
        "insufficient_stock",
        "part_retired",
        "whole_units_only",
        "mileage_unlikely",
        "mileage_out_too_low",
      ],
    },
    {
      method: "post",
      path: "/service-tickets",
      operationId: "createServiceTicket",
      tag,
      summary: "Open a ticket, optionally with mechanics and parts",
      description:
        "A VIN that is not known yet creates the vehicle. Everything is done, or nothing. Customers read `notes` of their tickets; " +
        "`internal_notes` are for staff.",
      body: NewTicket,
      bodyExample: newTicketExample,
      status: 201,
      versioned: true,
      answer: OpenedTicket,
      example: { ...ticketDetailExample, vehicle_differences: [] },
    },
    async (context, { body }) => ({ ...presentNew(await createTicket(context, body), context.actor), invalidates: invalidatedByNew(body) }),
  ),
  route(
    { access: STAFF_OR_OWN, whileLimited: ["customer"], cache: { tags: ["service_tickets"], seconds: 60 }, fails: LISTING_FAILS },
    {
      method: "get",
      path: "/service-tickets",
      operationId: "listServiceTickets",
      tag,
      summary: "List or search tickets",
      query: TicketQuery,
      answer: TicketList,
      example: { service_tickets: [ticketExample], pagination: paginationExample },
    },
    async ({ db, actor }, { query }) =>
      pageResult("/service-tickets", "service_tickets", query, await listTickets(db, actor, query, pageRequest(query)), (row) =>
        presentTicket(row, actor),
      ),
  ),
  ...(["customer", "mechanic"] as const).map((role) =>
    route(
      { access: roles(role, "admin"), whileLimited: ["customer"], fails: LISTING_FAILS },
      {
        method: "get",
        path: `/${role}s/my-tickets`,
        operationId: role === "customer" ? "listMyTicketsAsCustomer" : "listMyTicketsAsMechanic",
        tag,
        summary: `List your tickets as a ${role}`,
        query: MyTicketQuery,
        answer: MyTicketList,
        example: { tickets: [ticketExample], pagination: paginationExample },
      },
      async ({ db, actor }, { query }) =>
        pageResult(`/${role}s/my-tickets`, "tickets", query, await myTickets(db, actor, role, query, pageRequest(query)), (row) =>
          presentTicket(row, actor),
        ),
    ),
  ),
  route(
    { access: STAFF_OR_OWN, fails: ["not_found"] },
    {
      method: "get",
      path: "/service-tickets/{id}",
      operationId: "getServiceTicket",
      tag,
      summary: "Get a ticket with its mechanics and parts",
      params: byId,
      versioned: true,
      answer: TicketDetail,
      example: ticketDetailExample,
    },
    async ({ db, actor }, { params }) => presentDetail(await findTicket(db, actor, params.id), actor),
  ),
  ...putAndPatch((method) =>
    route(
      {
        access: STAFF,
        bodyBytes: BODY_BYTES,
        invalidates: ["service_tickets", "mechanics", "customers", "vehicles"],
        fails: [
          "not_found",
          "ticket_closed",
          "invalid_schedule",
          "mechanic_double_booked",
          "mechanic_not_active",
          "customer_erased",
          "reference_not_found",
          "vehicle_of_other_customer",
          "mileage_unlikely",
          "ticket_has_estimates",
          "ticket_has_invoices",
          "mileage_out_too_low",
        ],
      },
      {
        method,
        path: "/service-tickets/{id}",
        operationId: method === "put" ? "updateServiceTicket" : "patchServiceTicket",
        tag,
        summary: "Update the given fields of a ticket",
        params: byId,
        body: TicketChange,
        bodyExample: { scheduled_start: "2026-11-24T09:00:00Z", scheduled_end: "2026-11-24T11:00:00Z" },
        versioned: true,
        answer: TicketDetail,
        example: ticketDetailExample,
      },
      async (context, { params, body }) => presentDetail(await updateTicket(context, params.id, body), context.actor),
    ),
  ),
  route(
    {
      access: STAFF,
      limit: "destroy",
      invalidates: ["service_tickets", "customers", "mechanics", "inventory", "vehicles"],
      fails: ["not_found", "ticket_closed", "ticket_completed", "ticket_has_estimates", "ticket_has_invoices"],
    },
    {
      method: "delete",
      path: "/service-tickets/{id}",
      operationId: "deleteServiceTicket",
      tag,
      summary: "Delete a ticket and return its parts to stock",
      params: byId,
      removesVersioned: true,
      answer: Deleted,
      example: deletedExample("Service ticket"),
    },
    async (context, { params }) => {
      await deleteTicket(context, params.id);
      return deleted("Service ticket", params.id);
    },
  ),
  route(
    {
      access: STAFF,
      invalidates: ["service_tickets", "mechanics", "inventory"],
      fails: [
        "not_found",
        "forbidden",
        "illegal_status",
        "invoice_posted",
        "insufficient_stock",
        "mechanic_double_booked",
        "mechanic_not_active",
        "invalid_schedule",
        "authorization_required",
      ],
    },
    {
      method: "put",
      path: "/service-tickets/{id}/status",
      operationId: "changeServiceTicketStatus",
      tag,
      summary: "Change a ticket's status",
      description:
        "`open` → `in_progress` → `completed` → `closed`, several steps on in one request, and one step back until it is closed. A ticket that is " +
        "`open` or `in_progress` can become `cancelled`. Staff can reopen a cancelled ticket, only admins a closed one. Where the time, a mechanic " +
        "or a part is gone meanwhile, another schedule, `without_mechanics` or `without_parts` come with the status. Completing frees the mechanics. " +
        "Where the shop's `authorization` is `work`, no work begins while a line is neither approved nor declined.",
      params: byId,
      body: StatusChange,
      bodyExample: { status: "in_progress" },
      versioned: true,
      answer: TicketDetail,
      example: { ...ticketDetailExample, status: "in_progress" },
    },
    async (context, { params, body }) => ({
      ...presentDetail(await changeStatus(context, params.id, body), context.actor),
      invalidates: invalidatedByStatus(body.status),
    }),
  ),
];
