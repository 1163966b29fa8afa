import { type SQL, sql } from "drizzle-orm";
import { failureIn } from "../core/errors.ts";
import { localDate } from "../core/local-date.ts";
import { offsetsUntil, type ZoneOffset } from "../core/zone-offsets.ts";
import type { Db } from "./client.ts";
import { eachOf } from "./json.ts";
import { shop } from "./schema/shop.ts";
import { type Precondition, requires } from "./write/commit.ts";

/** A day (YYYY-MM-DD) in the shop's time zone, and the zone that it was told by. */
export interface ShopDay {
  readonly timeZone: string;
  readonly date: string;
}

const RULE = "shop_time_zone";

/** The zone that this isolate saw last. SQLite knows no zones, so it is a guess, which whatever uses it compares with the row. */
let seen = "UTC";

/** Says which zone the shop has, where no database answers: a script that only writes statements down. A wrong one fails when they run. */
export const expectShopTimeZone = (timeZone: string): void => {
  seen = timeZone;
};

/** The shop's time zone, in SQL. */
export const shopTimeZone = sql<string>`(select ${shop.time_zone} from ${shop})`;

/** The same by itself, for a read that finds no row. */
export const readShopTimeZone = async (db: Db): Promise<string> => (await db.select({ zone: shop.time_zone }).from(shop).get())?.zone ?? "";

/** The write fails unless the day was told by the zone that the shop has now; `onShopDay` then begins it again. */
export const requiresShopDay = ({ timeZone }: ShopDay): Precondition =>
  requires("conflict", sql`${shopTimeZone} = ${timeZone}`, { rule: RULE });

/** Throws when a read found another zone than the one that its day was told by; `onShopDay` then begins it again. */
export const checkShopDay = ({ timeZone }: ShopDay, found: string): void => {
  if (found !== timeZone) throw new OtherZone();
};

/** The offsets of the zone and day that this isolate saw last: reckoning them takes milliseconds. */
let offsets: { readonly of: string; readonly list: readonly ZoneOffset[] } = { of: "", list: [] };

/** The day (YYYY-MM-DD) in the shop's time zone of a time in SQL that is not in the future. `now` is ISO 8601. */
export const shopDayOf = (moment: SQL, { timeZone, date }: ShopDay, now: string): SQL<string> => {
  const of = `${timeZone} ${date}`;
  if (offsets.of !== of) offsets = { of, list: offsetsUntil(now, timeZone) };
  return sql<string>`date(${moment}, (select value ->> 'minutes' from ${eachOf(offsets.list)} where value ->> 'from' <= ${moment}
    order by key desc limit 1) || ' minutes')`;
};

class OtherZone extends Error {}

const isOtherZone = (error: unknown): boolean => error instanceof OtherZone || failureIn(error)?.details.rule === RULE;

/**
 * Runs what needs the shop's day, in one round trip while the zone is as this isolate knows it.
 * @param now ISO 8601
 * @param run compares the zone, with `requiresShopDay` or `checkShopDay`, and changes nothing when it is another one
 */
export const onShopDay = async <T>(db: Db, now: string, run: (day: ShopDay) => Promise<T>): Promise<T> => {
  const dayIn = (timeZone: string): ShopDay => ({ timeZone, date: localDate(now, timeZone) });
  try {
    return await run(dayIn(seen));
  } catch (error) {
    if (!isOtherZone(error)) throw error;
    const row = await db.select({ timeZone: shop.time_zone }).from(shop).get();
    seen = row?.timeZone ?? seen;
    return run(dayIn(seen));
  }
};
