import type { Chance } from "./chance.ts";
import type { Profile } from "./profiles.ts";
import { answerWhileAlive } from "./requests.ts";
import type { Time } from "./time.ts";

/** How many replicas there are; a session may also be answered by the primary. */
const REPLICAS = 3;
/** How long D1 lets a query wait for a replica to reach a bookmark, before it asks the primary. */
const TIMEOUT_MS = 2_000;

interface Asked {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** What `sim write ?` takes: cells that get the number of the commit, and numbers that are set. */
export interface WriteOrder {
  readonly request: string;
  readonly cells: readonly string[];
  readonly numbers?: Readonly<Record<string, number>>;
  /** Cells that are read back. */
  readonly back: readonly string[];
}

type Row = Readonly<Record<string, unknown>>;

interface Reply {
  readonly bookmark: string;
  readonly rows: readonly (readonly Row[])[];
  readonly error?: string;
}

/** Safe: statements of the app carry their orders as JSON, made in `endpoints.ts`. */
const parse = <T>(value: unknown): T => JSON.parse(String(value)) as T;

/** D1's form of bookmark: 8-8-8-32 hexadecimal digits that sort as history does. */
const bookmarkOf = (index: number, chance: Chance): string => {
  const hex = (value: number, digits = 8): string => value.toString(16).padStart(digits, "0");
  const tail = Array.from({ length: 4 }, () => hex(chance.below(2 ** 31))).join("");
  return `${hex(index >>> 3)}-${hex(index & 7)}-${hex(0x4c6d)}-${tail}`;
};

/**
 * A model of D1 with read replication: one log of commits at the primary, replicas that each have it up to some point,
 * and sessions as workerd's D1DatabaseSession keeps them. A statement is `sim read ?`, `sim write ?`, or the look-up
 * of an account.
 */
export const createD1 = (time: Time, chance: Chance, profile: Profile) => {
  let incarnation = 1;
  let bookmarks: string[] = [];
  let times: number[] = [];
  /** Per replica, when it has which commit. */
  let arrivals: number[][] = [];
  let cells = new Map<string, { readonly index: number; readonly value: number }[]>();
  const requests = new Map<string, number>();

  const travel = (): Promise<void> => {
    const isSlow = chance.percent(profile.d1Slow);
    return time.sleep(isSlow ? chance.between(200, 3_000) : chance.between(1, 40));
  };

  const newest = (): number => bookmarks.length - 1;
  const valueAt = (cell: string, index: number): number => cells.get(cell)?.findLast((entry) => entry.index <= index)?.value ?? 0;
  const indexOf = (bookmark: string): number | undefined => {
    const index = bookmarks.indexOf(bookmark);
    return index < 0 ? undefined : index;
  };

  const commit = (named: readonly string[], numbers: Readonly<Record<string, number>>): number => {
    const index = bookmarks.push(bookmarkOf(bookmarks.length, chance)) - 1;
    times.push(time.now());
    for (const arrival of arrivals) {
      const lag = index === 0 ? 0 : chance.below(profile.lagMs + 1);
      arrival.push(Math.max(arrival.at(-1) ?? 0, time.now() + lag));
    }
    const set = (cell: string, value: number): void => void cells.set(cell, [...(cells.get(cell) ?? []), { index, value }]);
    for (const cell of named) set(cell, index);
    for (const [cell, value] of Object.entries(numbers)) set(cell, Math.max(value, valueAt(cell, index)));
    return index;
  };

  /** A database without any rows but the first, which no test asks for. */
  const build = (): void => {
    [bookmarks, times, cells] = [[], [], new Map()];
    arrivals = Array.from({ length: REPLICAS }, () => []);
    commit([], {});
  };
  build();

  const contentAt = (names: readonly string[], index: number): Row => ({
    content: JSON.stringify({ database: incarnation, cells: Object.fromEntries(names.map((cell) => [cell, valueAt(cell, index)])) }),
  });

  const answerRead = ({ sql, values }: Asked, index: number): readonly Row[] => {
    if (sql.startsWith("sim read")) return [contentAt(parse(values[0]), index)];
    if (!sql.includes('"users"."gen" from "users"')) throw new Error(`the model of D1 does not know: ${sql}`);
    const gen = valueAt(`user:${values.at(-1)}`, index);
    return gen > 0 ? [{ status: "active", gen }] : [];
  };

  const reachedBy = (replica: number): number => (arrivals[replica] ?? []).findLastIndex((at) => at <= time.now());

  /** Where in history a query is answered: by some replica or the primary, as its session allows. */
  const placeOf = async (token: string, near: number): Promise<number> => {
    if (token === "first-primary" || chance.percent(10)) return newest();
    const replica = chance.percent(70) ? near : chance.below(REPLICAS);
    if (token === "first-unconstrained") return reachedBy(replica);
    const needed = indexOf(token);
    if (needed === undefined) return newest();
    const wait = (arrivals[replica]?.[needed] ?? 0) - time.now();
    if (wait > TIMEOUT_MS) return newest();
    await time.sleep(wait);
    return Math.max(needed, reachedBy(replica));
  };

  const write = async (asked: readonly Asked[]): Promise<Reply> => {
    const isLost = chance.percent(profile.writeLost);
    if (isLost && chance.percent(50)) throw new Error("D1_ERROR: Network connection lost.");
    if (chance.percent(profile.writeRefused))
      return { bookmark: bookmarks.at(-1) ?? "", rows: [], error: "app:conflict:{}: SQLITE_CONSTRAINT_TRIGGER" };
    const rows = asked.map(({ values: [value] }) => {
      const { request, cells: named, numbers = {}, back } = parse<WriteOrder>(value);
      const index = commit(named, numbers);
      requests.set(request, index);
      return [contentAt(back, index)];
    });
    const bookmark = bookmarks.at(-1) ?? "";
    await travel();
    if (isLost) throw new Error("D1_ERROR: Network connection lost.");
    return { bookmark, rows };
  };

  const carryOut = async (token: string, near: number, asked: readonly Asked[]): Promise<Reply> => {
    await travel();
    if (asked.some(({ sql }) => sql.startsWith("sim write"))) return write(asked);
    const index = await placeOf(token, near);
    const reply = { bookmark: bookmarks[index] ?? "", rows: asked.map((one) => answerRead(one, index)) };
    await travel();
    return reply;
  };

  return {
    /** The binding of an isolate that is nearest to this replica. */
    near: (replica: number) => createBinding((token, asked) => carryOut(token, replica, asked)),
    commit,
    newest,
    indexOf,
    valueAt,
    incarnation: (): number => incarnation,
    /** The commit that a request made, if it made one. */
    commitOf: (request: string): number | undefined => requests.get(request),
    /** What a commit wrote, and the numbers of these cells after it. */
    cellsOf: (index: number): Record<string, number> =>
      Object.fromEntries(
        [...cells.keys()]
          .filter((cell) => cells.get(cell)?.some((entry) => entry.index === index))
          .map((cell) => [cell, valueAt(cell, index)]),
      ),
    /** When the first commit was made that a cell with this value does not have yet; null when it has all. */
    outdatedSince: (cell: string, value: number): number | null => {
      const next = cells.get(cell)?.find((entry) => entry.value > value);
      return next ? (times[next.index] ?? null) : null;
    },
    /** Throws all away and begins anew: bookmarks start again, old ones are in the future. */
    rebuild: (): void => {
      incarnation += 1;
      build();
    },
  };
};

export type D1Model = ReturnType<typeof createD1>;

type CarryOut = (token: string, asked: readonly Asked[]) => Promise<Reply>;

/** Sessions as workerd has them: the constraint or the latest bookmark goes with each query, and only a later one replaces it. */
const createBinding = (carryOut: CarryOut): D1Database => {
  const withSession = (from: string) => {
    let bookmarkOrConstraint = from;
    const getBookmark = (): string | null => (bookmarkOrConstraint.startsWith("first-") ? null : bookmarkOrConstraint);
    const send = async (asked: readonly Asked[]): Promise<readonly (readonly Row[])[]> => {
      const { bookmark, rows, error } = await answerWhileAlive(() => carryOut(bookmarkOrConstraint, asked));
      const current = getBookmark();
      if (current === null || current.localeCompare(bookmark) < 0) bookmarkOrConstraint = bookmark;
      if (error !== undefined) throw new Error(`D1_ERROR: ${error}`);
      return rows;
    };
    const one = async (asked: Asked): Promise<readonly Row[]> => (await send([asked]))[0] ?? [];
    const prepare = (sql: string, values: readonly unknown[] = []) => ({
      sql,
      values,
      bind: (...bound: unknown[]) => prepare(sql, bound),
      run: async () => ({ results: await one({ sql, values }), success: true, meta: {} }),
      all: async () => ({ results: await one({ sql, values }), success: true, meta: {} }),
      raw: async () => (await one({ sql, values })).map((row) => Object.values(row)),
    });
    const batch = async (asked: readonly Asked[]) => (await send(asked)).map((results) => ({ results, success: true, meta: {} }));
    return { prepare, batch, getBookmark };
  };
  // Safe: sessions are all that the app asks of D1, and of them Drizzle calls what is here.
  return { withSession } as unknown as D1Database;
};
