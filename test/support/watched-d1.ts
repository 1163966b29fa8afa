import { env } from "cloudflare:workers";

/** One statement as D1 was given it. */
export interface Asked {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** The real D1 of the tests, with a list of what it was asked, and how many rows its batches read. */
export const watchedD1 = () => {
  const asked: Asked[] = [];
  const read = { rows: 0 };
  const watch = (session: D1DatabaseSession) => ({
    prepare: (sql: string) => {
      const statement = session.prepare(sql);
      const entry: { sql: string; values: readonly unknown[] } = { sql, values: [] };
      asked.push(entry);
      return Object.assign(statement, {
        bind: (...values: unknown[]) => {
          entry.values = values;
          return Object.getPrototypeOf(statement).bind.call(statement, ...values);
        },
      });
    },
    batch: async (statements: D1PreparedStatement[]) => {
      const results = await session.batch(statements);
      for (const { meta } of results) read.rows += meta.rows_read;
      return results;
    },
    getBookmark: () => session.getBookmark(),
  });
  // Safe here: sessions are all that the app asks of it, and these have all that a session has.
  const d1 = { withSession: (from: string) => watch(env.DB.withSession(from)) } as unknown as D1Database;
  return { d1, asked, read };
};

/** How SQLite carries a statement out, a line per step. */
export const planOf = async ({ sql, values }: Asked): Promise<string[]> => {
  const { results } = await env.DB.prepare(`explain query plan ${sql}`)
    .bind(...values)
    .all<{ detail: string }>();
  return results.map(({ detail }) => detail);
};
