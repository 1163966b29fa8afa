import { sql } from "drizzle-orm";
import type { Db } from "../../db/client.ts";
import type { PageRequest } from "../../db/list/listing.ts";
import { dailyMechanics } from "../../db/schema/figures.ts";
import { mechanics } from "../../db/schema/mechanics.ts";
import { MECHANICS } from "./daily.ts";
import type { Sums } from "./figure.ts";
import { pageById, readInPeriod, sumsOf } from "./in-period.ts";
import type { AskedPeriod } from "./period.ts";

/** A mechanic with what their figures are reckoned from; the name is null once their record is deleted. */
export interface MechanicSums {
  readonly id: number;
  readonly name: string | null;
  readonly sums: Sums;
}

interface Found {
  /** How many have anything in the period, and the id of the first after the page. */
  readonly total: number;
  readonly next: number | null;
  readonly mechanics: readonly MechanicSums[];
}

const { mechanic_id, date } = dailyMechanics;

/**
 * A page of the mechanics who have anything in a period, by id. Ids are found one by one along the index, so that only the days of those
 * on the page are read. Throws 422 for a period that is none or too long.
 */
export const readMechanics = async (db: Db, now: string, asked: AskedPeriod, { page, perPage, after }: PageRequest) => {
  const { found, period } = await readInPeriod<Found>(db, now, asked, (within) => {
    const worked = sql`known(id) as (select min(${mechanic_id}) from ${dailyMechanics} union all
        select (select min(${mechanic_id}) from ${dailyMechanics} where ${mechanic_id} > known.id) from known where known.id is not null),
      worked as materialized (select id from known where exists (select 1 from ${dailyMechanics}
        where ${mechanic_id} = known.id and ${date} between ${within.from} and ${within.to}))`;
    const name = sql`(select ${mechanics.name} from ${mechanics} where ${mechanics.id} = p.id)`;
    const sums = sumsOf(MECHANICS, within, sql`${mechanic_id} = p.id`);
    const ids = sql`from worked where id > ${after?.id ?? 0} limit`;
    const offset = after ? 0 : (page - 1) * perPage;
    return {
      next: sql`(with recursive ${worked} select id ${ids} 1 offset ${offset + perPage})`,
      total: sql`(with recursive ${worked} select count(*) from worked)`,
      mechanics: sql`json((with recursive ${worked}
        select json_group_array(json_object('id', p.id, 'name', ${name}, 'sums', ${sums}))
        from (select id ${ids} ${perPage} offset ${offset}) p))`,
    };
  });
  return { found, period, page: pageById(found.mechanics, found.next !== null, { items: found.total, exact: true }) };
};
