import { z } from "@hono/zod-openapi";
import { pattern, wholeNumber } from "../../db/fields.ts";
import { SHARE_LINK } from "../../db/records/share-link.ts";
import { MAX_LINK_HOURS } from "../../db/schema/share-links.ts";
import { PathId } from "../../http/fields.ts";
import { listOf, listQuery } from "../../http/page.ts";

/** How long a link is good unless the request says it, in hours. */
const HOURS = 72;

export const ShareLink = SHARE_LINK.listedAnswer.openapi("ShareLink");
export const ShareLinkList = listOf("share_links", ShareLink).openapi("ShareLinkList");
export const ShareLinkQuery = listQuery(["id"], {}).omit({ sort: true });

/** A new link, with the token that nobody is told again. */
export const MadeShareLink = ShareLink.extend({
  token: pattern(43, /^[\w-]{43}$/).openapi({ description: "For the header `Share-Token`. It is not stored and never shown again." }),
  url: z.url().max(2_000).openapi({ description: "The page that shows the ticket's documents. Send it to the customer." }),
}).openapi("MadeShareLink");

export const NewShareLink = z
  .strictObject({
    ...SHARE_LINK.input.pick({ may: true, sent_to: true }).shape,
    expires_in_hours: wholeNumber(1, MAX_LINK_HOURS).default(HOURS),
  })
  .openapi("NewShareLink");
export type NewShareLink = z.output<typeof NewShareLink>;

export const byLink = z.strictObject({ id: PathId, link_id: PathId });

export const madeExample = {
  ...SHARE_LINK.example,
  token: "Gm1nOBZ0zSkm2FtuYRSQ1hGqqg1cR6qjqfgxk8XW2nI",
  url: "https://shop.example/s#Gm1nOBZ0zSkm2FtuYRSQ1hGqqg1cR6qjqfgxk8XW2nI",
};
