import { type SQL, sql } from "drizzle-orm";
import type { GivenNumber } from "../../core/ports.ts";
import type { Db } from "../client.ts";
import { eachOf } from "../json.ts";
import { invoices } from "../schema/invoices.ts";
import { lostNumbers } from "../schema/lost-numbers.ts";
import { type Precondition, requires } from "./commit.ts";

/** The last number of a series that the database knows of: of a document, or lost. Its kind and year are SQL. */
export const lastNumberOf = (kind: SQL | string, year: SQL): SQL<number> =>
  sql<number>`max(ifnull((select max(sequence) from ${invoices} where kind = ${kind} and year = ${year}), 0),
    ifnull((select max(last) from ${lostNumbers} where kind = ${kind} and year = ${year}), 0))`;

const known = lastNumberOf(sql`g.value ->> 'kind'`, sql`g.value ->> 'year'`);

/** The series of which higher numbers were given than the database knows, as a FROM with `g`. */
export const seriesBehind = (given: readonly GivenNumber[]): SQL => sql`${eachOf(given)} g where g.value ->> 'last' > ${known}`;

/** The write fails with `numbers_behind`, and what it is behind, where the database was set back in time behind numbers that were given. */
export const requiresNumbers = (given: readonly GivenNumber[]): Precondition => {
  const behind = seriesBehind(given);
  const details = sql`(select json_object('kind', g.value ->> 'kind', 'year', g.value ->> 'year', 'given', g.value ->> 'last', 'known', ${known})
    from ${behind} limit 1)`;
  return requires("numbers_behind", sql`not exists (select 1 from ${behind})`, details);
};

/** Writes down which numbers were lost, so that their series go on after them. `at` is ISO 8601. */
export const loseNumbers = (given: readonly GivenNumber[], at: string): SQL =>
  sql`insert into ${lostNumbers} (kind, year, first, last, at)
    select g.value ->> 'kind', g.value ->> 'year', 1 + ${known}, g.value ->> 'last', ${at} from ${seriesBehind(given)}`;

/** How many of the newest documents are looked at: one of before whose number was not remembered has a later one that was. */
const NEWEST = 2;

/** The numbers of the newest documents. */
export const newestNumbers = (db: Db): Promise<GivenNumber[]> =>
  db.all<GivenNumber>(sql`select kind, year, sequence as last from ${invoices} order by ${invoices.id} desc limit ${NEWEST}`);
