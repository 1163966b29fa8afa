import type { SQL } from "drizzle-orm";
import type { LinkRight } from "../../core/actor.ts";
import type { Statement } from "../client.ts";
import { shareLinks } from "../schema/share-links.ts";
import { insertFrom } from "./insert-from.ts";

const HOUR = 3_600_000;

/** A link as it begins. Its token has this hash; `nonce` is there when the token is made again later. */
interface NewLink {
  readonly service_ticket_id: number | SQL;
  readonly may: LinkRight;
  readonly sent_to: string | SQL | null;
  readonly hash: string;
  readonly nonce?: string;
  /** The account that makes it. */
  readonly created_by: number;
}

/**
 * Makes a link that is good for so many hours from `now` (ISO 8601).
 * @param from text after the columns of a SELECT; one row without it
 */
export const newShareLink = (link: NewLink, now: string, hours: number, from?: SQL): Statement =>
  insertFrom(shareLinks, { ...link, created_at: now, expires_at: new Date(Date.parse(now) + hours * HOUR).toISOString() }, from);
