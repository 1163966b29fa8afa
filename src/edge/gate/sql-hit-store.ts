import type { Drained, HitStore } from "./sliding-log.ts";

/** Hits in the SQLite of a Durable Object: a row per hit, found by its log and number. */
export class SqlHitStore implements HitStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  create(): void {
    this.#sql.exec("create table if not exists hits (log text, n integer, at integer not null, primary key (log, n)) without rowid");
  }

  last(log: string): { readonly n: number; readonly at: number } | null {
    const [row] = this.#sql.exec<{ n: number; at: number }>("select n, at from hits where log = ? order by n desc limit 1", log);
    return row ?? null;
  }

  at(log: string, n: number): number | undefined {
    const [row] = this.#sql.exec<{ at: number }>("select at from hits where log = ? and n = ?", log, n);
    return row?.at;
  }

  /** The time of the newest hit of all, or 0. */
  newest(): number {
    return this.#sql.exec<{ at: number }>("select coalesce(max(at), 0) as at from hits").one().at;
  }

  write(drained: readonly Drained[]): void {
    for (const { log, first, hits, oldest } of drained) {
      // Two statements: for one with an "or" SQLite walks the whole log.
      this.#sql.exec("delete from hits where log = ? and n < ?", log, Math.min(oldest, first));
      this.#sql.exec("delete from hits where log = ? and n >= ?", log, first);
      this.#sql.exec("insert into hits (log, n, at) select ?, ? + key, value from json_each(?)", log, first, JSON.stringify(hits));
    }
  }
}
