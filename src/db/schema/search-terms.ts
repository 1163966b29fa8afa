import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Search terms in lower case, each with the field that it comes from. A search finds rows by the beginning of a term. */
export const searchTerms = sqliteTable(
  "search_terms",
  {
    entity: text().notNull(),
    term: text().notNull(),
    entity_id: integer().notNull(),
    field: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.entity, t.term, t.entity_id, t.field] }),
    index("search_terms_entity").on(t.entity, t.entity_id, t.term, t.field),
  ],
);
