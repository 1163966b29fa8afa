/** One row of `marks`, as the gate reads it. */
interface Mark {
  readonly name: string;
  readonly value: string;
  readonly until: number;
}

type Value = string | number;
type Row = Readonly<Record<string, Value>>;

/** Safe: the hits of a log are handed over as a JSON array of times. */
const timesIn = (json: Value): number[] => JSON.parse(String(json)) as number[];

/**
 * A stand-in for the SQLite of a Durable Object that knows the statements of the gate, and no others: a real one per
 * gate would make ten thousand runs take hours. `models.test.ts` holds it against a real one.
 */
export const createGateStorage = () => {
  const hits = new Map<string, Map<number, number>>();
  const marks = new Map<string, Mark>();
  let alarm: number | null = null;

  const hitsOf = (log: Value): [number, number][] => [...(hits.get(String(log)) ?? [])].sort(([a], [b]) => a - b);
  const keep = (log: Value, isKept: (n: number) => boolean): Row[] => {
    hits.set(String(log), new Map(hitsOf(log).filter(([n]) => isKept(n))));
    return [];
  };

  const statements: Readonly<Record<string, (...values: Value[]) => Row[]>> = {
    "create table if not exists hits (log text, n integer, at integer not null, primary key (log, n)) without rowid": () => [],
    "create table if not exists marks (name text primary key, value text not null, until integer not null) without rowid": () => [],
    "select * from marks": () => [...marks.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map((mark) => ({ ...mark })),
    "select n, at from hits where log = ? order by n desc limit 1": (log = "") =>
      hitsOf(log)
        .slice(-1)
        .map(([n, at]) => ({ n, at })),
    "select at from hits where log = ? and n = ?": (log = "", n = 0) => {
      const at = hits.get(String(log))?.get(Number(n));
      return at === undefined ? [] : [{ at }];
    },
    "select coalesce(max(at), 0) as at from hits": () => [
      { at: Math.max(0, ...[...hits.keys()].flatMap((log) => hitsOf(log).map(([, at]) => at))) },
    ],
    "delete from hits where log = ? and n < ?": (log = "", low = 0) => keep(log, (n) => n >= Number(low)),
    "delete from hits where log = ? and n >= ?": (log = "", high = 0) => keep(log, (n) => n < Number(high)),
    "insert into hits (log, n, at) select ?, ? + key, value from json_each(?)": (log = "", first = 0, json = "[]") => {
      const added = timesIn(json).map((at, index): [number, number] => [Number(first) + index, at]);
      hits.set(String(log), new Map([...hitsOf(log), ...added]));
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
    /** The number of the last hit of a log, or 0. */
    lastHit: (log: string): number => hitsOf(log).at(-1)?.[0] ?? 0,
    alarm: (): number | null => alarm,
    setAlarm: (at: number | null): void => {
      alarm = at;
    },
    deleteAll: (): void => {
      hits.clear();
      marks.clear();
      alarm = null;
    },
  };
};

export type GateStorage = ReturnType<typeof createGateStorage>;
