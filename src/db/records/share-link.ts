import { sql } from "drizzle-orm";
import { LINK_RIGHTS } from "../../core/actor.ts";
import { MAX_EMAIL } from "../../core/email.ts";
import { Count, Id, oneOf, Timestamp, text } from "../fields.ts";
import { serviceTickets } from "../schema/service-tickets.ts";
import { shareLinks } from "../schema/share-links.ts";
import { entityOf } from "./entity.ts";
import { recordOf } from "./record.ts";

/** A link by which a customer without an account sees one ticket's documents. Its token is stored nowhere, its hash is shown to nobody. */
export const SHARE_LINK = entityOf(
  "share_link",
  recordOf(shareLinks, {
    id: { use: "shown", audited: true, type: Id, example: 21 },
    service_ticket_id: { use: "shown", audited: true, type: Id, example: 31 },
    may: {
      use: "shown",
      audited: true,
      input: true,
      type: oneOf(LINK_RIGHTS).openapi({ description: "`decide` also views." }),
      example: "decide",
    },
    sent_to: {
      use: "shown",
      audited: true,
      input: true,
      type: text(MAX_EMAIL).openapi({ description: "The number or address that the shop sends it to." }),
      example: "+1 555 0100",
    },
    hash: { use: "hidden" },
    nonce: { use: "hidden" },
    created_by: { use: "shown", audited: true, type: Id.openapi({ description: "The account that made it." }), example: 2 },
    created_at: { use: "shown", audited: true, type: Timestamp, example: "2026-11-26T17:02:10.004Z" },
    expires_at: { use: "shown", audited: true, type: Timestamp, example: "2026-11-29T17:02:10.004Z" },
    revoked_at: { use: "shown", audited: true, type: Timestamp, example: null },
    last_used_at: { use: "shown", type: Timestamp, example: null },
    uses: {
      use: "shown",
      type: Count.openapi({ description: "How often it was opened or decided with. Programs that check mail open links, too." }),
      example: 0,
    },
  }),
  { counter: null, newestFirst: true, sorts: { id: shareLinks.id } },
  {},
  sql`(select ${serviceTickets.customer_id} from ${serviceTickets} where ${serviceTickets.id} = ${shareLinks.service_ticket_id})`,
);
