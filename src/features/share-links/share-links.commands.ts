import { and, eq, isNull, sql } from "drizzle-orm";
import { loggedIn } from "../../core/actor.ts";
import { hashOfToken, newShareToken } from "../../core/share-token.ts";
import { SHARE_LINK } from "../../db/records/share-link.ts";
import { TICKET } from "../../db/records/ticket.ts";
import { shareLinks } from "../../db/schema/share-links.ts";
import { commit, created, newest, requires } from "../../db/write/commit.ts";
import { newShareLink } from "../../db/write/share-link.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { type ShareLinkRow, shareLinkById } from "./share-links.queries.ts";
import type { NewShareLink } from "./share-links.schemas.ts";

/** A new link, and its token, which is kept nowhere. */
export interface Made {
  readonly row: ShareLinkRow;
  readonly token: string;
}

/** Makes a link to a ticket's documents. Throws `not_found`, `customer_erased`. */
export const createShareLink = async (
  { db, writer, now, actor }: WriteContext,
  ticket: number,
  { may, sent_to, expires_in_hours }: NewShareLink,
): Promise<Made> => {
  const token = newShareToken();
  const row = await commit(db, writer, {
    target: { entity: TICKET, id: ticket },
    changes: [
      newShareLink(
        { service_ticket_id: ticket, may, sent_to: sent_to ?? null, hash: hashOfToken(token), created_by: loggedIn(actor).userId },
        now,
        expires_in_hours,
      ),
    ],
    audit: [created(SHARE_LINK)],
    answer: shareLinkById(newest(SHARE_LINK)),
  });
  return { row, token };
};

/** Ends a link at once; one that has ended stays as it is. Throws `not_found` when the ticket has no such link. */
export const revokeShareLink = ({ db, writer, now }: WriteContext, ticket: number, id: number): Promise<ShareLinkRow> => {
  const isIt = and(eq(shareLinks.id, id), eq(shareLinks.service_ticket_id, ticket));
  const goesOn = sql`${and(isIt, isNull(shareLinks.revoked_at))}`;
  return commit(db, writer, {
    preconditions: [requires("not_found", sql`exists (select 1 from ${shareLinks} where ${isIt})`)],
    changes: [db.update(shareLinks).set({ revoked_at: now }).where(goesOn)],
    audit: [{ entity: SHARE_LINK, verb: "revoked", where: goesOn }],
    answer: shareLinkById(id),
  });
};
