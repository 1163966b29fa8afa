import { z } from "@hono/zod-openapi";
import { Count, text } from "../../db/fields.ts";
import { atLeastOneOf, Password, queryInteger, UriPath } from "../../http/fields.ts";
import { NestedTicket } from "../../http/nested.ts";
import { listOf, listQuery } from "../../http/page.ts";
import { mechanicInput, mechanicRow } from "../../http/rows.ts";

/** A mechanic as listings show it: without the salary. */
export const ListedMechanic = mechanicRow
  .pick({
    id: true,
    name: true,
    email: true,
    phone: true,
    address: true,
    specialty: true,
    ticket_count: true,
    completed_count: true,
    status: true,
    created_at: true,
    updated_at: true,
  })
  .openapi("ListedMechanic");

export const Mechanic = ListedMechanic.extend({
  salary: mechanicRow.shape.salary.optional().openapi({ description: "Shown to the mechanic itself and to admins." }),
}).openapi("Mechanic");

/** A mechanic with the newest 20 tickets that it is on, their number and where the rest is. */
export const MechanicDetail = Mechanic.extend({
  service_tickets: z.array(NestedTicket).max(20),
  totals: z.object({ service_tickets: Count }),
  links: z.object({ service_tickets: UriPath }),
}).openapi("MechanicDetail");

const fields = mechanicInput.pick({ name: true, email: true, phone: true, address: true, specialty: true, salary: true }).strict();

export const NewMechanic = fields.extend({ password: Password }).openapi("NewMechanic");
export type NewMechanic = z.output<typeof NewMechanic>;

export const MechanicChange = atLeastOneOf(fields).openapi("MechanicChange");
export type MechanicChange = z.output<typeof MechanicChange>;

export const MechanicQuery = listQuery(["id", "name", "created_at", "ticket_count", "completed_count"], {
  q: text(100).optional().openapi({ description: "Begins a word of the name, the e-mail, or the digits of the phone.", example: "max" }),
  status: mechanicRow.shape.status.optional().openapi({ description: "Only mechanics with this status.", example: "active" }),
});
export type MechanicQuery = z.output<typeof MechanicQuery>;

export const MechanicList = listOf("mechanics", ListedMechanic).openapi("MechanicList");

export const TopMechanicsQuery = z.strictObject({
  limit: queryInteger(1, 100).optional().openapi({ description: "How many; 3 unless said.", example: 3 }),
});
export const TopMechanics = z
  .object({ mechanics: z.array(mechanicRow.pick({ id: true, name: true, ticket_count: true })).max(100) })
  .openapi("TopMechanics");

/** A ranking has one order, so it takes a page but no sort. */
export const LeaderboardQuery = listQuery(["completed_count"], {}).pick({ page: true, per_page: true, cursor: true });
export const Leaderboard = listOf("mechanics", mechanicRow.pick({ id: true, name: true, completed_count: true })).openapi("Leaderboard");

export const listedExample = {
  id: 12,
  name: "Max Example",
  email: "max@example.com",
  phone: "+1 555 0200",
  address: "1 Garage Lane, Springfield",
  specialty: "Brakes",
  ticket_count: 9,
  completed_count: 7,
  status: "active",
  created_at: "2026-11-20T09:30:00.000Z",
  updated_at: "2026-11-20T09:30:00.000Z",
};
export const mechanicExample = { ...listedExample, salary: 52_000.5 };
export const newMechanicExample = {
  name: "Max Example",
  email: "max@example.com",
  phone: "+1 555 0200",
  specialty: "Brakes",
  salary: 52_000.5,
  password: "correct horse battery",
};
