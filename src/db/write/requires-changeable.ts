import { eq, sql } from "drizzle-orm";
import { serviceTickets } from "../schema/service-tickets.ts";
import { type Precondition, requires } from "./commit.ts";

/** A closed or cancelled ticket cannot be changed, not even to the same values: the write fails with `ticket_closed`. */
export const requiresChangeable = (id: number): Precondition =>
  requires(
    "ticket_closed",
    sql`exists (select 1 from ${serviceTickets} where ${eq(serviceTickets.id, id)} and ${serviceTickets.status} not in ('closed', 'cancelled'))`,
  );
