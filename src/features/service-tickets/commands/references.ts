import { eq, type SQL, sql } from "drizzle-orm";
import type { Db, Statement } from "../../../db/client.ts";
import { must } from "../../../db/commit.ts";
import type { Entity } from "../../../db/images.ts";
import { eachOf } from "../../../db/json.ts";
import { serviceTickets } from "../../../db/schema/service-tickets.ts";

/** All these rows must be there; else `reference_not_found` names the first that is not. */
export const mustExist = (db: Db, { name, table }: Entity, ids: readonly number[]): Statement[] => {
  if (ids.length === 0) return [];
  const missing: SQL = sql`(select value from ${eachOf(ids)} where value not in (select ${table.id} from ${table}) limit 1)`;
  return [must(db, "reference_not_found", sql`${missing} is null`, sql`json_object('entity', ${name}, 'id', ${missing})`)];
};

/** Closed and cancelled tickets do not change, not even to what they are: `ticket_closed`. */
export const mustBeChangeable = (db: Db, id: number): Statement =>
  must(
    db,
    "ticket_closed",
    sql`exists (select 1 from ${serviceTickets} where ${eq(serviceTickets.id, id)} and ${serviceTickets.status} not in ('closed', 'cancelled'))`,
  );
