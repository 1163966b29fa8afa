import { DrizzleD1Database, SQLiteD1Session } from "drizzle-orm/d1";
import type { Bookmark } from "../core/ports.ts";
import { roundTrip } from "../core/round-trips.ts";
import { Dialect } from "./dialect.ts";
import { type RetryPolicy, withRetry } from "./retry.ts";

export type Db = DrizzleD1Database;
/** A statement for a batch: one of Drizzle's builders, or anything else that has a text and values. */
export interface Statement {
  toSQL(): { readonly sql: string; readonly params: readonly unknown[] };
}

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
  const alone = <T>(call: () => Promise<T>): Promise<T> => send(call, { repeatable: isRead(sql) });
  return Object.assign(statement, {
    run: () => alone(() => run()),
    all: () => alone(() => all()),
    raw: () => alone(() => raw()),
  });
};

/**
 * A client whose single reads and batches of reads are repeatable.
 * Safe: of a D1 client Drizzle calls only `prepare`, `bind` of its result, and `batch`.
 */
const asClient = (session: D1DatabaseSession, retry: RetryPolicy): D1Database => {
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
      send(() => session.batch(statements), { repeatable: statements.every((statement) => isRead(texts.get(statement))) }),
  } as unknown as D1Database;
};

/** Safe: only strings that D1 made reach this function. */
const asBookmark = (text: string | null): Bookmark | null => text as Bookmark | null;

const dialect = new Dialect();

/** Drizzle over a client, as its `drizzle()` makes it, but with one dialect for all. */
const drizzleOver = (client: D1Database): Db =>
  new DrizzleD1Database("async", dialect, new SQLiteD1Session(client, dialect, undefined), undefined);

type SendBatch = (batch: readonly Statement[], options: SendOptions) => Promise<readonly (readonly unknown[])[]>;

/** How each session sends a batch as it is: the rows of each statement come back. */
const SENDERS = new WeakMap<Db, SendBatch>();

/** Opens a D1 session (Cloudflare: D1 read replication); each request has its own. */
export const openSession = (d1: D1Database, from: ReadFrom, retry: RetryPolicy): DbSession => {
  const session = d1.withSession(from);
  const db = drizzleOver(asClient(session, retry));
  SENDERS.set(db, async (batch, options) => {
    const bound = batch.map((statement) => {
      const { sql, params } = statement.toSQL();
      return session.prepare(sql).bind(...params);
    });
    const results = await withRetry(() => roundTrip("d1", session.batch(bound)), options, retry);
    return results.map((result) => result.results ?? []);
  });
  return { db, bookmark: () => asBookmark(session.getBookmark()) };
};

/**
 * Sends a batch; the rows of each statement come back. A `repeatable` one may be sent again after an error: it inserts a
 * unique key first, so it cannot be carried out twice. `db.batch` sends only reads again.
 */
export const sendAll: (db: Db, ...sent: Parameters<SendBatch>) => ReturnType<SendBatch> = async (db, batch, options) => {
  const send = SENDERS.get(db);
  if (!send) throw new Error("a batch outside of a session");
  return send(batch, options);
};

/** The same; the rows of the last statement come back. */
export const sendBatch = async (db: Db, batch: readonly Statement[], options: SendOptions): Promise<readonly unknown[]> =>
  (await sendAll(db, batch, options)).at(-1) ?? [];
