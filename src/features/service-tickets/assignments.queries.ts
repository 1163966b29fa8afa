import { eq, type SQL } from "drizzle-orm";
import type { Db } from "../../db/client.ts";
import { indexed, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { ASSIGNMENT } from "../../db/records/assignment.ts";
import { findRow, rowById } from "../../db/records/read.ts";
import type { RowIn } from "../../db/records/record.ts";
import { assignments } from "../../db/schema/service-tickets.ts";

const { service_ticket_id, mechanic_id } = assignments;
export type AssignmentRow = RowIn<typeof ASSIGNMENT>;

/** A subquery for the assignment as JSON; commands read their answer with it. */
export const assignmentById = (which: SQL<number>): SQL<AssignmentRow> => rowById(assignments, ASSIGNMENT.json, which);

/** One assignment. Throws `not_found`. */
export const findAssignment = (db: Db, id: number): Promise<AssignmentRow> =>
  findRow(db, assignments, ASSIGNMENT.json, eq(assignments.id, id));

/** One page of assignments, filtered by ticket or by mechanic. Under either filter they can be sorted by the other one. */
export const listAssignments = (
  db: Db,
  filters: { readonly service_ticket_id?: number | undefined; readonly mechanic_id?: number | undefined },
  request: PageRequest,
): Promise<Page<AssignmentRow>> =>
  readPage(
    db,
    ASSIGNMENT,
    [
      ...(filters.service_ticket_id === undefined
        ? []
        : [indexed(assignments, eq(service_ticket_id, filters.service_ticket_id), { mechanic_id })]),
      ...(filters.mechanic_id === undefined ? [] : [indexed(assignments, eq(mechanic_id, filters.mechanic_id), { service_ticket_id })]),
    ],
    request,
  );
