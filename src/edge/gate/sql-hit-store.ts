import type { Drained, HitStore } from "./sliding-log.ts";

/** Hits per row. Each written row is billed, whatever its size. */
const IN_ROW = 100;

/** The row, from 0, that holds hit `n`; and the number of hits in the rows before a row. */
const rowOf = (n: number): number => Math.floor((n - 1) / IN_ROW);
const before = (row: number): number => row * IN_ROW;

/** Safe: only `write` stores these lists. */
const timesIn = (json: string): readonly number[] => JSON.parse(json) as readonly number[];

/** Stores hits in the SQLite of a Durable Object: a hundred in a row, in the order of their numbers, without gaps. */
export class SqlHitStore implements HitStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Creates the table if it is missing. */
  create(): void {
    this.#sql.exec(
      "create table if not exists hits (bucket text, row integer, times text not null, newest integer not null, primary key (bucket, row)) without rowid",
    );
  }

  last(bucket: string): { readonly n: number; readonly at: number } | null {
    const query = "select row, times, newest from hits where bucket = ? order by row desc limit 1";
    const [found] = this.#sql.exec<{ row: number; times: string; newest: number }>(query, bucket);
    return found ? { n: before(found.row) + timesIn(found.times).length, at: found.newest } : null;
  }

  at(bucket: string, n: number): number | undefined {
    const row = rowOf(n);
    return this.#times(bucket, row)[n - before(row) - 1];
  }

  /** The time of the newest hit in any bucket, or 0. */
  newest(): number {
    return this.#sql.exec<{ at: number }>("select coalesce(max(newest), 0) as at from hits").one().at;
  }

  write(drained: readonly Drained[]): void {
    for (const { bucket, first, hits, oldest } of drained) {
      const row = rowOf(first);
      const times = [...this.#times(bucket, row).slice(0, first - before(row) - 1), ...hits];
      const rows = Math.ceil(times.length / IN_ROW);
      // Two statements, since SQLite would read all rows of the bucket for one with "or".
      this.#sql.exec("delete from hits where bucket = ? and row < ?", bucket, rowOf(Math.min(oldest, first)));
      this.#sql.exec("delete from hits where bucket = ? and row >= ?", bucket, row + rows);
      for (let i = 0; i < rows; i++) this.#put(bucket, row + i, times.slice(i * IN_ROW, (i + 1) * IN_ROW));
    }
  }

  #times(bucket: string, row: number): readonly number[] {
    const [found] = this.#sql.exec<{ times: string }>("select times from hits where bucket = ? and row = ?", bucket, row);
    return found ? timesIn(found.times) : [];
  }

  #put(bucket: string, row: number, times: readonly number[]): void {
    const newest = times.at(-1) ?? 0;
    this.#sql.exec("insert or replace into hits values (?, ?, ?, ?)", bucket, row, JSON.stringify(times), newest);
  }
}
