import type { Drained, HitStore } from "./sliding-log.ts";

/** How many hits stand in one row: rows that are written are billed, whatever they hold. */
const IN_ROW = 100;

/** The row, from 0, that has hit `n`, and the hits of its log before that row. */
const rowOf = (n: number): number => Math.floor((n - 1) / IN_ROW);
const before = (row: number): number => row * IN_ROW;

/** Safe: only `write` makes the lists of times. */
const timesIn = (json: string): readonly number[] => JSON.parse(json) as readonly number[];

/** Hits in the SQLite of a Durable Object: a hundred to a row, in the order of their numbers, without a gap in a row. */
export class SqlHitStore implements HitStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  create(): void {
    this.#sql.exec(
      "create table if not exists logs (log text, row integer, times text not null, newest integer not null, primary key (log, row)) without rowid",
    );
  }

  last(log: string): { readonly n: number; readonly at: number } | null {
    const query = "select row, times, newest from logs where log = ? order by row desc limit 1";
    const [found] = this.#sql.exec<{ row: number; times: string; newest: number }>(query, log);
    return found ? { n: before(found.row) + timesIn(found.times).length, at: found.newest } : null;
  }

  at(log: string, n: number): number | undefined {
    const row = rowOf(n);
    return this.#times(log, row)[n - before(row) - 1];
  }

  /** The time of the newest hit of all, or 0. */
  newest(): number {
    return this.#sql.exec<{ at: number }>("select coalesce(max(newest), 0) as at from logs").one().at;
  }

  write(drained: readonly Drained[]): void {
    for (const { log, first, hits, oldest } of drained) {
      const row = rowOf(first);
      const times = [...this.#times(log, row).slice(0, first - before(row) - 1), ...hits];
      const rows = Math.ceil(times.length / IN_ROW);
      // Two statements: for one with an "or" SQLite walks the whole log.
      this.#sql.exec("delete from logs where log = ? and row < ?", log, rowOf(Math.min(oldest, first)));
      this.#sql.exec("delete from logs where log = ? and row >= ?", log, row + rows);
      for (let i = 0; i < rows; i++) this.#put(log, row + i, times.slice(i * IN_ROW, (i + 1) * IN_ROW));
    }
  }

  #times(log: string, row: number): readonly number[] {
    const [found] = this.#sql.exec<{ times: string }>("select times from logs where log = ? and row = ?", log, row);
    return found ? timesIn(found.times) : [];
  }

  #put(log: string, row: number, times: readonly number[]): void {
    const newest = times.at(-1) ?? 0;
    this.#sql.exec("insert or replace into logs values (?, ?, ?, ?)", log, row, JSON.stringify(times), newest);
  }
}
