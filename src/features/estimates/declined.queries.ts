import { and, eq, sql } from "drizzle-orm";
import { type Actor, isStaff, seesOf } from "../../core/actor.ts";
import type { Cents } from "../../core/money.ts";
import type { Db } from "../../db/client.ts";
import { jsonObject, parseRow } from "../../db/json.ts";
import { orMerged } from "../../db/records/merged.ts";
import { findRow } from "../../db/records/read.ts";
import { authorizationDecisions, authorizations } from "../../db/schema/estimates.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { ticketLines } from "../../db/schema/ticket-lines.ts";
import { vehicles } from "../../db/schema/vehicles.ts";

/** How many declined lines are listed, and among how many decisions on the vehicle's tickets. */
const MOST = 1_000;
const MOST_DECISIONS = 5_000;

const shown = {
  line_id: sql<number>`r.line_id`,
  service_ticket_id: sql<number>`r.service_ticket_id`,
  estimate_id: sql<number>`a.estimate_id`,
  description: sql<string>`r.description`,
  net: sql<Cents>`r.net`,
  at: sql<string>`a.at`,
  person_name: sql<string>`a.person_name`,
};
const row = jsonObject(shown);

/** A line that was declined on an estimate; `net` in cents as it was shown. */
export interface DeclinedRow {
  readonly line_id: number;
  readonly service_ticket_id: number;
  readonly estimate_id: number;
  readonly description: string;
  readonly net: Cents;
  readonly at: string;
  readonly person_name: string;
}

/**
 * The lines of a vehicle's tickets that were declined, the newest first and at most 1,000: each until the same words are approved
 * on any of these tickets, or the line says something else. A line that was removed since still counts, and so does one of a
 * cancelled ticket, which is open. Customers see those of their own tickets. Throws `not_found` and, to staff, `merged`.
 */
export const listDeclined = async (db: Db, actor: Actor, vehicle: number): Promise<readonly DeclinedRow[]> => {
  const own = isStaff(actor) ? null : seesOf(actor);
  const found = findRow(
    db,
    vehicles,
    jsonObject({ id: vehicles.id }),
    and(eq(vehicles.id, vehicle), own === null ? undefined : eq(vehicles.customer_id, own)),
  );
  await (own === null ? found.catch(orMerged(db, "vehicle", vehicle)) : found);
  const ofVehicle = and(eq(serviceTickets.vehicle_id, vehicle), own === null ? undefined : eq(serviceTickets.customer_id, own));
  const rows = await db.all<{ row: string }>(sql`with said as materialized (
      select d.*, l.id is null or (l.words = d.words and (l.decision = 'declined' or ${serviceTickets.status} = 'cancelled')) as holds
      from ${serviceTickets} cross join ${authorizationDecisions} d on d.service_ticket_id = ${serviceTickets.id}
        left join ${ticketLines} l on l.id = d.line_id and +l.service_ticket_id = ${serviceTickets.id}
      where ${ofVehicle} limit ${MOST_DECISIONS}),
    ranked as (select *, max(iif(decision = 'approved', id, 0)) over (partition by words) as approved,
      max(id) over (partition by service_ticket_id, line_id) as last from said)
    select ${row} as row from ranked r cross join ${authorizations} a on a.id = r.authorization_id
    where r.decision = 'declined' and r.holds and r.id = r.last and r.id > r.approved order by r.id desc limit ${MOST}`);
  return rows.map((each) => parseRow<DeclinedRow>(each.row));
};
