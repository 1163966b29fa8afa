import { and, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { Db, Statement } from "./client.ts";
import type { Entity } from "./images.ts";
import { eachOf } from "./json.ts";
import type { Filter } from "./listing.ts";
import { searchTerms } from "./schema/record.ts";

/** Lower case without accents: the form in which terms are kept and looked for. */
const normalise = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim().replace(/\s+/g, " ");

const digits = (text: string): string => text.replace(/\D/g, "");

/** A name is found by each of its words, and by that word with those after it. */
export const nameTerms = (name: string): string[] => {
  const words = normalise(name).split(" ").filter(Boolean);
  return [...new Set(words.map((_, start) => words.slice(start).join(" ")))];
};

/** A phone is found by its digits. */
export const phoneTerms = (phone: string): string[] => [digits(phone)].filter(Boolean);

/** A number or code is found as it is, whatever its case. */
export const codeTerms = (code: string): string[] => [normalise(code)].filter(Boolean);

/** Statements that make `terms` the terms of one field of a row; `id` may be an expression. */
export const indexTerms = (db: Db, entity: Entity, id: number | SQL<number>, field: string, terms: readonly string[]): Statement[] => [
  db.delete(searchTerms).where(and(eq(searchTerms.entity, entity.name), eq(searchTerms.entity_id, id), eq(searchTerms.field, field))),
  db.insert(searchTerms).select(sql`select ${entity.name}, value, ${id}, ${field} from ${eachOf(terms)}`),
];

/** The first text that sorts after every text with this prefix. */
const endOf = (prefix: string): string => `${prefix}\u{10FFFF}`;

/** Rows with a term that begins with `q`, each once, at its first such term, sorted by it. Digits are a phone's, if there are any. */
export const matching = (entity: Entity, q: string, hasPhones = true): Filter => {
  const isPhone = hasPhones && /^\+?[\d\s()./-]+$/.test(q) && /\d/.test(q);
  const prefix = isPhone ? digits(q) : normalise(q);
  if (prefix === "")
    return {
      where: sql`false`,
      lead: { from: searchTerms, id: searchTerms.entity_id, where: sql`false`, sorts: { term: searchTerms.term } },
    };
  const inRange = and(eq(searchTerms.entity, entity.name), gte(searchTerms.term, prefix), lt(searchTerms.term, endOf(prefix)));
  const earlier = sql`select 1 from ${searchTerms} earlier indexed by search_terms_entity where earlier.entity = ${entity.name}
    and earlier.entity_id = ${searchTerms.entity_id} and earlier.term between ${prefix} and ${searchTerms.term}
    and (earlier.term, earlier.field) < (${searchTerms.term}, ${searchTerms.field})`;
  return {
    where: sql`exists (select 1 from ${searchTerms} indexed by search_terms_entity where ${searchTerms.entity_id} = ${entity.table.id} and ${inRange})`,
    lead: {
      from: searchTerms,
      id: searchTerms.entity_id,
      where: sql`${inRange} and not exists (${earlier})`,
      sorts: { term: searchTerms.term },
    },
  };
};
