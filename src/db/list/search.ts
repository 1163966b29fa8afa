import { type SQL, sql } from "drizzle-orm";
import { getTableConfig, integer, sqliteTable } from "drizzle-orm/sqlite-core";
import { searchExpression } from "../../core/search-words.ts";
import type { RecordTable } from "../records/record.ts";
import type { Filter } from "./listing.ts";

/** A record with columns by which it is found: how each is turned into words. */
export interface Searched {
  readonly table: RecordTable;
  readonly searched: Readonly<Record<string, (value: string) => string>>;
}

/** The words of those fields that are there; a field without a value has none, one that is absent is left out. */
const termsIn = ({ searched }: Searched, fields: object): Record<string, string | null> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]: [string, unknown]) => {
      const words = searched[name];
      return words === undefined || value === undefined ? [] : [[name, typeof value === "string" ? words(value) : null]];
    }),
  );

/** The value of `search_terms` for a new row with these fields. */
export const newTerms = (record: Searched, fields: object): { readonly search_terms: string } => ({
  search_terms: JSON.stringify(Object.fromEntries(Object.entries(termsIn(record, fields)).filter(([, words]) => words !== null))),
});

/** What sets `search_terms` when these fields change; nothing when none of them is searched. */
export const changedTerms = (record: Searched, fields: object): { readonly search_terms?: SQL } => {
  const terms = termsIn(record, fields);
  return Object.keys(terms).length === 0 ? {} : { search_terms: sql`json_patch(search_terms, ${JSON.stringify(terms)})` };
};

/** The full-text index of a table, as migrations make it; its rowid is the id of the record. */
const indexOf = (table: RecordTable) => sqliteTable(`${getTableConfig(table).name}_search`, { rowid: integer() });

const NOTHING = sql`false`;

/** A filter for the records that are found by what people type, the newest first. */
export const matching = ({ table }: Searched, q: string): Filter => {
  const index = indexOf(table);
  const expression = searchExpression(q);
  const matches = expression === null ? NOTHING : sql`${index} match ${expression}`;
  return {
    where: sql`exists (select 1 from ${index} where ${matches} and ${index.rowid} = ${table.id})`,
    index: { from: index, id: index.rowid, ranges: [matches], sorts: { id: index.rowid } },
  };
};

/** How a column sorts by its words, as its index has it. */
export const byWords = (name: string): SQL => sql.raw(`"search_terms" ->> '${name}'`);
