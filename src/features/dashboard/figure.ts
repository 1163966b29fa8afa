import type { SQL } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { quotient } from "../../core/quotient.ts";

export const UNITS = ["money", "hours", "percent", "count"] as const;
/** What a figure is told in: an amount in the shop's currency, hours, a percentage, or a number of things. */
export type Unit = (typeof UNITS)[number];

/** What the numbers are that are summed. */
type Measure = "cents" | "thousandths" | "number";
const SCALE: Readonly<Record<Measure, number>> = { cents: 100, thousandths: 1_000, number: 1 };
const DECIMALS: Readonly<Record<Unit, number>> = { money: 2, hours: 3, percent: 2, count: 0 };

/** From the first to the last day, in the shop's time zone (YYYY-MM-DD). */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** A table with rows for each day, and what of them is summed over a period. */
export interface Daily<S extends string = string> {
  readonly name: string;
  readonly table: SQLiteTable;
  readonly date: SQLiteColumn;
  readonly sums: Readonly<Record<S, SQLiteColumn | SQL>>;
}

/** The sums of a daily table, by name. */
export type Sums<S extends string = string> = Readonly<Record<S, number>>;

/** What a figure is, for people: what it counts, and how it follows from the rows of the listing behind `drilldown`. */
export interface Described {
  readonly unit: Unit;
  readonly basis: string;
  readonly formula: string;
}

type Amount<S extends string> = readonly [measure: Measure, of: (sums: Sums<S>) => number];

/** All that has to be said of a figure over a period. */
interface Said<S extends string> extends Described {
  readonly value: Amount<S>;
  /** What the value is divided by. */
  readonly per?: Amount<S>;
  readonly drilldown: (period: Period) => string;
}

/** A figure over a period. */
export interface Figure extends Described {
  readonly daily: Daily;
  readonly drilldown: (period: Period) => string;
  /** Its value, from the sums of its daily table; null where it has no divisor. */
  readonly valueOf: (sums: Sums) => number | null;
}

/** From what is summed to the value on the wire. */
export const toUnit = (unit: Unit, [amount, measure]: readonly [number, Measure], per?: readonly [number, Measure]): number | null => {
  const factor = unit === "percent" ? 100 : 1;
  const [divisor, scale] = per ? [per[0], SCALE[per[1]]] : [1, 1];
  return quotient(amount * factor * scale, SCALE[measure] * divisor, DECIMALS[unit]);
};

const figureOf = <S extends string>(daily: Daily<S>, { value, per, ...said }: Said<S>): Figure => {
  const reckon = (sums: Sums<S>, [measure, of]: Amount<S>) => [of(sums), measure] as const;
  return {
    ...said,
    daily,
    // Safe: what is read of a daily table has all of its sums.
    valueOf: (sums) => toUnit(said.unit, reckon(sums as Sums<S>, value), per && reckon(sums as Sums<S>, per)),
  };
};

/** Figures that are reckoned from one daily table. */
export const figuresOf = <S extends string, K extends string>(
  daily: Daily<S>,
  figures: Readonly<Record<K, Said<S>>>,
): Readonly<Record<K, Figure>> =>
  // Safe: each name keeps its figure.
  Object.fromEntries(Object.entries<Said<S>>(figures).map(([name, said]) => [name, figureOf(daily, said)])) as Record<K, Figure>;

/** A figure as it is now, whatever the period. */
export interface Standing extends Described {
  readonly drilldown: string;
  /** The number in SQL, on a day in the shop's time zone. */
  readonly amount: (today: string) => SQL<number>;
  readonly measure: Measure;
}

/** A path of the API with a query. */
export const linkTo = (path: string, query: Readonly<Record<string, string | number | boolean>>): string =>
  `${path}?${new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]))}`;
