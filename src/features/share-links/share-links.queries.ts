import { eq, type SQL, sql } from "drizzle-orm";
import type { Db } from "../../db/client.ts";
import { jsonObject } from "../../db/json.ts";
import { indexed, type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { findRow, rowById } from "../../db/records/read.ts";
import type { ListedRowIn } from "../../db/records/record.ts";
import { SHARE_LINK } from "../../db/records/share-link.ts";
import { serviceTickets } from "../../db/schema/service-tickets.ts";
import { shareLinks } from "../../db/schema/share-links.ts";

export type ShareLinkRow = ListedRowIn<typeof SHARE_LINK>;

const listing: Listing<ShareLinkRow> = SHARE_LINK;

/** A subquery for the link as JSON; commands read their answer with it. */
export const shareLinkById = (id: number | SQL<number>): SQL<ShareLinkRow> => rowById(shareLinks, SHARE_LINK.listed, id);

/** One page of the links of a ticket, the newest first, also those that have ended. Throws `not_found`. */
export const listShareLinks = async (db: Db, ticket: number, request: PageRequest): Promise<Page<ShareLinkRow>> => {
  const page = await readPage(db, listing, [indexed(shareLinks, sql`${eq(shareLinks.service_ticket_id, ticket)}`)], request);
  if (page.total.items === 0) await findRow(db, serviceTickets, jsonObject({ id: serviceTickets.id }), eq(serviceTickets.id, ticket));
  return page;
};
