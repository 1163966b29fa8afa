import { z } from "@hono/zod-openapi";
import { Id, longText, text, wholeNumber } from "../fields.ts";
import { ticketJobs } from "../schema/ticket-lines.ts";
import { recordOf } from "./record.ts";

/** A job of a ticket. It has no audit image of its own: the image of the ticket includes its jobs. */
export const TICKET_JOB = recordOf(ticketJobs, {
  id: { use: "shown", audited: true, type: Id, example: 77 },
  service_ticket_id: { use: "hidden" },
  title: { use: "shown", audited: true, input: true, type: text(200), example: "Front brakes" },
  position: {
    use: "shown",
    audited: true,
    input: true,
    type: wholeNumber(1, 1_000).openapi({ description: "Jobs are shown by position, and by id where it is the same." }),
    example: 1,
  },
  by_line: {
    use: "shown",
    audited: true,
    input: true,
    type: z.boolean().openapi({ description: "The customer decides on each line by itself; else on all of the job together." }),
    example: false,
  },
  mechanic_id: { use: "shown", audited: true, input: true, type: Id, example: 3 },
  concern: { use: "shown", audited: true, input: true, type: longText(1_000), example: "Grinds when braking" },
  correction: { use: "shown", audited: true, input: true, type: longText(1_000), example: null },
  note: {
    use: "shown",
    audited: true,
    input: true,
    type: longText(1_000).openapi({ description: "The customer reads it." }),
    example: null,
  },
  internal_note: { use: "staff", audited: true, input: true, type: longText(1_000), example: null },
  created_at: { use: "hidden" },
});
