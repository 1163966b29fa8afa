import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { LINK_RIGHTS } from "../../core/actor.ts";
import { id, moment } from "../columns.ts";
import { serviceTickets } from "./service-tickets.ts";
import { isOneOf } from "./words.ts";

/** How long a link may be good, in hours. */
export const MAX_LINK_HOURS = 720;

/**
 * Links by which a customer without an account sees one ticket's documents. The token itself is stored nowhere. Nothing of a link
 * changes but that it ends, once, and when it was used last.
 */
export const shareLinks = sqliteTable(
  "share_links",
  {
    id: id(),
    service_ticket_id: integer()
      .notNull()
      .references(() => serviceTickets.id, { onDelete: "cascade", onUpdate: "restrict" }),
    may: text({ enum: LINK_RIGHTS }).notNull(),
    /** The number or address that staff sent it to; gone when the customer is erased. */
    sent_to: text(),
    /** SHA-256 of the token, in hexadecimal. */
    hash: text().notNull().unique(),
    /** What the token of a mailed link is made from again, with a secret, when the mail leaves; null for a token that was told once. */
    nonce: text(),
    /** The account of staff that made it. */
    created_by: integer().notNull(),
    created_at: moment().notNull(),
    expires_at: moment().notNull(),
    revoked_at: moment(),
    last_used_at: moment(),
    uses: integer().notNull().default(0),
  },
  (t) => [
    index("share_links_ticket").on(t.service_ticket_id, t.id),
    check("share_links_id_positive", sql`${t.id} > 0`),
    check("share_links_may_known", isOneOf(t.may, LINK_RIGHTS)),
    check("share_links_hash_is_one", sql`length(${t.hash}) = 64 and ${t.hash} not glob '*[^0-9a-f]*'`),
    check("share_links_end", sql`${t.expires_at} > ${t.created_at}`),
  ],
);
