import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Search terms: lower-cased words, e-mails and digits, each a prefix to look for, and the field it comes from. */
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
