import { type SQL, sql } from "drizzle-orm";
import { type Actor, isStaff } from "../core/actor.ts";
import type { Passage } from "../core/answer-by-rules.ts";
import type { Db } from "./client.ts";
import { jsonArray, jsonObject, parseRow } from "./json.ts";
import { serviceTickets } from "./schema/service-tickets.ts";
import { ticketJobs } from "./schema/ticket-lines.ts";
import { vehicles } from "./schema/vehicles.ts";
import { type LogScope, newestSeen } from "./service-log.ts";

/** How many tickets are searched beside the newest ones, and how much is read of each text and of how many jobs. */
const MOST_FOUND = 30;
const MOST_TEXT = 2_000;
const MOST_JOBS = 30;
/** The most that is read of all tickets together, in bytes; those whose words match come first. */
const MOST_READ = 500_000;

const cut = (column: SQL): SQL<string | null> => sql<string | null>`substr(${column}, 1, ${sql.raw(String(MOST_TEXT))})`;

const jobs = sql`(select * from ${ticketJobs} where ${ticketJobs.service_ticket_id} = ${serviceTickets.id} order by position, id
  limit ${sql.raw(String(MOST_JOBS))}) j`;

const row = jsonObject({
  ticket_id: serviceTickets.id,
  date: serviceTickets.service_date,
  shown: sql<(string | null)[]>`json(json_array(${cut(sql`${serviceTickets.service_desc}`)}, ${cut(sql`${serviceTickets.notes}`)}))`,
  internal: cut(sql`${serviceTickets.internal_notes}`),
  jobs: jsonArray(
    jsonObject({
      shown: sql<(string | null)[]>`json(json_array(j.concern, j.correction, j.note))`,
      internal: sql<string | null>`j.internal_note`,
    }),
    jobs,
  ),
});
type Row = { readonly ticket_id: number; readonly date: string; readonly shown: (string | null)[]; readonly internal: string | null } & {
  readonly jobs: readonly { readonly shown: (string | null)[]; readonly internal: string | null }[];
};

/** The texts of one ticket; of what only staff reads none for others. */
const passagesOf = ({ ticket_id, date, jobs: worked, ...own }: Row, isForStaff: boolean): Passage[] =>
  [own, ...worked].flatMap(({ shown, internal }) => [
    ...shown.flatMap((text) => (text === null ? [] : [{ ticket_id, date, text, isInternal: false }])),
    ...(internal === null || !isForStaff ? [] : [{ ticket_id, date, text: internal, isInternal: true }]),
  ]);

/**
 * What people wrote on the newest tickets of the scope that the actor may see, and on those whose words match.
 * @param expression of SQLite's FTS5, or null to look for nothing
 */
export const readPassages = async (db: Db, actor: Actor, scope: LogScope, expression: string | null): Promise<readonly Passage[]> => {
  const index = sql.raw('"service_tickets_search"');
  const isFound =
    expression === null ? sql`0` : sql`exists (select 1 from ${index} where ${index} match ${expression} and ${index}.rowid = looked.id)`;
  const rows = await db.select({ row: sql<string>`texts.row`.as("r") }).from(sql`(with ${newestSeen(actor, scope)},
    found as materialized (select id from looked where seen and ${isFound} order by service_date desc, id desc limit ${MOST_FOUND}),
    texts as materialized (select ${row} as row
      from (select id from found union all select id from chosen where id not in (select id from found)) t
      cross join ${serviceTickets} on ${serviceTickets.id} = t.id),
    summed as (select row, sum(octet_length(row)) over (rows unbounded preceding) as bytes from texts)
    select row from summed where bytes <= ${MOST_READ}) texts`);
  return rows.flatMap((each) => passagesOf(parseRow<Row>(each.row), isStaff(actor)));
};

/** What vehicles are called, by id: year, make and model with the plate, or what else there is. */
export const readVehicleNames = async (db: Db, ids: readonly number[]): Promise<ReadonlyMap<number, string>> => {
  const { id, year, make, model, license_plate, vin, serial_number, description } = vehicles;
  const rows = await db
    .select({ id, year, make, model, license_plate, vin, serial_number, description })
    .from(vehicles)
    .where(sql`${id} in (select value from json_each(${JSON.stringify(ids)}))`);
  return new Map(
    rows.map((vehicle) => {
      const number = vehicle.license_plate ?? vehicle.vin ?? vehicle.serial_number;
      const words = [vehicle.year, vehicle.make, vehicle.model, number].filter((word) => word !== null);
      return [vehicle.id, vehicle.make === null ? (vehicle.description ?? words.join(" ")) : words.join(" ")];
    }),
  );
};
