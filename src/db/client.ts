import type { BatchItem } from "drizzle-orm/batch";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import type { Bookmark } from "../core/ports.ts";
import { roundTrip } from "../core/round-trips.ts";
import { type Persistence, persist } from "./retry.ts";

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

/** Sends statements by way of a call of D1. */
type Send = <T>(statements: readonly string[], call: () => Promise<T>) => Promise<T>;

/** A bound statement that is sent this way when it is run by itself; a batch takes it as it is. */
const sentAlone = (statement: D1PreparedStatement, sql: string, send: Send): D1PreparedStatement => {
  const run = statement.run.bind(statement);
  const all = statement.all.bind(statement);
  const raw = statement.raw.bind(statement);
  return Object.assign(statement, {
    run: () => send([sql], () => run()),
    all: () => send([sql], () => all()),
    raw: () => send([sql], () => raw()),
  });
};

/** Safe: Drizzle calls `batch` of a D1 client, and `bind` of what its `prepare` gives. */
const asClient = (session: D1DatabaseSession, persistence: Persistence): D1Database => {
  const send: Send = (statements, call) => persist(statements, () => roundTrip("d1", call()), persistence);
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
      send(
        statements.map((statement) => texts.get(statement) ?? ""),
        () => session.batch(statements),
      ),
  } as unknown as D1Database;
};

/** Safe: D1 makes these strings, nothing else reaches this function. */
const asBookmark = (text: string | null): Bookmark | null => text as Bookmark | null;

/** Opens a D1 session (Cloudflare: D1 read replication); each request has its own. */
export const openSession = (d1: D1Database, from: ReadFrom, persistence: Persistence): DbSession => {
  const session = d1.withSession(from);
  return { db: drizzle(asClient(session, persistence)), bookmark: () => asBookmark(session.getBookmark()) };
};

/** A batch in the form that Drizzle wants; a batch always has a first statement. */
export const batchOf = (first: Statement, ...rest: readonly Statement[]): [Statement, ...Statement[]] => [first, ...rest];
