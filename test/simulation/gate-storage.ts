/** One row of `facts`, as the gate reads it. */
interface Fact {
  readonly name: string;
  readonly value: string;
  readonly until: number;
}

type Value = string | number;
type Row = Readonly<Record<string, Value>>;

/** One row of `hits` besides its key. */
interface Times {
  readonly times: string;
  readonly newest: number;
}

/**
 * A stand-in for the SQLite of a Durable Object that knows the statements of the gate, and no others: a real one per
 * gate would make ten thousand runs take hours. `models.test.ts` holds it against a real one.
 */
export const createGateStorage = () => {
  const hits = new Map<string, Map<number, Times>>();
  const facts = new Map<string, Fact>();
  let alarm: number | null = null;

  const rowsOf = (bucket: Value): [number, Times][] => [...(hits.get(String(bucket)) ?? [])].sort(([a], [b]) => a - b);
  const keep = (bucket: Value, isKept: (row: number) => boolean): Row[] => {
    hits.set(String(bucket), new Map(rowsOf(bucket).filter(([row]) => isKept(row))));
    return [];
  };

  const statements: Readonly<Record<string, (...values: Value[]) => Row[]>> = {
    "create table if not exists hits (bucket text, row integer, times text not null, newest integer not null, primary key (bucket, row)) without rowid":
      () => [],
    "create table if not exists facts (name text primary key, value text not null, until integer not null) without rowid": () => [],
    "select * from facts": () => [...facts.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map((fact) => ({ ...fact })),
    "select row, times, newest from hits where bucket = ? order by row desc limit 1": (bucket = "") =>
      rowsOf(bucket)
        .slice(-1)
        .map(([row, times]) => ({ row, ...times })),
    "select times from hits where bucket = ? and row = ?": (bucket = "", row = 0) => {
      const found = hits.get(String(bucket))?.get(Number(row));
      return found ? [{ times: found.times }] : [];
    },
    "select coalesce(max(newest), 0) as at from hits": () => [
      { at: Math.max(0, ...[...hits.keys()].flatMap((bucket) => rowsOf(bucket).map(([, { newest }]) => newest))) },
    ],
    "delete from hits where bucket = ? and row < ?": (bucket = "", low = 0) => keep(bucket, (row) => row >= Number(low)),
    "delete from hits where bucket = ? and row >= ?": (bucket = "", high = 0) => keep(bucket, (row) => row < Number(high)),
    "insert or replace into hits values (?, ?, ?, ?)": (bucket = "", row = 0, times = "[]", newest = 0) => {
      hits.set(String(bucket), new Map([...rowsOf(bucket), [Number(row), { times: String(times), newest: Number(newest) }]]));
      return [];
    },
    "insert or replace into facts values (?, ?, ?)": (name = "", value = "", until = 0) => {
      facts.set(String(name), { name: String(name), value: String(value), until: Number(until) });
      return [];
    },
    "delete from facts where name = ?": (name = "") => {
      facts.delete(String(name));
      return [];
    },
  };

  const exec = (query: string, ...values: Value[]) => {
    const statement = statements[query.replaceAll(/\s+/g, " ").trim()];
    if (!statement) throw new Error(`the gate's storage does not know: ${query}`);
    const rows = statement(...values);
    const one = (): Row => {
      const [row] = rows;
      if (!row || rows.length > 1) throw new Error("one row was expected");
      return row;
    };
    return Object.assign(rows, { one });
  };

  return {
    exec,
    alarm: (): number | null => alarm,
    setAlarm: (at: number | null): void => {
      alarm = at;
    },
    deleteAll: (): void => {
      hits.clear();
      facts.clear();
      alarm = null;
    },
  };
};

export type GateStorage = ReturnType<typeof createGateStorage>;
