import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { moment } from "../columns.ts";

const MERGEABLE = ["customer", "vehicle"] as const;
/** Can records of this kind be merged? */
export const isMergeable = (entity: string): entity is (typeof MERGEABLE)[number] => MERGEABLE.some((name) => name === entity);

/** Records that were found to be another one: what they had belongs to that one now. Ids are never used again. */
export const mergedRecords = sqliteTable(
  "merged_records",
  {
    entity: text({ enum: MERGEABLE }).notNull(),
    id: integer().notNull(),
    into_id: integer().notNull(),
    at: moment().notNull(),
  },
  (t) => [primaryKey({ columns: [t.entity, t.id] }), index("merged_records_into").on(t.entity, t.into_id)],
);
