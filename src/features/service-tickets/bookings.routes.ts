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
      summary: "List active mechanics who are free at a given time",
      description: "Mechanics without a booking between `start` and `end`. A booking may end exactly at `start` or start exactly at `end`.",
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
      summary: "List a mechanic's bookings in order of time",
      description:
        "Bookings between `from` and `to`. Closed and cancelled tickets do not count as bookings; where the work was completed early, the booking ends with it.",
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
