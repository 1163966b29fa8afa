import { and, eq, type SQL, sql } from "drizzle-orm";
import { type Actor, isStaff, seesOf } from "../core/actor.ts";
import type { Cents } from "../core/money.ts";
import type { Db } from "./client.ts";
import { jsonObject, parseRow } from "./json.ts";
import { orMerged } from "./records/merged.ts";
import { findRow } from "./records/read.ts";
import { authorizationDecisions, authorizations } from "./schema/estimates.ts";
import { serviceTickets } from "./schema/service-tickets.ts";
import { ticketLines } from "./schema/ticket-lines.ts";
import { vehicles } from "./schema/vehicles.ts";

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
  date: sql<string>`a.date`,
  person_name: sql<string>`a.person_name`,
};
const row = jsonObject(shown);

/** A line that was declined on an estimate; `net` in cents as it was shown, `date` the day in the shop's time zone. */
export interface DeclinedRow {
  readonly line_id: number;
  readonly service_ticket_id: number;
  readonly estimate_id: number;
  readonly description: string;
  readonly net: Cents;
  readonly at: string;
  readonly date: string;
  readonly person_name: string;
}

/**
 * The lines of these tickets that were declined, the newest first and at most 1,000: each until the same words are approved on any
 * of them that has the same vehicle, or the line says something else. A line that was removed since still counts, and so does one
 * of a cancelled ticket, which is open.
 * @param ofTickets which rows of `service_tickets`
 */
export const declinedQuery = (db: Db, ofTickets: SQL | undefined) =>
  db.select({ row: sql<string>`found.row`.as("r") }).from(sql`(with said as materialized (
      select d.*, ${serviceTickets.vehicle_id} as vehicle,
        l.id is null or (l.words = d.words and (l.decision = 'declined' or ${serviceTickets.status} = 'cancelled')) as holds
      from ${serviceTickets} cross join ${authorizationDecisions} d on d.service_ticket_id = ${serviceTickets.id}
        left join ${ticketLines} l on l.id = d.line_id and +l.service_ticket_id = ${serviceTickets.id}
      where ${ofTickets} limit ${MOST_DECISIONS}),
    ranked as (select *, max(iif(decision = 'approved', id, 0)) over (partition by vehicle, words) as approved,
      max(id) over (partition by service_ticket_id, line_id) as last from said)
    select ${row} as row from ranked r cross join ${authorizations} a on a.id = r.authorization_id
    where r.decision = 'declined' and r.holds and r.id = r.last and r.id > r.approved order by r.id desc limit ${MOST}) found`);

/**
 * What was declined for a vehicle, as of all its tickets that the actor may see: customers see their own. Throws `not_found` and,
 * to staff, `merged`.
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
  return (await declinedQuery(db, ofVehicle)).map((each) => parseRow<DeclinedRow>(each.row));
};
