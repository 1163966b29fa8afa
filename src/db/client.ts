import type { BatchItem } from "drizzle-orm/batch";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import type { Bookmark } from "../core/ports.ts";
import { roundTrip } from "../core/round-trips.ts";
import { type RetryPolicy, withRetry } from "./retry.ts";

export type Db = DrizzleD1Database;
export type Statement = BatchItem<"sqlite">;

/** Where a session may read first: at any replica, at the primary, or at a replica that has reached a bookmark. */
export type ReadFrom = "first-unconstrained" | "first-primary" | Bookmark;

/** A D1 session, and the latest point in the database's history that it has seen. */
export interface DbSession {
  readonly db: Db;
  /** The latest bookmark seen in this session, or null before its first answer. */
  bookmark(): Bookmark | null;
}

/** May a call be sent again when nobody knows whether it was carried out? */
export interface SendOptions {
  readonly repeatable: boolean;
}

type Send = <T>(call: () => Promise<T>, options: SendOptions) => Promise<T>;

/** Only reads begin like this. */
const isRead = (sql: string | undefined): boolean => sql !== undefined && /^\s*select\b/i.test(sql);

/** A bound statement that uses `send` when it is run alone; a batch sends it together with others. */
const sentAlone = (statement: D1PreparedStatement, sql: string, send: Send): D1PreparedStatement => {
  const run = statement.run.bind(statement);
  const all = statement.all.bind(statement);
  const raw = statement.raw.bind(statement);
  const options = { repeatable: isRead(sql) };
  return Object.assign(statement, {
    run: () => send(() => run(), options),
    all: () => send(() => all(), options),
    raw: () => send(() => raw(), options),
  });
};

/**
 * A client whose single reads and batches of reads are repeatable, and with `options` every batch.
 * Safe: of a D1 client Drizzle calls only `prepare`, `bind` of its result, and `batch`.
 */
const asClient = (session: D1DatabaseSession, retry: RetryPolicy, options?: SendOptions): D1Database => {
  const send: Send = (call, chosen) => withRetry(() => roundTrip("d1", call()), chosen, retry);
  const texts = new WeakMap<D1PreparedStatement, string>();
  return {
    prepare: (sql: string) => {
      const statement = session.prepare(sql);
      return {
        bind: (...values: unknown[]) => {
          const bound = sentAlone(statement.bind(...values), sql, send);
          texts.set(bound, sql);
          return bound;
        },
      };
    },
    batch: (statements: D1PreparedStatement[]) =>
      send(() => session.batch(statements), options ?? { repeatable: statements.every((statement) => isRead(texts.get(statement))) }),
  } as unknown as D1Database;
};

/** Safe: only strings that D1 made reach this function. */
const asBookmark = (text: string | null): Bookmark | null => text as Bookmark | null;

/** The same session with the option `repeatable`, which Drizzle's `batch` cannot take. */
const SENDERS = new WeakMap<Db, (options: SendOptions) => Db>();

/** Opens a D1 session (Cloudflare: D1 read replication); each request has its own. */
export const openSession = (d1: D1Database, from: ReadFrom, retry: RetryPolicy): DbSession => {
  const session = d1.withSession(from);
  const db = drizzle(asClient(session, retry));
  SENDERS.set(db, (options) => drizzle(asClient(session, retry, options)));
  return { db, bookmark: () => asBookmark(session.getBookmark()) };
};

/**
 * Sends a batch. A `repeatable` one may be sent again after an error: its first statement inserts a unique key, so it
 * cannot be carried out twice. `db.batch` sends only reads again.
 */
export const sendBatch = (db: Db, batch: [Statement, ...Statement[]], options: SendOptions): Promise<unknown[]> =>
  (SENDERS.get(db)?.(options) ?? db).batch(batch);

/** A batch as the non-empty tuple that Drizzle requires. */
export const batchOf = (first: Statement, ...rest: readonly Statement[]): [Statement, ...Statement[]] => [first, ...rest];
