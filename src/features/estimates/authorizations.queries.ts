import { and, eq, type SQL, sql } from "drizzle-orm";
import { type Actor, isStaff, seesOf } from "../../core/actor.ts";
import type { Db } from "../../db/client.ts";
import { type JsonOf, jsonObject } from "../../db/json.ts";
import { indexed, type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { AUTHORIZATION, decided } from "../../db/records/authorization.ts";
import { findRow, rowById } from "../../db/records/read.ts";
import { authorizations } from "../../db/schema/estimates.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";

const fields = {
  ...AUTHORIZATION.listedColumns,
  user_id: sql<number | null>`coalesce(${authorizations.staff_user_id}, ${authorizations.customer_user_id})`,
  share_link_id: authorizations.share_link_id,
  decided,
};
const listed = jsonObject(fields);
export type ListedAuthorizationRow = JsonOf<typeof listed>;

const whole = jsonObject({
  ...fields,
  version: sql<number>`(select ${serviceTickets.version} from ${serviceTickets} where ${serviceTickets.id} = ${authorizations.service_ticket_id})`,
});
export type AuthorizationRow = JsonOf<typeof whole>;

/** A subquery for the authorisation as JSON; commands read their answer with it. */
export const authorizationById = (id: number | SQL<number>): SQL<AuthorizationRow> => rowById(authorizations, whole, id);

const listing: Listing<ListedAuthorizationRow> = { ...AUTHORIZATION, listed };

/** One page of the authorisations of a ticket, the newest first. Throws `not_found` if it does not exist or is another customer's. */
export const listAuthorizations = async (
  db: Db,
  actor: Actor,
  ticket: number,
  request: PageRequest,
): Promise<Page<ListedAuthorizationRow>> => {
  const isVisible = and(eq(serviceTickets.id, ticket), isStaff(actor) ? undefined : eq(serviceTickets.customer_id, seesOf(actor)));
  const ofTicket = sql`${eq(authorizations.service_ticket_id, ticket)} and exists (select 1 from ${serviceTickets} where ${isVisible})`;
  const page = await readPage(db, listing, [indexed(authorizations, ofTicket)], request);
  if (page.total.items === 0) await findRow(db, serviceTickets, jsonObject({ id: serviceTickets.id }), isVisible);
  return page;
};
