import { z } from "@hono/zod-openapi";
import { Id, Money } from "../../db/fields.ts";
import { TICKET_JOB } from "../../db/records/ticket-job.ts";
import { atLeastOneOf, byId, PathId } from "../../http/fields.ts";
import { listOf, MAX_IN_RECORD } from "../../http/page.ts";
import { Line, NewJobLine } from "./lines.schemas.ts";

export const Job = TICKET_JOB.answer
  .extend({
    lines: z.array(Line).max(MAX_IN_RECORD),
    net: Money.openapi({ description: "The nets of its lines that the customer has not declined, before the ticket's discount." }),
    authorized_net: Money.openapi({ description: "What the customer has said yes to." }),
    covered: z.boolean().openapi({ description: "The customer's yes covers every line that is not declined, and there is one." }),
  })
  .openapi("TicketJob");

export const JobList = listOf("jobs", Job).openapi("TicketJobList");

const input = TICKET_JOB.staffInput;
const fields = input.extend({ position: input.shape.position.optional().openapi({ description: "By default the last one." }) });

/** Lines of the greatest length fit into a body, in JSON that escapes every letter. */
const MAX_LINES = 30;

export const NewJob = fields
  .extend({
    title: input.shape.title.optional().openapi({ description: "Without it, a job from a service package has the name of that." }),
    lines: z.array(NewJobLine).max(MAX_LINES).optional(),
    service_package_id: Id.optional().openapi({
      description:
        "Copies the lines of this package. What it leaves open comes from the stock, and labour has the shop's rate. Not together with `lines`.",
    }),
  })
  .strict()
  .refine(({ title, service_package_id }) => (title ?? service_package_id) !== undefined, { path: ["title"], message: "Send a title." })
  .refine(({ lines, service_package_id }) => lines === undefined || service_package_id === undefined, {
    path: ["lines"],
    message: "Not allowed together with service_package_id.",
  })
  .openapi("NewTicketJob");
export type NewJob = z.output<typeof NewJob>;

export const JobChange = atLeastOneOf(fields.strict()).openapi("TicketJobChange");
export type JobChange = z.output<typeof JobChange>;

export const byJob = byId.extend({ job_id: PathId });
