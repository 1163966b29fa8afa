/** One statement as D1 carried it out, with what D1 bills for it. */
export interface Ran {
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly read: number;
  readonly written: number;
}

interface Meta {
  readonly rows_read: number;
  readonly rows_written: number;
}

/** Safe: of a D1 client, the app asks for what is here and nothing else; another call would fail. */
const asD1 = (client: { withSession: unknown }): D1Database => client as unknown as D1Database;

/** A D1 that keeps what every statement read and wrote in `ran`, a list that its reader empties. */
export const countedD1 = (d1: D1Database): { readonly d1: D1Database; readonly ran: Ran[] } => {
  const ran: Ran[] = [];
  const note = (sql: string, values: readonly unknown[], { rows_read, rows_written }: Meta): void => {
    ran.push({ sql, values, read: rows_read, written: rows_written });
  };

  class Counted {
    readonly native: D1PreparedStatement;
    readonly sql: string;
    readonly values: readonly unknown[];
    constructor(sql: string, values: readonly unknown[] = []) {
      this.sql = sql;
      this.values = values;
      this.native = d1.prepare(sql).bind(...values);
    }
    bind(...values: unknown[]): Counted {
      return new Counted(this.sql, values);
    }
    async all(): Promise<D1Result<Record<string, unknown>>> {
      const result = await this.native.all<Record<string, unknown>>();
      note(this.sql, this.values, result.meta);
      return result;
    }
    run(): Promise<D1Result<Record<string, unknown>>> {
      return this.all();
    }
    /** Rows as lists, which D1 gives without its count; no query of ours names a column twice. */
    async raw(): Promise<unknown[][]> {
      return (await this.all()).results.map((row) => Object.values(row));
    }
  }

  const session = {
    prepare: (sql: string) => new Counted(sql),
    batch: async (statements: readonly Counted[]) => {
      const results = await d1.batch(statements.map(({ native }) => native));
      for (const [index, { meta }] of results.entries()) {
        const { sql, values } = statements[index] ?? { sql: "", values: [] };
        note(sql, values, meta);
      }
      return results;
    },
    getBookmark: () => null,
  };
  return { d1: asD1({ withSession: () => session }), ran };
};
