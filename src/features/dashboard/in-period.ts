import { between, type SQL, sql } from "drizzle-orm";
import { invalid } from "../../core/errors.ts";
import type { Db } from "../../db/client.ts";
import { parseRow } from "../../db/json.ts";
import type { Page, PageRequest, Total } from "../../db/list/listing.ts";
import type { Position } from "../../db/list/scan.ts";
import { shop } from "../../db/schema/shop.ts";
import { checkShopDay, onShopDay, readShopTimeZone, type ShopDay } from "../../db/shop-day.ts";
import type { Daily, Period } from "./figure.ts";
import { type AskedPeriod, periodOf } from "./period.ts";

/** What every answer is read with: the shop's zone, by which its days are told, and its currency. */
export interface Head {
  readonly time_zone: string;
  readonly currency: string;
}

/** The names in an object. Safe: an object has its own keys. */
export const namesOf = <K extends string>(object: Readonly<Record<K, unknown>>) => Object.keys(object) as [K, ...K[]];

/** Values in SQL by their names in a JSON object. */
type Values = Readonly<Record<string, SQL>>;

/** A JSON object of some values. D1 takes 32 arguments per function: the object is not to have more than 16. */
export const objectOf = (values: Values): SQL => {
  const pairs = Object.entries(values).map(([name, value]) => sql`${sql.raw(`'${name}'`)}, ${value}`);
  return sql`json_object(${sql.join(pairs, sql`, `)})`;
};

/** The rows of a daily table over a period. */
export const within = ({ date }: Pick<Daily, "date">, { from, to }: Period): SQL => between(date, from, to);

/** JSON of the sums of a daily table over a period. */
export const sumsOf = (daily: Daily, period: Period, where: SQL = sql`true`): SQL => {
  const sums = Object.entries(daily.sums).map(([name, of]): [string, SQL] => [name, sql`ifnull(sum(${of}), 0)`]);
  return sql`json((select ${objectOf(Object.fromEntries(sums))} from ${daily.table} where ${where} and ${within(daily, period)}))`;
};

const readOn = async <T>(db: Db, day: ShopDay, values: Values): Promise<T & Head> => {
  const all = objectOf({ time_zone: sql`${shop.time_zone}`, currency: sql`${shop.currency}`, ...values });
  const { json } = await db.get<{ json: string }>(sql`select ${all} as json from ${shop}`);
  const found = parseRow<T & Head>(json);
  checkShopDay(day, found.time_zone);
  return found;
};

/** Reads values on a day in the shop's time zone (YYYY-MM-DD), which it comes with, in one statement. `now` is ISO 8601. */
export const readOnDay = <T>(db: Db, now: string, valuesOf: (today: string) => Values): Promise<{ found: T & Head; today: string }> =>
  onShopDay(db, now, async (day) => ({ found: await readOn<T>(db, day, valuesOf(day.date)), today: day.date }));

/** The same over a period. Throws 422 for one that is none or too long. */
export const readInPeriod = <T>(
  db: Db,
  now: string,
  asked: AskedPeriod,
  valuesOf: (period: Period, today: string) => Values,
): Promise<{ found: T & Head; period: Period }> =>
  onShopDay(db, now, async (day) => {
    const period = await orOtherZone(db, day, () => periodOf(asked, day.date));
    return { found: await readOn<T>(db, day, valuesOf(period, day.date)), period };
  });

/** A period that ends today may be none only because the day was told by another zone. */
const orOtherZone = async <T>(db: Db, day: ShopDay, run: () => T): Promise<T> => {
  try {
    return run();
  } catch (error) {
    checkShopDay(day, await readShopTimeZone(db));
    throw error;
  }
};

/** What a sorted list is asked for: by what, and whether the most come first. */
interface Sorting<K extends string> {
  readonly name: K;
  readonly descending: boolean;
}

/** Which of its sorts a list is asked for, by id unless it says. Throws 422 for the cursor of another list. */
export const sortingOf = <K extends string>(
  sorts: Readonly<Record<K | "id", unknown>>,
  { sort = "id" }: PageRequest,
): Sorting<K | "id"> => {
  const name = namesOf(sorts).find((each) => each === sort.replace("-", ""));
  if (name === undefined) throw invalid("/query/cursor", "invalid_cursor", "The cursor belongs to another listing.");
  return { name, descending: sort.startsWith("-") };
};

/** A page of rows that come with what they are sorted by, after which there may be more. */
export const sortedPage = <T extends Position>(
  rows: readonly T[],
  hasMore: boolean,
  total: Total,
  { name, descending }: Sorting<string>,
): Page<T> => {
  const last = hasMore ? rows.at(-1) : undefined;
  return { rows, next: last ? { sort: descending ? `-${name}` : name, key: last.key, id: last.id } : null, total };
};
