import { ASSIGNMENT } from "../../db/records/assignment.ts";
import { byId, Deleted, deleted, deletedExample, PathId } from "../../http/fields.ts";
import { listOf, listQuery, pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { STAFF } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { type AssignmentRow, findAssignment, listAssignments } from "./assignments.queries.ts";
import { createAssignment, deleteAssignment } from "./commands/assignments.ts";

const tag = "Assignments";
const CHANGED = ["service_tickets", "mechanics"] as const;

const Assignment = ASSIGNMENT.answer.openapi("Assignment");
const NewAssignment = ASSIGNMENT.input.strict().openapi("NewAssignment");
const AssignmentList = listOf("assignments", Assignment).openapi("AssignmentList");
const AssignmentQuery = listQuery(["id", "service_ticket_id", "mechanic_id"], {
  service_ticket_id: PathId.optional(),
  mechanic_id: PathId.optional(),
});

const { example } = ASSIGNMENT;

const presentNew = (body: AssignmentRow) => ({ body, location: `/assignments/${body.id}` });

export const assignmentRoutes = [
  route(
    {
      access: STAFF,
      invalidates: CHANGED,
      fails: ["reference_not_found", "already_assigned", "mechanic_not_active", "mechanic_double_booked", "ticket_closed"],
    },
    {
      method: "post",
      path: "/assignments",
      operationId: "createAssignment",
      tag,
      summary: "Assign a mechanic to a ticket",
      body: NewAssignment,
      bodyExample: { service_ticket_id: 31, mechanic_id: 3 },
      status: 201,
      answer: Assignment,
      example,
    },
    async (context, { body }) => presentNew(await createAssignment(context, body.service_ticket_id, body.mechanic_id)),
  ),
  route(
    { access: STAFF, fails: ["sort_not_available", "page_too_deep"] },
    {
      method: "get",
      path: "/assignments",
      operationId: "listAssignments",
      tag,
      summary: "List assignments of mechanics to tickets",
      query: AssignmentQuery,
      answer: AssignmentList,
      example: { assignments: [example], pagination: paginationExample },
    },
    async ({ db }, { query }) =>
      pageResult("/assignments", "assignments", query, await listAssignments(db, query, pageRequest(query)), (row) => row),
  ),
  route(
    { access: STAFF, fails: ["not_found"] },
    {
      method: "get",
      path: "/assignments/{id}",
      operationId: "getAssignment",
      tag,
      summary: "Get an assignment",
      params: byId,
      answer: Assignment,
      example,
    },
    async ({ db }, { params }) => ({ body: await findAssignment(db, params.id) }),
  ),
  route(
    { access: STAFF, invalidates: CHANGED, fails: ["not_found", "ticket_closed"] },
    {
      method: "delete",
      path: "/assignments/{id}",
      operationId: "deleteAssignment",
      tag,
      summary: "Delete an assignment",
      params: byId,
      answer: Deleted,
      example: deletedExample("Assignment"),
    },
    async (context, { params }) => {
      await deleteAssignment(context, params.id);
      return deleted("Assignment", params.id);
    },
  ),
];
