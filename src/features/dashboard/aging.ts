import { type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { fromDay, toDay } from "../../core/days.ts";
import { linkTo } from "./figure.ts";

/** How many days ago an invoice was due: from the least to the most, either of which may be open. */
interface Age {
  readonly least: number | null;
  readonly most: number | null;
}

export const BUCKETS = ["not_due", "days_1_to_30", "days_31_to_60", "days_61_to_90", "over_90"] as const;
export type Bucket = (typeof BUCKETS)[number];

/** What is due today is not late yet. */
export const AGES: Readonly<Record<Bucket, Age>> = {
  not_due: { least: null, most: 0 },
  days_1_to_30: { least: 1, most: 30 },
  days_31_to_60: { least: 31, most: 60 },
  days_61_to_90: { least: 61, most: 90 },
  over_90: { least: 91, most: null },
};

/** A number for each bucket. */
export type Aged<T = number> = Readonly<Record<Bucket, T>>;

interface DueDates {
  readonly due_from?: string;
  readonly due_to?: string;
}

/** The due dates of a bucket on a day (YYYY-MM-DD). */
const dueOf = (bucket: Bucket, today: string): DueDates => {
  const { least, most } = AGES[bucket];
  const ago = (days: number): string => fromDay(toDay(today) - days);
  return { ...(most !== null && { due_from: ago(most) }), ...(least !== null && { due_to: ago(least) }) };
};

/** The invoices of a bucket that have a balance. */
export const agedLink = (bucket: Bucket, today: string, of: Readonly<Record<string, number>> = {}): string =>
  linkTo("/invoices", { ...of, ...dueOf(bucket, today) });

/** A bucket's share of a sum over rows with a due date. */
export const inBucket = (bucket: Bucket, today: string, dueDate: SQLiteColumn, amount: SQLiteColumn): SQL => {
  const { due_from, due_to } = dueOf(bucket, today);
  const bounds = [...(due_from ? [sql`${dueDate} >= ${due_from}`] : []), ...(due_to ? [sql`${dueDate} <= ${due_to}`] : [])];
  return sql`ifnull(sum(iif(${sql.join(bounds, sql` and `)}, ${amount}, 0)), 0)`;
};
