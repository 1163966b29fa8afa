/** One row of `marks`, as the gate reads it. */
interface Mark {
  readonly name: string;
  readonly value: string;
  readonly until: number;
}

type Value = string | number;
type Row = Readonly<Record<string, Value>>;

/** One row of `logs` besides its key. */
interface Times {
  readonly times: string;
  readonly newest: number;
}

/**
 * A stand-in for the SQLite of a Durable Object that knows the statements of the gate, and no others: a real one per
 * gate would make ten thousand runs take hours. `models.test.ts` holds it against a real one.
 */
export const createGateStorage = () => {
  const logs = new Map<string, Map<number, Times>>();
  const marks = new Map<string, Mark>();
  let alarm: number | null = null;

  const rowsOf = (log: Value): [number, Times][] => [...(logs.get(String(log)) ?? [])].sort(([a], [b]) => a - b);
  const keep = (log: Value, isKept: (row: number) => boolean): Row[] => {
    logs.set(String(log), new Map(rowsOf(log).filter(([row]) => isKept(row))));
    return [];
  };

  const statements: Readonly<Record<string, (...values: Value[]) => Row[]>> = {
    "create table if not exists logs (log text, row integer, times text not null, newest integer not null, primary key (log, row)) without rowid":
      () => [],
    "create table if not exists marks (name text primary key, value text not null, until integer not null) without rowid": () => [],
    "select * from marks": () => [...marks.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map((mark) => ({ ...mark })),
    "select row, times, newest from logs where log = ? order by row desc limit 1": (log = "") =>
      rowsOf(log)
        .slice(-1)
        .map(([row, times]) => ({ row, ...times })),
    "select times from logs where log = ? and row = ?": (log = "", row = 0) => {
      const found = logs.get(String(log))?.get(Number(row));
      return found ? [{ times: found.times }] : [];
    },
    "select coalesce(max(newest), 0) as at from logs": () => [
      { at: Math.max(0, ...[...logs.keys()].flatMap((log) => rowsOf(log).map(([, { newest }]) => newest))) },
    ],
    "delete from logs where log = ? and row < ?": (log = "", low = 0) => keep(log, (row) => row >= Number(low)),
    "delete from logs where log = ? and row >= ?": (log = "", high = 0) => keep(log, (row) => row < Number(high)),
    "insert or replace into logs values (?, ?, ?, ?)": (log = "", row = 0, times = "[]", newest = 0) => {
      logs.set(String(log), new Map([...rowsOf(log), [Number(row), { times: String(times), newest: Number(newest) }]]));
      return [];
    },
    "insert or replace into marks values (?, ?, ?)": (name = "", value = "", until = 0) => {
      marks.set(String(name), { name: String(name), value: String(value), until: Number(until) });
      return [];
    },
    "delete from marks where name = ?": (name = "") => {
      marks.delete(String(name));
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
      logs.clear();
      marks.clear();
      alarm = null;
    },
  };
};

export type GateStorage = ReturnType<typeof createGateStorage>;
