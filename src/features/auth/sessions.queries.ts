import { and, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import type { LoggedIn } from "../../core/actor.ts";
import { TOKEN_SECONDS } from "../../core/ports.ts";
import type { Db } from "../../db/client.ts";
import { indexed, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import type { ListedRowIn } from "../../db/records/record.ts";
import { SESSION } from "../../db/records/session.ts";
import { sessions } from "../../db/schema/sessions.ts";
import { findAccount } from "./auth.queries.ts";

export type SessionRow = ListedRowIn<typeof SESSION>;

/** How long after its login a session can be refreshed, in milliseconds: so that its last token is over after 90 days. */
const LONGEST_MS = 90 * 86_400_000 - TOKEN_SECONDS * 1_000;

/** The session has neither ended nor expired, and began less than 90 days ago. */
export const goesOn = (now: string): SQL => {
  const oldest = new Date(Date.parse(now) - LONGEST_MS).toISOString();
  return sql`${and(isNull(sessions.ended_at), gt(sessions.expires_at, now), gt(sessions.created_at, oldest))}`;
};

/** When a session ends that is refreshed until then. */
export const ABSOLUTE_END = sql<string>`strftime('%Y-%m-%dT%H:%M:%fZ', ${sessions.created_at}, ${`+${LONGEST_MS / 1_000} seconds`})`;

/** The active sessions of an account. */
export const activeOf = ({ userId }: Pick<LoggedIn, "userId">, now: string): SQL => sql`${and(eq(sessions.user_id, userId), goesOn(now))}`;

/** One page of an account's active sessions. */
export const listSessions = (db: Db, actor: Pick<LoggedIn, "userId">, now: string, request: PageRequest): Promise<Page<SessionRow>> =>
  readPage(db, SESSION, [indexed(sessions, activeOf(actor, now))], request);

/** The same of any account. Throws `not_found` if there is no such account. */
export const listSessionsOf = async (db: Db, userId: number, now: string, request: PageRequest): Promise<Page<SessionRow>> => {
  const [page] = await Promise.all([listSessions(db, { userId }, now, request), findAccount(db, userId)]);
  return page;
};
