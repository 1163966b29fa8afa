import { byId } from "../../http/fields.ts";
import { pageRequest, pageResult, paginationExample } from "../../http/page.ts";
import { STAFF } from "../../http/policy.ts";
import { route } from "../../http/route.ts";
import { listAvailable, listSchedule } from "./bookings.queries.ts";
import { AvailableMechanics, AvailableQuery, availableExample, bookingExample, Schedule, ScheduleQuery } from "./bookings.schemas.ts";

const tag = "Mechanics";

export const bookingRoutes = [
  route(
    { access: STAFF, fails: ["invalid_schedule", "page_too_deep", "sort_not_available"] },
    {
      method: "get",
      path: "/mechanics/available",
      operationId: "listAvailableMechanics",
      tag,
      summary: "Active mechanics who are free at a time",
      description: "No booking of theirs overlaps the time from `start` to `end`; one may end at `start` or start at `end`.",
      query: AvailableQuery,
      answer: AvailableMechanics,
      example: { mechanics: [availableExample], pagination: paginationExample },
    },
    async ({ db }, { query }) =>
      pageResult("/mechanics/available", "mechanics", query, await listAvailable(db, query, pageRequest(query)), (row) => row),
  ),
  route(
    { access: STAFF, fails: ["not_found", "invalid_schedule", "page_too_deep", "sort_not_available"] },
    {
      method: "get",
      path: "/mechanics/{id}/schedule",
      operationId: "getMechanicSchedule",
      tag,
      summary: "A mechanic's bookings in time order",
      description: "Those that overlap the time from `from` to `to`. Closed and cancelled tickets are no bookings.",
      params: byId,
      query: ScheduleQuery,
      answer: Schedule,
      example: { bookings: [bookingExample], pagination: paginationExample },
    },
    async ({ db }, { params, query }) => {
      const page = await listSchedule(db, params.id, query, pageRequest(query));
      return pageResult(`/mechanics/${params.id}/schedule`, "bookings", query, page, (row) => row);
    },
  ),
];
