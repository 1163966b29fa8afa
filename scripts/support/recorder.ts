import { drizzle } from "drizzle-orm/d1";
import type { Db } from "../../src/db/client.ts";

/** One statement of SQL with its values, in the order of the question marks. */
export interface Query {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** The answer that commands read back; scripts do not look at it. */
const ANSWER = { results: [{ answer: "{}" }] };

/** Safe: of a D1 client, Drizzle's batches use `prepare` and `batch` only. */
const asD1 = (client: { prepare: unknown; batch: unknown }): D1Database => client as unknown as D1Database;

/** A database that runs nothing and writes down every batch, so that scripts use the app's own commands. */
export const createRecorder = (): { db: Db; queries: readonly Query[] } => {
  const queries: Query[] = [];
  const client = asD1({
    prepare: (sql: string) => ({ bind: (...params: unknown[]): Query => ({ sql, params }) }),
    batch: async (batch: readonly Query[]) => {
      queries.push(...batch);
      return batch.map(() => ANSWER);
    },
  });
  return { db: drizzle(client), queries };
};
