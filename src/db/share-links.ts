import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { LinkHolder } from "../core/actor.ts";
import type { Db } from "./client.ts";
import { serviceTickets } from "./schema/service-tickets.ts";
import { shareLinks } from "./schema/share-links.ts";

/** A link goes on at that time (ISO 8601). */
const goesOnAt = (now: string) => and(isNull(shareLinks.revoked_at), gt(shareLinks.expires_at, now));

/** The holder of the link whose token has this hash, or null when there is none that goes on. `now` is ISO 8601. */
export const findOpenLink = async (db: Db, hash: string, now: string): Promise<LinkHolder | null> => {
  const found = await db
    .select({
      linkId: shareLinks.id,
      ticketId: shareLinks.service_ticket_id,
      customerId: serviceTickets.customer_id,
      may: shareLinks.may,
    })
    .from(shareLinks)
    .innerJoin(serviceTickets, eq(serviceTickets.id, shareLinks.service_ticket_id))
    .where(and(eq(shareLinks.hash, hash), goesOnAt(now)))
    .get();
  return found ? { role: "link", ...found } : null;
};

/** Counts a use of a link at `now` (ISO 8601), unless it has ended since. */
export const noteUse = async (db: Db, id: number, now: string): Promise<void> => {
  await db
    .update(shareLinks)
    .set({
      uses: sql`${shareLinks.uses} + 1`,
      last_used_at: sql`max(coalesce(${shareLinks.last_used_at}, ${shareLinks.created_at}), ${now})`,
    })
    .where(and(eq(shareLinks.id, id), goesOnAt(now)));
};
