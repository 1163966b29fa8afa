import { sql } from "drizzle-orm";
import type { Db } from "../../db/client.ts";
import type { PageRequest } from "../../db/list/listing.ts";
import { dailyMechanics } from "../../db/schema/figures.ts";
import { mechanics } from "../../db/schema/mechanics.ts";
import { MECHANICS } from "./daily.ts";
import type { Sums } from "./figure.ts";
import { objectOf, readInPeriod, sortedPage, sortingOf, sumsOf } from "./in-period.ts";
import type { AskedPeriod } from "./period.ts";

/** A mechanic with what their figures are reckoned from; the name is null once their record is deleted. */
export interface MechanicSums {
  readonly id: number;
  readonly name: string | null;
  readonly sums: Sums;
}

interface Found extends MechanicSums {
  readonly key: number;
}

interface FoundPage {
  /** How many have anything in the period, and the id of the first after the page. */
  readonly total: number;
  readonly next: number | null;
  readonly mechanics: readonly Found[];
}

const { mechanic_id, date } = dailyMechanics;

/** What mechanics are sorted by: their id, or the sum of a column. */
export const MECHANIC_SORTS = { id: null, hours_sold: dailyMechanics.hours, revenue_labor: dailyMechanics.labor };

/**
 * A page of the mechanics who have anything in a period. Ids are found one by one along the index, so that by id only the days of those
 * on the page are read; by a sum all of them are, a row for each mechanic and day. Throws 422 for a period that is none or too long.
 */
export const readMechanics = async (db: Db, now: string, asked: AskedPeriod, request: PageRequest) => {
  const { page, perPage, after } = request;
  const sorting = sortingOf(MECHANIC_SORTS, request);
  const column = MECHANIC_SORTS[sorting.name];
  const { found, period } = await readInPeriod<{ page: FoundPage }>(db, now, asked, (within) => {
    const days = sql`from ${dailyMechanics} where ${mechanic_id} = known.id and ${date} between ${within.from} and ${within.to}`;
    const key = column === null ? sql`known.id` : sql`(select sum(${column}) ${days})`;
    const worked = sql`known(id) as (select min(${mechanic_id}) from ${dailyMechanics} union all
        select (select min(${mechanic_id}) from ${dailyMechanics} where ${mechanic_id} > known.id) from known where known.id is not null),
      worked as materialized (select id, ${key} as key from known where exists (select 1 ${days}))`;
    const [past, direction] = sorting.descending ? [sql`<`, sql`desc`] : [sql`>`, sql`asc`];
    const position = after ? sql`(key, id) ${past} (${after.key}, ${after.id})` : sql`true`;
    const ranked = sql`from worked where ${position} order by key ${direction}, id ${direction} limit`;
    const offset = after ? 0 : (page - 1) * perPage;
    const mechanic = objectOf({
      id: sql`p.id`,
      key: sql`p.key`,
      name: sql`(select ${mechanics.name} from ${mechanics} where ${mechanics.id} = p.id)`,
      sums: sumsOf(MECHANICS, within, sql`${mechanic_id} = p.id`),
    });
    const all = objectOf({
      total: sql`(select count(*) from worked)`,
      next: sql`(select id ${ranked} 1 offset ${offset + perPage})`,
      mechanics: sql`json((select json_group_array(${mechanic}) from (select id, key ${ranked} ${perPage} offset ${offset}) p))`,
    });
    return { page: sql`json((with recursive ${worked} select ${all}))` };
  });
  const { mechanics: rows, next, total } = found.page;
  return { found, period, page: sortedPage(rows, next !== null, { items: total, exact: true }, sorting) };
};
