import type { BatchItem } from "drizzle-orm/batch";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import type { Bookmark } from "../core/ports.ts";
import { trip } from "../core/trips.ts";

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

/** A bound statement that counts as a trip when it is run by itself; a batch takes it as it is. */
const countedAlone = (statement: D1PreparedStatement): D1PreparedStatement => {
  const run = statement.run.bind(statement);
  const all = statement.all.bind(statement);
  const raw = statement.raw.bind(statement);
  return Object.assign(statement, {
    run: () => trip("d1", run()),
    all: () => trip("d1", all()),
    raw: () => trip("d1", raw()),
  });
};

/** Safe: Drizzle calls `batch` of a D1 client, and `bind` of what its `prepare` gives. */
const asClient = (session: D1DatabaseSession): D1Database =>
  ({
    prepare: (sql: string) => {
      const statement = session.prepare(sql);
      return { bind: (...values: unknown[]) => countedAlone(statement.bind(...values)) };
    },
    batch: (statements: D1PreparedStatement[]) => trip("d1", session.batch(statements)),
  }) as unknown as D1Database;

/** Safe: D1 makes these strings, nothing else reaches this function. */
const asBookmark = (text: string | null): Bookmark | null => text as Bookmark | null;

/** Opens a D1 session (Cloudflare: D1 read replication); each request has its own. */
export const openSession = (d1: D1Database, from: ReadFrom): DbSession => {
  const session = d1.withSession(from);
  return { db: drizzle(asClient(session)), bookmark: () => asBookmark(session.getBookmark()) };
};

/** A batch in the form that Drizzle wants; a batch always has a first statement. */
export const batchOf = (first: Statement, ...rest: readonly Statement[]): [Statement, ...Statement[]] => [first, ...rest];
