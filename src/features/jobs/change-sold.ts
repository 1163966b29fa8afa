import { eq, type SQL, sql } from "drizzle-orm";
import type { Statement } from "../../db/client.ts";
import { revised } from "../../db/columns.ts";
import { SOLD_TICKET, TICKET } from "../../db/records/ticket.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { ticketJobs, ticketLines } from "../../db/schema/ticket-lines.ts";
import { onShopDay, requiresShopDay } from "../../db/shop-day.ts";
import { commit, type Precondition, requires } from "../../db/write/commit.ts";
import { requiresChangeable } from "../../db/write/requires-changeable.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { type PricingRow, pricingById } from "./pricing.queries.ts";

/** A write on what a ticket sells. */
interface Change {
  /** In the past tense, for the audit log. */
  readonly verb: string;
  /** What must be there; the write fails with `not_found` without it. */
  readonly target?: Precondition;
  readonly preconditions?: readonly Precondition[];
  readonly changes: readonly Statement[];
}

/** The job in the path is one of the ticket. */
export const isJobOf = (ticket: number, job: number): SQL => sql`${ticketJobs.id} = ${job} and ${ticketJobs.service_ticket_id} = ${ticket}`;
export const requiresJob = (ticket: number, job: number): Precondition =>
  requires("not_found", sql`exists (select 1 from ${ticketJobs} where ${isJobOf(ticket, job)})`);

/** The line in the path is one of the ticket. */
export const isLineOf = (ticket: number, line: number): SQL =>
  sql`${ticketLines.id} = ${line} and ${ticketLines.service_ticket_id} = ${ticket}`;
export const requiresLine = (ticket: number, line: number): Precondition =>
  requires("not_found", sql`exists (select 1 from ${ticketLines} where ${isLineOf(ticket, line)})`);

/**
 * Carries out one write on what a ticket sells, and raises the version of the ticket; the answer is what it comes to then.
 * Throws `not_found`, `ticket_closed`, and what the change throws.
 */
export const changeSold = (
  context: WriteContext,
  ticket: number,
  { verb, target, preconditions = [], changes }: Change,
): Promise<PricingRow> => {
  const { db, writer, now } = context;
  const matchesId = eq(serviceTickets.id, ticket);
  return onShopDay(db, now, (day) =>
    commit(db, writer, {
      target: { entity: TICKET, id: ticket },
      preconditions: [...(target ? [target] : []), requiresShopDay(day), requiresChangeable(ticket), ...preconditions],
      changes: [...changes, db.update(serviceTickets).set(revised(serviceTickets, now)).where(matchesId)],
      audit: [{ entity: SOLD_TICKET, verb, where: matchesId }],
      answer: pricingById(ticket, day.date),
    }),
  );
};
