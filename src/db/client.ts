import type { BatchItem } from "drizzle-orm/batch";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import type { Bookmark } from "../core/ports.ts";

export type Db = DrizzleD1Database;
export type Statement = BatchItem<"sqlite">;

/** Where a session may read first: anywhere, at the primary, or wherever a bookmark is reached. */
export type ReadFrom = "first-unconstrained" | "first-primary" | Bookmark;

/** A D1 session with the point in history that it has seen. */
export interface DbSession {
  readonly db: Db;
  /** The latest bookmark seen in this session, or null before its first answer. */
  bookmark(): Bookmark | null;
}

/** Safe: Drizzle calls `prepare` and `batch` of a D1 client, and a session has both. */
const asClient = (session: D1DatabaseSession): D1Database => session as unknown as D1Database;

/** Safe: D1 makes these strings, nothing else reaches this function. */
const asBookmark = (text: string | null): Bookmark | null => text as Bookmark | null;

/** Opens a D1 session (Cloudflare: D1 read replication); each request has its own. */
export const openSession = (d1: D1Database, from: ReadFrom): DbSession => {
  const session = d1.withSession(from);
  return { db: drizzle(asClient(session)), bookmark: () => asBookmark(session.getBookmark()) };
};

/** A batch in the form that Drizzle wants; a batch always has a first statement. */
export const batchOf = (first: Statement, ...rest: readonly Statement[]): [Statement, ...Statement[]] => [first, ...rest];
