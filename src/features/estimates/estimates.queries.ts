import { and, eq, gte, lte, type SQL, sql } from "drizzle-orm";
import { type Actor, isStaff, seesOf } from "../../core/actor.ts";
import type { Cents } from "../../core/money.ts";
import type { Db } from "../../db/client.ts";
import { type JsonOf, jsonObject } from "../../db/json.ts";
import { type Filter, indexed, type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { ESTIMATE } from "../../db/records/estimate.ts";
import type { Content } from "../../db/records/estimate-content.ts";
import { findRow, rowById } from "../../db/records/read.ts";
import { estimates } from "../../db/schema/estimates.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { ticketLines } from "../../db/schema/ticket-lines.ts";
import { checkShopDay, onShopDay, readShopTimeZone, shopTimeZone } from "../../db/shop-day.ts";
import type { EstimateStatus } from "./estimates.schemas.ts";

interface Tally {
  readonly lines: number;
  readonly net: Cents;
}

/** How the lines of an estimate stand now, by decision. */
export type Tallies = Readonly<Record<"approved" | "declined" | "open", Tally>>;

const tally = (decision: keyof Tallies): SQL =>
  sql.raw(`'${decision}', json_object('lines', count(*) filter (where state = '${decision}'),
    'net', ifnull(sum(net) filter (where state = '${decision}'), 0))`);

/**
 * The lines of an estimate with their decisions as they stand. One that was changed since it was shown is open, and so is one that was
 * approved for less than is shown; lines that are decided together are compared by their sum.
 */
const lineStates = sql`(select id, net, iif(decision = 'approved' and beyond > 0, 'open', decision) as state from
    (select l.value ->> 'id' as id, l.value ->> 'net' as net, ifnull(${ticketLines.decision}, 'open') as decision,
      sum(iif(${ticketLines.decision} = 'approved', (l.value ->> 'net') - ${ticketLines.authorized_net}, 0))
        over (partition by ifnull(l.value ->> 'together', -(l.value ->> 'id'))) as beyond
    from json_each(${estimates.content}, '$.lines') l
    left join ${ticketLines} on ${ticketLines.id} = l.value ->> 'id' and ${ticketLines.words} = l.value ->> 'words'
      and +${ticketLines.service_ticket_id} = ${estimates.service_ticket_id}))`;

const tallies = sql<Tallies>`json((select json_object(${tally("approved")}, ${tally("declined")}, ${tally("open")}) from ${lineStates}))`;

/** How each line of an estimate stands now, by its id. */
export const stateByLine = sql<
  Readonly<Record<string, keyof Tallies>>
>`json((select json_group_object(cast(id as text), state) from ${lineStates}))`;

/** A newer estimate of the ticket; its alias is `newer`. */
const isSuperseded = sql<0 | 1>`exists (select 1 from estimates newer
  where newer.service_ticket_id = ${estimates.service_ticket_id} and newer.id > ${estimates.id})`;

const part = <K extends keyof Content>(name: K): SQL<Content[K]> => sql<Content[K]>`${estimates.content} -> ${sql.raw(`'$.${name}'`)}`;

const summary = {
  ...ESTIMATE.listedColumns,
  customer_id: estimates.customer_id,
  is_superseded: isSuperseded,
  customer: part("customer"),
  vehicle: part("vehicle"),
  discount: part("discount"),
  taxes: part("taxes"),
  decisions: tallies,
  time_zone: shopTimeZone,
};
const listed = jsonObject(summary);
/** An estimate without what makes it long. */
export type ListedEstimateRow = JsonOf<typeof listed>;

/** All that an estimate shows. */
export const wholeEstimate = {
  ...summary,
  shop: part("shop"),
  print: part("print"),
  jobs: part("jobs"),
  lines: part("lines"),
  version: sql<number>`(select ${serviceTickets.version} from ${serviceTickets} where ${serviceTickets.id} = ${estimates.service_ticket_id})`,
};
const whole = jsonObject(wholeEstimate);
export type EstimateRow = JsonOf<typeof whole>;

/** A subquery for the estimate as JSON; commands read their answer with it. */
export const estimateById = (id: number | SQL<number>): SQL<EstimateRow> => rowById(estimates, whole, id);

/** The estimates that the actor may see: customers see their own, the holder of a link those of its ticket, staff sees all. */
const visibleTo = (actor: Actor): SQL | undefined => {
  if (actor.role === "link") return eq(estimates.service_ticket_id, actor.ticketId);
  return isStaff(actor) ? undefined : eq(estimates.customer_id, seesOf(actor));
};

/** What is read on a day in the shop's time zone (YYYY-MM-DD), on which its status depends. */
export interface OnDay<T> {
  readonly found: T;
  readonly date: string;
}

/** One estimate. Throws `not_found` if it does not exist or is not for the actor. `now` is ISO 8601. */
export const findEstimate = (db: Db, actor: Actor, now: string, id: number): Promise<OnDay<EstimateRow>> =>
  onShopDay(db, now, async (day) => {
    const found = await findRow(db, estimates, whole, and(eq(estimates.id, id), visibleTo(actor)));
    checkShopDay(day, found.time_zone);
    return { found, date: day.date };
  });

const listing: Listing<ListedEstimateRow> = { ...ESTIMATE, listed };

export interface EstimateFilters {
  readonly service_ticket_id?: number | undefined;
  readonly customer_id?: number | undefined;
  readonly status?: EstimateStatus | undefined;
  readonly superseded?: boolean | undefined;
  /** The first and the last date. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const isIn = (status: EstimateStatus, date: string): SQL => {
  if (status === "superseded") return isSuperseded;
  return sql`not ${isSuperseded} and ${estimates.valid_until} ${sql.raw(status === "expired" ? "<" : ">=")} ${date}`;
};

const isWithin = (from: string | undefined, to: string | undefined): SQL | undefined =>
  and(from === undefined ? undefined : gte(estimates.date, from), to === undefined ? undefined : lte(estimates.date, to));

const filtersOf = (actor: Actor, filters: EstimateFilters, date: string): Filter[] => {
  const { service_ticket_id, customer_id, status, superseded } = filters;
  const dated = isWithin(filters.from, filters.to);
  const ofCustomer = and(visibleTo(actor), customer_id === undefined ? undefined : eq(estimates.customer_id, customer_id));
  const driving = [
    ...(service_ticket_id === undefined ? [] : [indexed(estimates, eq(estimates.service_ticket_id, service_ticket_id))]),
    ...(ofCustomer ? [indexed(estimates, ofCustomer)] : []),
    ...(dated ? [indexed(estimates, dated, { date: estimates.date })] : []),
  ];
  const others = [
    ...(status === undefined ? [] : [isIn(status, date)]),
    ...(superseded === undefined ? [] : [superseded ? isSuperseded : sql`not ${isSuperseded}`]),
  ];
  if (others.length === 0) return driving;
  // No index holds these, so they are looked at along another one, or along all.
  return [...(driving.length > 0 ? driving : [indexed(estimates, sql`true`, ESTIMATE.sorts)]), ...others.map((where) => ({ where }))];
};

/** One page of the estimates that the actor may see, the newest first. `now` is ISO 8601. */
export const listEstimates = (
  db: Db,
  actor: Actor,
  now: string,
  filters: EstimateFilters,
  request: PageRequest,
): Promise<OnDay<Page<ListedEstimateRow>>> =>
  onShopDay(db, now, async (day) => {
    const found = await readPage(db, listing, filtersOf(actor, filters, day.date), request);
    checkShopDay(day, found.rows[0]?.time_zone ?? (await readShopTimeZone(db)));
    return { found, date: day.date };
  });
