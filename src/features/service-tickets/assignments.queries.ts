import { eq, type SQL, sql } from "drizzle-orm";
import { Failure } from "../../core/errors.ts";
import type { Db } from "../../db/client.ts";
import { jsonObject } from "../../db/json.ts";
import { type Filter, type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { assignments } from "../../db/schema/service-tickets.ts";

const { id, service_ticket_id, mechanic_id, created_at } = assignments;
const record = jsonObject({ id, service_ticket_id, mechanic_id, created_at });
export type AssignmentRow = (typeof record)["_"]["type"];

const listing: Listing<AssignmentRow> = { table: assignments, record, counter: "assignments", sorts: { id } };

/** The assignment as JSON, for a command to read back. */
export const assignmentById = (which: SQL<number>): SQL<AssignmentRow> =>
  sql<AssignmentRow>`(select ${record} from ${assignments} where ${assignments.id} = ${which})`;

/** One assignment. Throws `not_found`. */
export const findAssignment = async (db: Db, which: number): Promise<AssignmentRow> => {
  const found = await db.select({ record }).from(assignments).where(eq(id, which)).get();
  if (!found) throw new Failure("not_found");
  return found.record;
};

/** A filter whose index goes on with the other end of the link, which is what its rows are sorted by. */
const by = (where: SQL, sorts: Listing<unknown>["sorts"]): Filter => ({ where, lead: { from: assignments, id, where, sorts } });

/** One page of assignments, of one ticket or one mechanic if asked. */
export const listAssignments = (
  db: Db,
  filters: { readonly service_ticket_id?: number | undefined; readonly mechanic_id?: number | undefined },
  request: PageRequest,
): Promise<Page<AssignmentRow>> =>
  readPage(
    db,
    listing,
    [
      ...(filters.service_ticket_id === undefined ? [] : [by(eq(service_ticket_id, filters.service_ticket_id), { mechanic_id })]),
      ...(filters.mechanic_id === undefined ? [] : [by(eq(mechanic_id, filters.mechanic_id), { service_ticket_id })]),
    ],
    request,
  );
