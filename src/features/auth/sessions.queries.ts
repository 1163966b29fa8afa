import { and, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import type { LoggedIn } from "../../core/actor.ts";
import type { Db } from "../../db/client.ts";
import { jsonObject } from "../../db/json.ts";
import { type Listing, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { sessions } from "../../db/schema/sessions.ts";

const record = jsonObject({
  id: sessions.id,
  created_at: sessions.created_at,
  last_used_at: sessions.last_used_at,
  expires_at: sessions.expires_at,
  address: sessions.address,
});
export type SessionRow = (typeof record)["_"]["type"];

/** Sessions are always listed for one account, so no counter has their number. */
const listing: Listing<SessionRow> = { table: sessions, record, counter: "", sorts: {} };

/** The sessions of an account that go on. */
export const liveOf = ({ userId }: Pick<LoggedIn, "userId">, now: string): SQL =>
  sql`${and(eq(sessions.user_id, userId), isNull(sessions.ended_at), gt(sessions.expires_at, now))}`;

/** One page of an account's sessions that go on. */
export const listSessions = (db: Db, actor: LoggedIn, now: string, request: PageRequest): Promise<Page<SessionRow>> => {
  const where = liveOf(actor, now);
  return readPage(db, listing, [{ where, lead: { from: sessions, id: sessions.id, where, sorts: { id: sessions.id } } }], request);
};
