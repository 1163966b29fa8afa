import { type Db, openSession } from "../../src/db/client.ts";

/** One statement of SQL with its values, in the order of the question marks. */
export interface Query {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** The answer that commands read back; scripts do not look at it. */
const ANSWER = { results: [{ answer: "{}" }] };

/** How a statement is run alone, which no script does. */
const alone = (): never => {
  throw new Error("a script runs batches only");
};
const ALONE = { run: alone, all: alone, raw: alone };

/** Nothing is sent, so nothing is late or sent again. */
const RETRY = { sleep: async () => undefined, timeoutMs: 60_000 };

/** Safe: of a D1 client a session asks for `withSession`, and of that for `prepare`, `batch` and its bookmark. */
const asD1 = (client: { withSession: unknown }): D1Database => client as unknown as D1Database;

/** A database that runs nothing and writes down every batch, so that scripts use the app's own commands. */
export const createRecorder = (): { db: Db; queries: readonly Query[] } => {
  const queries: Query[] = [];
  const session = {
    prepare: (sql: string) => ({ bind: (...params: unknown[]) => ({ sql, params, ...ALONE }) }),
    batch: async (batch: readonly Query[]) => {
      queries.push(...batch.map(({ sql, params }) => ({ sql, params })));
      return batch.map(() => ANSWER);
    },
    getBookmark: () => null,
  };
  return { db: openSession(asD1({ withSession: () => session }), "first-primary", RETRY).db, queries };
};
