import { desc, eq, type SQL, sql } from "drizzle-orm";
import { Failure } from "../../core/errors.ts";
import type { Db } from "../../db/client.ts";
import { MECHANIC } from "../../db/images.ts";
import { jsonArray, jsonObject } from "../../db/json.ts";
import { type Filter, type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { matching } from "../../db/list/search.ts";
import { NESTED, nestedTicket } from "../../db/nested.ts";
import { mechanics } from "../../db/schema/mechanics.ts";
import { assignments, serviceTickets } from "../../db/schema/service-tickets.ts";
import type { MechanicQuery } from "./mechanics.schemas.ts";

const listed = {
  id: mechanics.id,
  name: mechanics.name,
  email: mechanics.email,
  phone: mechanics.phone,
  address: mechanics.address,
  specialty: mechanics.specialty,
  ticket_count: mechanics.ticket_count,
  completed_count: mechanics.completed_count,
  status: mechanics.status,
  created_at: mechanics.created_at,
  updated_at: mechanics.updated_at,
};
const listedRecord = jsonObject(listed);
export type ListedMechanicRow = (typeof listedRecord)["_"]["type"];

const own = { ...listed, salary: mechanics.salary, version: mechanics.version };
const record = jsonObject(own);
export type MechanicRow = (typeof record)["_"]["type"];

/** The index of assignments has the ids of tickets in order: 20 of its rows are read, however many there are. */
const newestTickets = sql`(select ${serviceTickets}.* from ${assignments} cross join ${serviceTickets}
  on ${serviceTickets.id} = ${assignments.service_ticket_id} where ${assignments.mechanic_id} = ${mechanics.id}
  order by ${assignments.service_ticket_id} desc limit ${sql.raw(String(NESTED))}) as ${serviceTickets}`;

const detail = jsonObject({ ...own, service_tickets: jsonArray(nestedTicket, newestTickets) });
export type MechanicDetailRow = (typeof detail)["_"]["type"];

const listing: Listing<ListedMechanicRow> = {
  table: mechanics,
  record: listedRecord,
  counter: "mechanics",
  sorts: {
    id: mechanics.id,
    name: sql`lower(${mechanics.name})`,
    created_at: mechanics.created_at,
    ticket_count: mechanics.ticket_count,
    completed_count: mechanics.completed_count,
  },
};

/** Who waits for approval is on no public list; the text is that of the index, which is used for no other. */
const isKnown = sql`${mechanics.status} <> 'pending'`;

const ranked = jsonObject({ id: mechanics.id, name: mechanics.name, completed_count: mechanics.completed_count });
export type RankedRow = (typeof ranked)["_"]["type"];
const ranking: Listing<RankedRow> = {
  table: mechanics,
  record: ranked,
  only: isKnown,
  counter: "leaderboard",
  sorts: { completed_count: mechanics.completed_count },
};

const withStatus = (status: MechanicRow["status"]): Filter => {
  const where = eq(mechanics.status, status);
  return { where, lead: { from: mechanics, id: mechanics.id, where, sorts: { id: mechanics.id } } };
};

/** The mechanic's record as JSON, for a command to read back. */
export const mechanicById = (id: number | SQL<number>): SQL<MechanicRow> =>
  sql<MechanicRow>`(select ${record} from ${mechanics} where ${mechanics.id} = ${id})`;

/** One mechanic with the newest tickets that it is on. Throws `not_found`. */
export const findMechanic = async (db: Db, id: number): Promise<MechanicDetailRow> => {
  const found = await db.select({ record: detail }).from(mechanics).where(eq(mechanics.id, id)).get();
  if (!found) throw new Failure("not_found");
  return found.record;
};

/** One page of mechanics, under `q` sorted by what it matches. Throws `sort_not_available`. */
export const listMechanics = (db: Db, { q, status }: MechanicQuery, request: PageRequest): Promise<Page<ListedMechanicRow>> =>
  readPage(
    db,
    listing,
    [...(q === undefined ? [] : [matching(MECHANIC, q)]), ...(status === undefined ? [] : [withStatus(status)])],
    request,
  );

/** The mechanics who are on the most tickets; who has just signed up is not one yet. */
export const topMechanics = (db: Db, limit: number) =>
  db
    .select({ id: mechanics.id, name: mechanics.name, ticket_count: mechanics.ticket_count })
    .from(mechanics)
    .where(isKnown)
    .orderBy(desc(mechanics.ticket_count), desc(mechanics.id))
    .limit(limit);

/** One page of mechanics, those with the most completed tickets first. */
export const rankMechanics = (db: Db, request: PageRequest): Promise<Page<RankedRow>> => readPage(db, ranking, [], request);
