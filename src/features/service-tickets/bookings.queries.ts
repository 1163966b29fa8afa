import { and, eq, gt, gte, lt, type SQL, sql } from "drizzle-orm";
import { Failure } from "../../core/errors.ts";
import type { Db } from "../../db/client.ts";
import { type JsonOf, jsonObject, jsonOne } from "../../db/json.ts";
import { type Filter, indexed, type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { ticketVin } from "../../db/records/ticket.ts";
import { customers } from "../../db/schema/customers.ts";
import { mechanics } from "../../db/schema/mechanics.ts";
import { assignments, serviceTickets } from "../../db/schema/service-tickets.ts";

/** A booking, which ends with the work. Safe: the ticket of a booking always has both ends of its schedule. */
const booking = jsonObject({
  service_ticket_id: serviceTickets.id,
  scheduled_start: sql<string>`${serviceTickets.scheduled_start}`,
  scheduled_end: sql<string>`min(${serviceTickets.scheduled_end}, coalesce(${serviceTickets.completed_at}, ${serviceTickets.scheduled_end}))`,
  status: serviceTickets.status,
  service_desc: serviceTickets.service_desc,
  VIN: ticketVin,
  customer: jsonOne(
    jsonObject({ id: customers.id, name: customers.name }),
    sql`${customers} where ${customers.id} = ${serviceTickets.customer_id}`,
  ),
});
export type BookingRow = JsonOf<typeof booking>;

/** A schedule is always listed for one mechanic, so it needs no counter. */
const schedule: Listing<BookingRow> = { table: serviceTickets, listed: booking, counter: null, sorts: {} };

const available = jsonObject({ id: mechanics.id, name: mechanics.name, specialty: mechanics.specialty, phone: mechanics.phone });
export type AvailableRow = JsonOf<typeof available>;

const mechanicListing: Listing<AvailableRow> = { table: mechanics, listed: available, counter: "mechanics", sorts: { id: mechanics.id } };

/** Requires that the start is before the end, if there is an end; timestamps compare as text. Throws `invalid_schedule`. */
const assertInOrder = (start: string, end: string | undefined): void => {
  if (end !== undefined && start >= end) throw new Failure("invalid_schedule");
};

const assertMechanic = async (db: Db, id: number): Promise<void> => {
  const found = await db.select({ id: mechanics.id }).from(mechanics).where(eq(mechanics.id, id)).get();
  if (!found) throw new Failure("not_found");
};

/** The latest booking that starts before a time. Bookings of a mechanic do not overlap, so only this one can last beyond that time. */
const latestOf = (what: "starts_at" | "ends_at", mechanic: SQL, before: SQL): SQL<string> =>
  sql`coalesce((select b.${sql.raw(what)} from ${assignments} b where b.mechanic_id = ${mechanic} and b.starts_at ${before}
    order by b.starts_at desc limit 1), '')`;

/** Filters for bookings that overlap [from, to). The scan begins at the only booking that can cover `from`. */
const during = (mechanicId: number, from: string, to: string | undefined): Filter => {
  const where = and(
    eq(assignments.mechanic_id, mechanicId),
    gte(assignments.starts_at, latestOf("starts_at", sql`${mechanicId}`, sql`<= ${from}`)),
    to === undefined ? undefined : lt(assignments.starts_at, to),
    gt(assignments.ends_at, from),
  );
  const sorts = { scheduled_start: assignments.starts_at };
  return { where: sql`${where}`, index: { from: assignments, id: assignments.service_ticket_id, ranges: [sql`${where}`], sorts } };
};

/** One page of a mechanic's bookings that overlap [from, to). Throws `invalid_schedule`, `not_found`. */
export const listSchedule = async (
  db: Db,
  mechanicId: number,
  { from = "", to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  request: PageRequest,
): Promise<Page<BookingRow>> => {
  assertInOrder(from, to);
  const [page] = await Promise.all([readPage(db, schedule, [during(mechanicId, from, to)], request), assertMechanic(db, mechanicId)]);
  return page;
};

const active = indexed(mechanics, eq(mechanics.status, "active"));

/** One page of the active mechanics without a booking in [start, end). Throws `invalid_schedule`. */
export const listAvailable = async (
  db: Db,
  { start, end }: { readonly start: string; readonly end: string },
  request: PageRequest,
): Promise<Page<AvailableRow>> => {
  assertInOrder(start, end);
  const free: Filter = { where: sql`${latestOf("ends_at", sql`${mechanics.id}`, sql`< ${end}`)} <= ${start}` };
  return readPage(db, mechanicListing, [active, free], request);
};
