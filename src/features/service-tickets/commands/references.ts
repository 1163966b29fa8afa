import { eq, sql } from "drizzle-orm";
import type { Entity } from "../../../db/records/entity.ts";
import { serviceTickets } from "../../../db/schema/service-tickets.ts";
import { type Precondition, requires } from "../../../db/write/commit.ts";

/** The row must exist; otherwise the write fails with `reference_not_found`. */
export const requiresRecord = ({ name, table }: Entity, id: number): Precondition =>
  requires("reference_not_found", sql`exists (select 1 from ${table} where ${table.id} = ${id})`, { entity: name, id });

/** A closed or cancelled ticket cannot be changed, not even to the same values: the write fails with `ticket_closed`. */
export const requiresChangeable = (id: number): Precondition =>
  requires(
    "ticket_closed",
    sql`exists (select 1 from ${serviceTickets} where ${eq(serviceTickets.id, id)} and ${serviceTickets.status} not in ('closed', 'cancelled'))`,
  );
