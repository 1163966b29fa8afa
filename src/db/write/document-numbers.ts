import { type SQL, sql } from "drizzle-orm";
import type { GivenNumber } from "../../core/ports.ts";
import type { Db } from "../client.ts";
import { eachOf } from "../json.ts";
import { invoices, lostNumbers } from "../schema/invoices.ts";
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

/** The last numbers of the newest year of each series, and of the year before. */
export const newestNumbers = (db: Db): Promise<GivenNumber[]> =>
  db.all<GivenNumber>(sql`with newest as (
      select kind, (select max(year) from ${invoices} i where i.kind = k.kind) as year from (select 'invoice' as kind union all select 'credit_note') k)
    select kind, year, (select max(sequence) from ${invoices} i where i.kind = newest.kind and i.year = newest.year) as last
      from newest where year is not null
    union all select kind, year - 1, (select max(sequence) from ${invoices} i where i.kind = newest.kind and i.year = newest.year - 1) as last
      from newest where year is not null and last is not null`);
