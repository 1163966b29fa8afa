import { and, eq, isNotNull, type SQL, sql } from "drizzle-orm";
import { type Actor, isStaff, seesOf } from "../core/actor.ts";
import { Failure } from "../core/errors.ts";
import { fold, wordsOf } from "../core/search-words.ts";
import { lineState } from "../core/service-history.ts";
import type { DeclinedWork, LoggedJob, LoggedLine, TicketsRead, Visit } from "../core/service-log.ts";
import type { Db } from "./client.ts";
import { type DeclinedRow, declinedQuery } from "./declined.ts";
import { eachOf, type JsonOf, jsonArray, jsonObject, parseRow } from "./json.ts";
import { byWords } from "./list/search.ts";
import { orMerged } from "./records/merged.ts";
import { nameThen } from "./records/ticket.ts";
import { customers } from "./schema/customers.ts";
import { parts } from "./schema/inventory.ts";
import { invoices } from "./schema/invoices.ts";
import { mechanics } from "./schema/mechanics.ts";
import { servicePackages } from "./schema/service-packages.ts";
import { assignments, serviceTickets, ticketParts } from "./schema/service-tickets.ts";
import { shop } from "./schema/shop.ts";
import type { Decision } from "./schema/ticket-lines.ts";
import { ticketJobs, ticketLines } from "./schema/ticket-lines.ts";
import { vehicles } from "./schema/vehicles.ts";

/** The most tickets that are read at once, and of how many the number is told. */
export const MAX_VISITS = 50;
const MAX_COUNTED = 1_000;
/** Once tickets have so many lines and parts together, no older one is read. */
const ENOUGH_LINES = 1_000;
/** The most of each kind that is read of one ticket, and the most service packages that jobs are compared with. */
const PER_TICKET = 500;
const MAX_PACKAGES = 500;

/** Whose tickets: of one vehicle, or of one customer with the vehicles that are still theirs. */
export type LogScope = { readonly vehicle_id: number } | { readonly customer_id: number };

/** The rows of `service_tickets` in the scope. */
const ticketsIn = (scope: LogScope): SQL =>
  "vehicle_id" in scope ? eq(serviceTickets.vehicle_id, scope.vehicle_id) : eq(serviceTickets.customer_id, scope.customer_id);

/** Which of those the actor sees: customers see their own, and nobody those of a customer's car that has another owner now. */
const seenIn = (actor: Actor, scope: LogScope): SQL | undefined => {
  const { customer_id, vehicle_id } = serviceTickets;
  const isKept = sql`(${vehicle_id} is null or exists (select 1 from ${vehicles} where ${vehicles.id} = ${vehicle_id}
    and ${vehicles.customer_id} = ${customer_id}))`;
  return and(isStaff(actor) ? undefined : eq(customer_id, seesOf(actor)), "vehicle_id" in scope ? undefined : isKept);
};

/** Which tickets are in the scope and seen by the actor. */
export const loggedFor = (actor: Actor, scope: LogScope): SQL => sql`${and(ticketsIn(scope), seenIn(actor, scope))}`;

/** Where a closed ticket wrote down the words of a part. */
const words = sql`${serviceTickets.closed_words} -> ('$.parts.' || ${parts.id})`;

const most = sql.raw(`limit ${PER_TICKET}`);

