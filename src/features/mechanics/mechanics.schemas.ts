import { z } from "@hono/zod-openapi";
import { Count, text } from "../../db/fields.ts";
import { BookingsAhead } from "../../db/records/bookings-ahead.ts";
import { MECHANIC } from "../../db/records/mechanic.ts";
import { NestedTicket } from "../../db/records/ticket.ts";
import { atLeastOneOf, CurrentPassword, Password, UriPath } from "../../http/fields.ts";
import { listOf, listQuery, sortsOf, topQuery } from "../../http/page.ts";

/** A mechanic in a listing: without the salary. */
export const ListedMechanic = MECHANIC.listedAnswer.openapi("ListedMechanic");

export const Mechanic = MECHANIC.answer.openapi("Mechanic");

export const ChangedMechanic = Mechanic.extend({ bookings_ahead: BookingsAhead }).openapi("ChangedMechanic");

/** A mechanic with the newest 20 of their tickets, the number of all, and a link to them. */
export const MechanicDetail = Mechanic.extend({
  service_tickets: z.array(NestedTicket).max(20),
  totals: z.object({ service_tickets: Count }),
  links: z.object({ service_tickets: UriPath }),
}).openapi("MechanicDetail");

const fields = MECHANIC.input.strict();

export const NewMechanic = fields.extend({ password: Password }).openapi("NewMechanic");
export type NewMechanic = z.output<typeof NewMechanic>;

export const MechanicChange = atLeastOneOf(
  fields.extend({
    status: MECHANIC.answer.shape.status.openapi({ description: "Whether the mechanic works here; their account follows. For admins." }),
    current_password: CurrentPassword,
  }),
).openapi("MechanicChange");
export type MechanicChange = z.output<typeof MechanicChange>;

export const MechanicQuery = listQuery(sortsOf(MECHANIC), {
  q: text(100).optional().openapi({
    description: "Each word must begin a word of the name, the e-mail or the phone number, in any order. Accents and marks do not matter.",
    example: "max",
  }),
  status: MECHANIC.answer.shape.status.optional().openapi({ description: "Only mechanics with this status.", example: "active" }),
});
export type MechanicQuery = z.output<typeof MechanicQuery>;

export const MechanicList = listOf("mechanics", ListedMechanic).openapi("MechanicList");

export const TopMechanicsQuery = topQuery({
  has_tickets: z.enum(["true"]).optional().openapi({ description: "Only mechanics with tickets.", example: "true" }),
});
export type TopMechanicsQuery = z.output<typeof TopMechanicsQuery>;
export const TopMechanics = listOf("mechanics", MECHANIC.answer.pick({ id: true, name: true, ticket_count: true })).openapi("TopMechanics");

/** A ranking has one fixed order, so its query has a page but no sort. */
export const LeaderboardQuery = listQuery(["completed_count"], {}).pick({ page: true, per_page: true, cursor: true });
export const Leaderboard = listOf("mechanics", MECHANIC.answer.pick({ id: true, name: true, completed_count: true })).openapi(
  "Leaderboard",
);

const { name, email, phone, specialty, salary } = MECHANIC.example;
export const newMechanicExample = { name, email, phone, specialty, salary, password: "correct horse battery" };
