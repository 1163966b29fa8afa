import { type SQL, sql } from "drizzle-orm";
import { servicePackages } from "../../db/schema/service-packages.ts";
import { ticketParts } from "../../db/schema/service-tickets.ts";
import { ticketJobs, ticketLines } from "../../db/schema/ticket-lines.ts";
import { type Precondition, requires } from "../../db/write/commit.ts";
import { insertFrom } from "../../db/write/insert-from.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { changeSold, isJobOf, requiresJob } from "./change-sold.ts";
import type { JobChange, NewJob } from "./jobs.schemas.ts";
import { insertLines, insertPackage } from "./new-lines.ts";
import type { PricingRow } from "./pricing.queries.ts";

const newestJob = sql<number>`(select max(${ticketJobs.id}) from ${ticketJobs})`;

const MAX_POSITION = sql.raw("1000");

/** The position after the last one of the ticket. */
const lastPosition = (ticket: number): SQL =>
  sql`(select min(coalesce(max(${ticketJobs.position}), 0) + 1, ${MAX_POSITION}) from ${ticketJobs} where ${ticketJobs.service_ticket_id} = ${ticket})`;

const ofPackage = (column: "name" | "note", servicePackage: number): SQL =>
  sql`(select ${servicePackages[column]} from ${servicePackages} where ${servicePackages.id} = ${servicePackage})`;

/** The package that a job is made from is there. */
const requiresPackage = (servicePackage: number): Precondition =>
  requires("reference_not_found", sql`exists (select 1 from ${servicePackages} where ${servicePackages.id} = ${servicePackage})`, {
    entity: "service_package",
    id: servicePackage,
  });

/**
 * Adds a job to a ticket, with the lines that are sent or those of a service package, in one atomic write.
 * Throws `not_found`, `ticket_closed`, `reference_not_found`, `whole_units_only`, `epa_number_missing`, `too_many_lines`,
 * `amount_too_large`, `discount_too_large`.
 */
export const addJob = (context: WriteContext, ticket: number, input: NewJob): Promise<PricingRow> => {
  const { now } = context;
  const { lines = [], service_package_id, title, note, position, ...fields } = input;
  const hasPackage = service_package_id !== undefined;
  const said = hasPackage
    ? { title: title ?? ofPackage("name", service_package_id), note: note === undefined ? ofPackage("note", service_package_id) : note }
    : { title: title ?? "", note: note ?? null };
  return changeSold(context, ticket, {
    verb: "job_added",
    preconditions: hasPackage ? [requiresPackage(service_package_id)] : [],
    changes: [
      insertFrom(ticketJobs, {
        ...fields,
        ...said,
        service_ticket_id: ticket,
        position: position ?? lastPosition(ticket),
        created_at: now,
      }),
      ...(hasPackage ? [insertPackage(ticket, service_package_id, newestJob)] : insertLines(ticket, lines, newestJob)),
    ],
  });
};

/** Updates the given fields of a job. Throws `not_found`, `ticket_closed`, `reference_not_found`. */
export const changeJob = (context: WriteContext, ticket: number, job: number, change: JobChange): Promise<PricingRow> =>
  changeSold(context, ticket, {
    verb: "job_changed",
    target: requiresJob(ticket, job),
    changes: [context.db.update(ticketJobs).set(change).where(isJobOf(ticket, job))],
  });

/**
 * What has left the stock of the part of a line `l`, without what goes to its automatic line and to lines before it, is more than
 * nothing: in the order of their ids each line has up to its quantity.
 */
const isDrawn = sql`l.automatic = 1 or (l.decision <> 'declined' and (select p.held * p.quantity from ${ticketParts} p
    where p.service_ticket_id = l.service_ticket_id and p.inventory_id = l.inventory_id)
  > (select coalesce(sum(o.quantity), 0) from ${ticketLines} o where o.service_ticket_id = l.service_ticket_id
    and o.inventory_id = l.inventory_id and (o.automatic = 1 or (o.decision <> 'declined' and o.id < l.id))))`;

/** Removes a job with its lines. Throws `not_found`, `ticket_closed`, and `part_drawn` if a part of its lines has left the stock. */
export const removeJob = (context: WriteContext, ticket: number, job: number): Promise<PricingRow> => {
  const { db } = context;
  return changeSold(context, ticket, {
    verb: "job_removed",
    target: requiresJob(ticket, job),
    preconditions: [requires("part_drawn", sql`not exists (select 1 from ${ticketLines} l where l.job_id = ${job} and (${isDrawn}))`)],
    changes: [db.delete(ticketLines).where(sql`${ticketLines.job_id} = ${job}`), db.delete(ticketJobs).where(isJobOf(ticket, job))],
  });
};
