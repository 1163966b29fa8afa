import { Id, Timestamp } from "../fields.ts";
import { assignments } from "../schema/service-tickets.ts";
import { entityOf } from "./entity.ts";
import { recordOf } from "./record.ts";

export const ASSIGNMENT = entityOf(
  "assignment",
  recordOf(assignments, {
    id: { use: "shown", audited: true, type: Id, example: 44 },
    service_ticket_id: { use: "shown", audited: true, input: true, type: Id, example: 31 },
    mechanic_id: { use: "shown", audited: true, input: true, type: Id, example: 3 },
    starts_at: { use: "hidden" },
    ends_at: { use: "hidden" },
    created_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
  }),
  { counter: "assignments", sorts: { id: assignments.id } },
);
