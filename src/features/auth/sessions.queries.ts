import { and, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import type { LoggedIn } from "../../core/actor.ts";
import type { Db } from "../../db/client.ts";
import { indexed, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import type { ListedRowIn } from "../../db/records/record.ts";
import { SESSION } from "../../db/records/session.ts";
import { sessions } from "../../db/schema/sessions.ts";

export type SessionRow = ListedRowIn<typeof SESSION>;

/** The active sessions of an account. */
export const activeOf = ({ userId }: Pick<LoggedIn, "userId">, now: string): SQL =>
  sql`${and(eq(sessions.user_id, userId), isNull(sessions.ended_at), gt(sessions.expires_at, now))}`;

/** One page of an account's active sessions. */
export const listSessions = (db: Db, actor: LoggedIn, now: string, request: PageRequest): Promise<Page<SessionRow>> =>
  readPage(db, SESSION, [indexed(sessions, activeOf(actor, now))], request);
