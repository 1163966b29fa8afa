import { eq, type SQL, sql } from "drizzle-orm";
import type { Db } from "../../db/client.ts";
import { type JsonOf, jsonArray, jsonObject } from "../../db/json.ts";
import { indexed, type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { matching } from "../../db/list/search.ts";
import { MECHANIC } from "../../db/records/mechanic.ts";
import { findRow, NESTED, rowById } from "../../db/records/read.ts";
import type { ListedRowIn, RowIn } from "../../db/records/record.ts";
import { nestedTicket } from "../../db/records/ticket.ts";
import { mechanics } from "../../db/schema/mechanics.ts";
import { assignments, serviceTickets } from "../../db/schema/service-tickets.ts";
import type { MechanicQuery, TopMechanicsQuery } from "./mechanics.schemas.ts";

export type MechanicRow = RowIn<typeof MECHANIC>;
export type ListedMechanicRow = ListedRowIn<typeof MECHANIC>;

/** The newest tickets of a mechanic. The index of assignments has their ids in order, so at most `NESTED` rows are read. */
const newestTickets = sql`(select ${serviceTickets}.* from ${assignments} cross join ${serviceTickets}
  on ${serviceTickets.id} = ${assignments.service_ticket_id} where ${assignments.mechanic_id} = ${mechanics.id}
  order by ${assignments.service_ticket_id} desc limit ${sql.raw(String(NESTED))}) as ${serviceTickets}`;

const detail = jsonObject({ ...MECHANIC.columns, service_tickets: jsonArray(nestedTicket, newestTickets) });
export type MechanicDetailRow = JsonOf<typeof detail>;

/** Mechanics who wait for approval are on no public list. SQLite uses the partial index only for exactly this text. */
const isKnown = sql`${mechanics.status} <> 'pending'`;

const ranked = jsonObject({ id: mechanics.id, name: mechanics.name, completed_count: mechanics.completed_count });
export type RankedRow = JsonOf<typeof ranked>;
const ranking: Listing<RankedRow> = {
  table: mechanics,
  listed: ranked,
  only: isKnown,
  counter: "leaderboard",
  sorts: { completed_count: mechanics.completed_count },
};

const top = jsonObject({ id: mechanics.id, name: mechanics.name, ticket_count: mechanics.ticket_count });
export type TopMechanicRow = JsonOf<typeof top>;
const byTickets: Listing<TopMechanicRow> = { ...ranking, listed: top, sorts: { ticket_count: mechanics.ticket_count } };

/** A subquery for the mechanic as JSON; commands read their answer with it. */
export const mechanicById = (id: number | SQL<number>): SQL<MechanicRow> => rowById(mechanics, MECHANIC.json, id);

/** One mechanic with the newest of their tickets. Throws `not_found`. */
export const findMechanic = (db: Db, id: number): Promise<MechanicDetailRow> => findRow(db, mechanics, detail, eq(mechanics.id, id));

/** One page of mechanics; with `q`, sorted by the matching term. Throws `sort_not_available`. */
export const listMechanics = (db: Db, { q, status }: MechanicQuery, request: PageRequest): Promise<Page<ListedMechanicRow>> =>
  readPage(
    db,
    MECHANIC,
    [
      ...(q === undefined ? [] : [matching(MECHANIC, q)]),
      ...(status === undefined ? [] : [indexed(mechanics, eq(mechanics.status, status))]),
    ],
    request,
  );

/** One page of mechanics, those with the most tickets first, without those who wait for approval. */
export const topMechanics = (db: Db, { has_tickets }: TopMechanicsQuery, request: PageRequest): Promise<Page<TopMechanicRow>> => {
  const worked = indexed(mechanics, sql`${mechanics.ticket_count} > 0 and ${isKnown}`, byTickets.sorts);
  return readPage(db, byTickets, has_tickets ? [worked] : [], { ...request, sort: "-ticket_count" });
};

/** One page of mechanics, those with the most completed tickets first. */
export const rankMechanics = (db: Db, request: PageRequest): Promise<Page<RankedRow>> => readPage(db, ranking, [], request);