const row = jsonObject({
  ticket_id: serviceTickets.id,
  vehicle_id: serviceTickets.vehicle_id,
  service_date: serviceTickets.service_date,
  status: serviceTickets.status,
  service_desc: serviceTickets.service_desc,
  mileage: serviceTickets.mileage,
  mileage_out: serviceTickets.mileage_out,
  invoice_id: serviceTickets.invoice_id,
  jobs: jsonArray(
    jsonObject({ id: sql<number>`j.id`, title: sql<string>`j.title` }),
    sql`(select id, title from ${ticketJobs} where ${ticketJobs.service_ticket_id} = ${serviceTickets.id} order by position, id ${most}) j`,
  ),
  lines: jsonArray(
    jsonObject({
      job_id: sql<number | null>`l.job_id`,
      kind: sql<LoggedLine["kind"]>`l.kind`,
      description: sql<string>`l.description`,
      inventory_id: sql<number | null>`l.inventory_id`,
      decision: sql<Decision>`l.decision`,
    }),
    sql`(select * from ${ticketLines} where ${ticketLines.service_ticket_id} = ${serviceTickets.id} and ${ticketLines.automatic} = 0
      and ${ticketLines.kind} <> 'fee' order by ${ticketLines.id} ${most}) l`,
  ),
  parts: jsonArray(
    jsonObject({
      inventory_id: parts.id,
      name: sql<string>`coalesce(${words} ->> 'name', ${parts.name})`,
      part_number: sql<string | null>`iif(${words} is null, ${parts.part_number}, ${words} ->> 'part_number')`,
      category: parts.category,
      quantity: sql<number>`p.quantity / 1000.0`,
      unit: parts.unit,
    }),
    sql`(select * from ${ticketParts} where ${ticketParts.service_ticket_id} = ${serviceTickets.id} and ${ticketParts.held} = 1
      ${most}) p cross join ${parts} on ${parts.id} = p.inventory_id`,
  ),
  mechanics: jsonArray(
    jsonObject({ id: mechanics.id, name: nameThen(sql`('$.mechanics.' || ${mechanics.id})`, mechanics.name) }),
    sql`${assignments} join ${mechanics} on ${mechanics.id} = ${assignments.mechanic_id} where ${assignments.service_ticket_id} = ${serviceTickets.id}`,
  ),
  invoices: jsonArray(
    jsonObject({ id: sql<number>`i.id`, number: sql<string>`i.number`, date: sql<string>`i.date` }),
    sql`(select id, number, date from ${invoices} where ${invoices.service_ticket_id} = ${serviceTickets.id}
      and +${invoices.customer_id} = ${serviceTickets.customer_id} and +${invoices.kind} = 'invoice' limit 20) i`,
  ),
});
type Row = JsonOf<typeof row>;

const NEWEST = sql.raw("order by service_date desc, id desc");

/**
 * CTEs: `looked`, the newest tickets by date, whoever's they are, so that what is read has a ceiling, with whether the actor has
 * them `seen`; and `chosen`, the newest of those that are, each with how many lines and parts it has.
 */
export const newestSeen = (actor: Actor, scope: LogScope): SQL => {
  const { id, service_date, lines_count } = serviceTickets;
  const parted = sql`(select count(*) from ${ticketParts} where ${ticketParts.service_ticket_id} = looked.id)`;
  return sql`looked as materialized (
      select ${id} as id, ${service_date} as service_date, ${lines_count} as amount, ${seenIn(actor, scope) ?? sql`1`} as seen
      from ${serviceTickets} where ${ticketsIn(scope)} ${NEWEST} limit ${MAX_COUNTED + 1}),
    chosen as materialized (select id, service_date, amount + ${parted} as amount from looked where seen ${NEWEST} limit ${MAX_VISITS})`;
};

/** The newest tickets with their lines, and how many there are. */
const ticketsQuery = (db: Db, actor: Actor, scope: LogScope) => {
  const { id, service_date } = serviceTickets;
  const from = sql`(with ${newestSeen(actor, scope)},
    summed as materialized (select id, sum(amount) over (${NEWEST}) - amount as before from chosen)
    select (select count(*) from looked where seen) as seen, (select count(*) from looked) as looked, t.*
    from (select 1) left join (select ${row} as row from summed cross join ${serviceTickets} on ${id} = summed.id
      where summed.before < ${ENOUGH_LINES} order by ${service_date} desc, ${id} desc) t on true) found`;
  return db
    .select({
      seen: sql<number>`found.seen`.as("s"),
      looked: sql<number>`found.looked`.as("l"),
      row: sql<string | null>`found.row`.as("r"),
    })
    .from(from);
};

