import { type SQL, sql } from "drizzle-orm";
import type { Cents } from "../../core/money.ts";
import type { Ppm } from "../../core/percent.ts";
import type { Db } from "../../db/client.ts";
import { dailyTaxes } from "../../db/schema/figures.ts";
import type { Figure, Period, Sums } from "./figure.ts";
import { FIGURES, type FigureName, STANDING, type StandingName } from "./figures.ts";
import { type Head, objectOf, readInPeriod, sumsOf, within } from "./in-period.ts";
import { type AskedPeriod, periodBefore } from "./period.ts";

const TABLES = new Map(Object.values<Figure>(FIGURES).map(({ daily }) => [daily.name, daily]));

/** The sums of daily tables, by the name of the table. */
export type AllSums = Readonly<Record<string, Sums>>;

const allSums = (period: Period): SQL =>
  objectOf(Object.fromEntries([...TABLES].map(([name, daily]): [string, SQL] => [name, sumsOf(daily, period)])));

/** A tax on a day: what it fell on, and what it came to. */
export type TaxedDay = readonly [name: string, rate: Ppm, base: Cents, amount: Cents];

/** A row for each tax and day: SQLite would read each a second time to add them up. */
const taxesOf = (period: Period): SQL =>
  sql`json((select json_group_array(json_array(${dailyTaxes.name}, ${dailyTaxes.rate}, ${dailyTaxes.base}, ${dailyTaxes.amount}))
    from ${dailyTaxes} where ${within(dailyTaxes, period)}))`;

const standing = (today: string): SQL =>
  objectOf(Object.fromEntries(Object.entries(STANDING).map(([name, { amount }]): [string, SQL] => [name, amount(today)])));

interface DashboardRow {
  readonly sums: AllSums;
  readonly before: AllSums | null;
  readonly taxes: readonly TaxedDay[];
  readonly standing: Readonly<Record<StandingName, number>>;
}

export interface FoundDashboard {
  readonly found: DashboardRow & Head;
  readonly period: Period;
}

/** What figures are reckoned from, over a period and, if `previous`, over the one before it. Throws 422 for a period that is none. */
export const readDashboard = (db: Db, now: string, asked: AskedPeriod & { readonly previous?: boolean | undefined }) =>
  readInPeriod<DashboardRow>(db, now, asked, (period, today) => ({
    sums: allSums(period),
    before: asked.previous ? allSums(periodBefore(period)) : sql`null`,
    taxes: taxesOf(period),
    standing: standing(today),
  })) satisfies Promise<FoundDashboard>;

/** The sums of one day. */
export interface DaySums {
  readonly date: string;
  readonly sums: Sums;
}

/** What a figure is reckoned from on each day of a period that has something. */
export const readSeries = async (db: Db, now: string, figure: FigureName, asked: AskedPeriod) => {
  const { daily } = FIGURES[figure];
  const names = Object.keys(daily.sums);
  const row = sql.join([daily.date, ...Object.values(daily.sums)], sql`, `);
  const { found, period } = await readInPeriod<{ days: readonly (readonly [string, ...number[]])[] }>(db, now, asked, (within_) => ({
    days: sql`json((select json_group_array(json_array(${row})) from ${daily.table} where ${within(daily, within_)}))`,
  }));
  const days = found.days.map(
    ([date, ...sums]): DaySums => ({
      date,
      sums: Object.fromEntries(names.map((name, index) => [name, sums[index] ?? 0])),
    }),
  );
  return { found, period, days };
};
