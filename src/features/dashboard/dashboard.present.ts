import type { z } from "@hono/zod-openapi";
import { fromDay, type Interval, nextStart, startOf, toDay } from "../../core/days.ts";
import { type Cents, fromCents } from "../../core/money.ts";
import { fromPpm } from "../../core/percent.ts";
import type { AllSums, DaySums, FoundDashboard, TaxedDay } from "./dashboard.queries.ts";
import type { Dashboard, Figure as FigureSchema, Series } from "./dashboard.schemas.ts";
import { type Described, type Figure, linkTo, type Period, type Standing, type Sums, toUnit } from "./figure.ts";
import { FIGURES, type FigureName, STANDING, type StandingName } from "./figures.ts";
import type { Head } from "./in-period.ts";
import { periodBefore } from "./period.ts";

export type FigureBody = z.input<typeof FigureSchema>;

const describe = ({ unit, basis, formula }: Described): Described => ({ unit, basis, formula });

/** Values by the names of what they are made from. Safe: each name keeps its value. */
export const mapped = <K extends string, F, T>(from: Readonly<Record<K, F>>, present: (each: F, name: K) => T) =>
  Object.fromEntries(Object.entries<F>(from).map(([name, each]) => [name, present(each, name as K)])) as Record<K, T>;

const NOTHING: Sums = {};
const valueIn = (figure: Figure, sums: AllSums): number | null => figure.valueOf(sums[figure.daily.name] ?? NOTHING);

/** Figures from the sums of one daily table. */
export const presentFigures = <K extends string>(figures: Readonly<Record<K, Figure>>, sums: Sums, period: Period): Record<K, FigureBody> =>
  mapped(figures, (figure) => ({ value: figure.valueOf(sums), ...describe(figure), drilldown: figure.drilldown(period) }));

/** A figure as it is now. */
export const presentStanding = (name: StandingName, amount: number): FigureBody => {
  const standing: Standing = STANDING[name];
  return { value: toUnit(standing.unit, [amount, standing.measure]), ...describe(standing), drilldown: standing.drilldown };
};

/** The taxes of a period, each with its own listing. */
const presentTaxes = (days: readonly TaxedDay[], period: Period): z.input<typeof Dashboard>["taxes"] => {
  const taxes = new Map<string, TaxedDay>();
  for (const [name, rate, base, amount] of days) {
    const key = JSON.stringify([name, rate]);
    const [, , sum = 0, tax = 0] = taxes.get(key) ?? [];
    // Safe: sums of cents are cents.
    taxes.set(key, [name, rate, (sum + base) as Cents, (tax + amount) as Cents]);
  }
  return [...taxes.values()].sort(inOrder).map(([name, rate, base, amount]) => ({
    name,
    rate: fromPpm(rate),
    base: fromCents(base),
    value: fromCents(amount),
    ...describe(FIGURES.tax_collected),
    drilldown: linkTo("/invoice-taxes", { ...period, name, rate: fromPpm(rate) }),
  }));
};

const inOrder = ([name, rate]: TaxedDay, [other, otherRate]: TaxedDay): number =>
  name === other ? rate - otherRate : name < other ? -1 : 1;

const head = ({ time_zone, currency }: Head, now: string) => ({ as_of: now, time_zone, currency });

/** What an answer over a period begins with. `now` is ISO 8601. */
export const presentHead = ({ found, period }: { readonly found: Head; readonly period: Period }, now: string) => ({
  ...period,
  ...head(found, now),
});

export const presentDashboard = (read: FoundDashboard, now: string): { readonly body: z.input<typeof Dashboard> } => {
  const { period, found } = read;
  const { sums, before } = found;
  const figures = mapped(FIGURES, (figure: Figure) => ({
    value: valueIn(figure, sums),
    ...(before && { previous: valueIn(figure, before) }),
    ...describe(figure),
    drilldown: figure.drilldown(period),
  }));
  const standing = mapped(found.standing, (amount, name) => presentStanding(name, amount));
  return {
    body: {
      ...presentHead(read, now),
      previous: before && periodBefore(period),
      figures: { ...figures, ...standing },
      taxes: presentTaxes(found.taxes, period),
    },
  };
};

/** The intervals of a period, cut at its ends, the earliest first. */
const intervalsOf = ({ from, to }: Period, interval: Interval): Period[] => {
  const [first, last] = [toDay(from), toDay(to)];
  const cut: Period[] = [];
  for (let start = startOf(interval, first); start <= last; start = nextStart(interval, start)) {
    const end = nextStart(interval, start) - 1;
    cut.push({ from: fromDay(Math.max(start, first)), to: fromDay(Math.min(end, last)) });
  }
  return cut;
};

/** The sums of days that lie in an interval. */
const summed = (days: readonly DaySums[], names: readonly string[]): Sums =>
  Object.fromEntries(names.map((name) => [name, days.reduce((sum, { sums }) => sum + (sums[name] ?? 0), 0)]));

export const presentSeries = (
  read: { readonly found: Head; readonly period: Period; readonly days: readonly DaySums[] },
  name: FigureName,
  interval: Interval,
  now: string,
): { readonly body: z.input<typeof Series> } => {
  const figure: Figure = FIGURES[name];
  const names = Object.keys(figure.daily.sums);
  const byInterval = Map.groupBy(read.days, ({ date }) => startOf(interval, toDay(date)));
  const points = intervalsOf(read.period, interval).map((part) => {
    const days = byInterval.get(startOf(interval, toDay(part.from))) ?? [];
    return { ...part, value: figure.valueOf(summed(days, names)), drilldown: figure.drilldown(part) };
  });
  return { body: { ...presentHead(read, now), figure: name, interval, ...describe(figure), points } };
};