/** The category of the service package that a job is named like, by the words of its name. */
type Categories = ReadonlyMap<string, string>;

const readCategories = async (db: Db, visits: readonly Row[]): Promise<Categories> => {
  const names = [...new Set(visits.flatMap(({ jobs }) => jobs.map(({ title }) => wordsOf(title))))];
  if (names.length === 0) return new Map();
  const { name, category } = servicePackages;
  const found = await db
    .select({ name, category })
    .from(servicePackages)
    .where(and(sql`${byWords("name")} in (select value from ${eachOf(names)})`, isNotNull(category)))
    .limit(MAX_PACKAGES);
  return new Map(found.flatMap((each) => (each.category === null ? [] : [[fold(each.name), each.category]])));
};

const visitOf = ({ jobs, lines, invoice_id, ...visit }: Row, categories: Categories, areAllAgreed: boolean): Visit => {
  const held = new Set(visit.parts.map(({ inventory_id }) => inventory_id));
  const isAgreed = areAllAgreed || invoice_id !== null;
  const loggedOf = (job: number | null): LoggedLine[] =>
    lines
      .filter(({ job_id }) => job_id === job)
      .map(({ kind, description, inventory_id, decision }) => ({
        kind,
        description,
        state: lineState(visit, decision, { isAgreed, isMissing: inventory_id !== null && !held.has(inventory_id) }),
      }));
  const loose: LoggedJob = { title: null, category: null, lines: loggedOf(null) };
  return {
    ...visit,
    jobs: [
      ...jobs.map(({ id, title }) => ({ title, category: categories.get(fold(title)) ?? null, lines: loggedOf(id) })),
      ...(loose.lines.length > 0 ? [loose] : []),
    ],
  };
};

const declinedOf = ({ service_ticket_id, description, date }: DeclinedRow): DeclinedWork => ({ service_ticket_id, description, date });

/** What a log is made of. */
export interface FoundLog {
  readonly tickets: TicketsRead;
  /** The newest first. */
  readonly visits: readonly Visit[];
  readonly declined: readonly DeclinedWork[];
}

/**
 * The newest tickets of the scope that the actor may see, at most 50, and what was declined on any of them. Throws `not_found`
 * where there is no such vehicle or customer, or not for the actor, and to staff `merged`.
 */
export const readServiceLog = async (db: Db, actor: Actor, scope: LogScope): Promise<FoundLog> => {
  const own = isStaff(actor) ? undefined : seesOf(actor);
  const [entity, id] = "vehicle_id" in scope ? (["vehicle", scope.vehicle_id] as const) : (["customer", scope.customer_id] as const);
  const [table, owner] = entity === "vehicle" ? [vehicles, vehicles.customer_id] : [customers, customers.id];
  const isThere = and(eq(table.id, id), own === undefined ? undefined : eq(owner, own));
  const [there, rows, declined] = await db.batch([
    db
      .select({ mode: sql<string>`(select ${shop.authorization} from ${shop})`.as("m") })
      .from(table)
      .where(isThere),
    ticketsQuery(db, actor, scope),
    declinedQuery(db, loggedFor(actor, scope)),
  ]);
  const [mode] = there;
  if (!mode) {
    const failure = new Failure("not_found");
    if (own !== undefined) throw failure;
    return orMerged(db, entity, id)(failure);
  }
  const read = rows.flatMap((each) => (each.row === null ? [] : [parseRow<Row>(each.row)]));
  const [counted = { seen: 0, looked: 0 }] = rows;
  const categories = await readCategories(db, read);
  return {
    tickets: { read: read.length, left_out: counted.seen - read.length, exact: counted.looked <= MAX_COUNTED },
    visits: read.map((each) => visitOf(each, categories, mode.mode === "none")),
    declined: declined.map((each) => declinedOf(parseRow<DeclinedRow>(each.row))),
  };
};
