import { and, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { Db, Statement } from "../client.ts";
import { eachOf } from "../json.ts";
import type { Entity } from "../records/entity.ts";
import { searchTerms } from "../schema/search-terms.ts";
import { insertFrom } from "../write/insert-from.ts";
import type { Filter } from "./listing.ts";

/** Lower case without accents: the form in which terms are stored and searched. */
const normalise = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim().replace(/\s+/g, " ");

const digits = (text: string): string => text.replace(/\D/g, "");

/** The terms of a name: from each of its words to the end, so a search may begin with any word. */
export const nameTerms = (name: string): string[] => {
  const words = normalise(name).split(" ").filter(Boolean);
  return [...new Set(words.map((_, start) => words.slice(start).join(" ")))];
};

/** The term of a phone number: its digits. */
export const phoneTerms = (phone: string): string[] => [digits(phone)].filter(Boolean);

/** The term of a code, such as a part number: the code in lower case. */
export const codeTerms = (code: string): string[] => [normalise(code)].filter(Boolean);

/** The new terms of some fields of a row; a field that is absent or undefined keeps its terms. */
export type Terms = Readonly<Record<string, readonly string[] | undefined>>;

/** Statements that replace the terms of a row. If `id` is an expression, the row is new and has no terms to remove. */
export const indexTerms = (db: Db, entity: Entity, id: number | SQL<number>, terms: Terms): Statement[] => {
  const named = Object.entries(terms).flatMap(([field, list]) => (list ? [{ field, list }] : []));
  if (named.length === 0) return [];
  const fields = named.map(({ field }) => field);
  const rows = named.flatMap(({ field, list }) => list.map((term) => ({ field, term })));
  return [
    ...(typeof id === "number"
      ? [
          db
            .delete(searchTerms)
            .where(and(eq(searchTerms.entity, entity.name), eq(searchTerms.entity_id, id), inArray(searchTerms.field, fields))),
        ]
      : []),
    insertFrom(
      db,
      searchTerms,
      { entity: entity.name, term: sql`value ->> 'term'`, entity_id: sql`${id}`, field: sql`value ->> 'field'` },
      sql`from ${eachOf(rows)}`,
    ),
  ];
};

/** A text that sorts after every text with this prefix. */
const endOf = (prefix: string): string => `${prefix}\u{10FFFF}`;

/** Filters for rows with a term that begins with `q`, sorted by the first such term. With `hasPhones` a `q` of digits is a phone number. */
export const matching = (entity: Entity, q: string, hasPhones = true): Filter => {
  const isPhone = hasPhones && /^\+?[\d\s()./-]+$/.test(q) && /\d/.test(q);
  const prefix = isPhone ? digits(q) : normalise(q);
  if (prefix === "")
    return {
      where: sql`false`,
      index: { from: searchTerms, id: searchTerms.entity_id, where: sql`false`, sorts: { term: searchTerms.term } },
    };
  const inRange = and(eq(searchTerms.entity, entity.name), gte(searchTerms.term, prefix), lt(searchTerms.term, endOf(prefix)));
  const first = sql`(select f.rowid from ${searchTerms} f indexed by search_terms_entity where f.entity = ${entity.name}
    and f.entity_id = ${searchTerms.entity_id} and f.term >= ${prefix} order by f.term, f.field limit 1)`;
  return {
    where: sql`exists (select 1 from ${searchTerms} indexed by search_terms_entity where ${searchTerms.entity_id} = ${entity.table.id} and ${inRange})`,
    index: {
      from: searchTerms,
      id: searchTerms.entity_id,
      where: sql`${inRange} and ${searchTerms}.rowid = ${first}`,
      sorts: { term: searchTerms.term },
    },
  };
};
