import { and, eq, gte, lte, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { type Actor, mechanicOf, seesOf } from "../../core/actor.ts";
import type { Cents } from "../../core/money.ts";
import type { Db } from "../../db/client.ts";
import { type JsonOf, jsonArray, jsonObject, jsonOne } from "../../db/json.ts";
import {
  type Filter,
  indexed,
  type Listing,
  oneOfIndexed,
  type Page,
  type PageRequest,
  readPage,
  together,
} from "../../db/list/listing.ts";
import { matching } from "../../db/list/search.ts";
import { findRow, rowById } from "../../db/records/read.ts";
import { nameThen, TICKET, TICKET_DISCOUNT, ticketsVisibleTo, ticketVin } from "../../db/records/ticket.ts";
import { TICKET_PART } from "../../db/records/ticket-part.ts";
import { customers } from "../../db/schema/customers.ts";
import { parts } from "../../db/schema/inventory.ts";
import { mechanics } from "../../db/schema/mechanics.ts";
import { assignments, serviceTickets, type TicketStatus, ticketParts } from "../../db/schema/service-tickets.ts";

const own = {
  ...TICKET.columns,
  ...TICKET_DISCOUNT,
  VIN: ticketVin,
  customer: jsonOne(
    jsonObject({ id: customers.id, name: nameThen(sql`'customer'`, customers.name) }),
    sql`${customers} where ${customers.id} = ${serviceTickets.customer_id}`,
  ),
  mechanics: jsonArray(
    jsonObject({ id: mechanics.id, name: nameThen(sql`('$.mechanics.' || ${mechanics.id})`, mechanics.name) }),
    sql`${assignments} join ${mechanics} on ${mechanics.id} = ${assignments.mechanic_id} where ${assignments.service_ticket_id} = ${serviceTickets.id}`,
  ),
};

/** Where a closed ticket wrote down the words of a part. */
const words = sql`${serviceTickets.closed_words} -> ('$.parts.' || ${parts.id})`;
const line = jsonObject({
  ...TICKET_PART.columns,
  name: sql<string>`coalesce(${words} ->> 'name', ${parts.name})`,
  part_number: sql<string | null>`iif(${words} is null, ${parts.part_number}, ${words} ->> 'part_number')`,
  held: ticketParts.held,
  total: sql<Cents>`(${ticketParts.quantity} * ${ticketParts.unit_price} + 500) / 1000`,
});

const record = jsonObject(own);
export type TicketRow = JsonOf<typeof record>;

const detail = jsonObject({
  ...own,
  parts: jsonArray(
    line,
    sql`${ticketParts} join ${parts} on ${parts.id} = ${ticketParts.inventory_id} where ${ticketParts.service_ticket_id} = ${serviceTickets.id}`,
  ),
});
export type TicketDetailRow = JsonOf<typeof detail>;

/** A subquery for the whole ticket as JSON; commands read their answer with it. */
export const ticketById = (id: number | SQL<number>): SQL<TicketDetailRow> => rowById(serviceTickets, detail, id);

/** One ticket with its mechanics and parts. Throws `not_found` if it does not exist or belongs to another customer. */
export const findTicket = (db: Db, actor: Actor, id: number): Promise<TicketDetailRow> =>
  findRow(db, serviceTickets, detail, and(eq(serviceTickets.id, id), ticketsVisibleTo(actor)));

const listing: Listing<TicketRow> = { ...TICKET, listed: record };
const { service_date } = serviceTickets;
const BY_DATE = { id: serviceTickets.id, service_date };
/** As its index has it. */
const isUnbilled = sql`${serviceTickets.unbilled_net} > 0`;

const ofMechanic = (id: number): Filter => ({
  where: sql`exists (select 1 from ${assignments} where ${assignments.service_ticket_id} = ${serviceTickets.id} and ${assignments.mechanic_id} = ${id})`,
  index: {
    from: assignments,
    id: assignments.service_ticket_id,
    ranges: [eq(assignments.mechanic_id, id)],
    sorts: { id: assignments.service_ticket_id },
  },
});

/** Between two days, either of which may be open. */
const between = (column: SQLiteColumn, from: string | undefined, to: string | undefined): SQL =>
  sql`${and(from === undefined ? undefined : gte(column, from), to === undefined ? undefined : lte(column, to))}`;

export interface TicketFilters {
  /** Words of the ticket, its customer's name or its vehicle's plate. */
  readonly q?: string | undefined;
  /** Any of these. */
  readonly status?: readonly TicketStatus[] | undefined;
  readonly customer_id?: number | undefined;
  readonly mechanic_id?: number | undefined;
  readonly vehicle_id?: number | undefined;
  /** Completed or closed, and to be invoiced still; or not. */
  readonly unbilled?: boolean | undefined;
  /** The first and the last service date. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The filters in use, and those that an index holds together: the narrowest first. */
const filtersOf = (actor: Actor, filters: TicketFilters): Filter[] => {
  const { q, status, customer_id, mechanic_id, vehicle_id, unbilled, from, to } = filters;
  const isCustomers = and(ticketsVisibleTo(actor), customer_id === undefined ? undefined : eq(serviceTickets.customer_id, customer_id));
  const found = q === undefined ? undefined : matching(TICKET, q);
  const ofVehicle = vehicle_id === undefined ? undefined : indexed(serviceTickets, eq(serviceTickets.vehicle_id, vehicle_id), BY_DATE);
  const ofCustomer = isCustomers && indexed(serviceTickets, isCustomers, BY_DATE);
  const isWithin = (from ?? to) === undefined ? undefined : indexed(serviceTickets, between(service_date, from, to), { service_date });
  const inStatus = status && oneOfIndexed(serviceTickets, serviceTickets.status, status, BY_DATE);
  const mechanics = mechanic_id === undefined ? undefined : ofMechanic(mechanic_id);
  const along = [
    found,
    ...together(serviceTickets, [ofVehicle, isWithin], { service_date }),
    ...together(serviceTickets, [ofCustomer, isWithin], { service_date }),
    ofVehicle,
    unbilled ? indexed(serviceTickets, isUnbilled) : undefined,
    ...together(serviceTickets, [ofCustomer, inStatus], { id: serviceTickets.id }),
    ofCustomer,
    ...together(serviceTickets, [inStatus, isWithin], { service_date }),
    isWithin,
    mechanics,
    inStatus,
  ].filter((filter) => filter !== undefined);
  if (unbilled !== false) return along;
  return [...(along.length > 0 ? along : [indexed(serviceTickets, sql`true`, BY_DATE)]), { where: sql`(${isUnbilled}) is not true` }];
};

/** One page of the tickets that the actor may see. */
export const listTickets = (db: Db, actor: Actor, filters: TicketFilters, request: PageRequest): Promise<Page<TicketRow>> =>
  readPage(db, listing, filtersOf(actor, filters), request);

/** One page of the actor's own tickets, as a customer or as a mechanic; an admin without such a record has none. */
export const myTickets = (
  db: Db,
  actor: Actor,
  as: "customer" | "mechanic",
  { status }: Pick<TicketFilters, "status">,
  request: PageRequest,
): Promise<Page<TicketRow>> => {
  const own = as === "customer" ? { customer_id: seesOf(actor) } : { mechanic_id: mechanicOf(actor) ?? 0 };
  return listTickets(db, actor, { ...own, status }, request);
};
