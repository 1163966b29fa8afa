import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { id, moment } from "../columns.ts";

/** Before-images of a batch that is under way, in the order of their rowids; empty between batches. */
export const auditDraft = sqliteTable("audit_draft", {
  slot: integer().notNull(),
  action: text().notNull(),
  entity: text().notNull(),
  entity_id: integer().notNull(),
  before: text(),
});

/** Who changed what: append-only, without foreign keys, since it outlives its subjects. */
export const auditLog = sqliteTable(
  "audit_log",
  {
    id: id(),
    at: moment().notNull(),
    user_id: integer(),
    role: text().notNull(),
    action: text().notNull(),
    entity: text().notNull(),
    entity_id: integer(),
    before: text(),
    after: text(),
    request_id: text(),
    address: text(),
  },
  (t) => [
    index("audit_log_entity").on(t.entity, t.entity_id),
    index("audit_log_entity_all").on(t.entity),
    index("audit_log_user").on(t.user_id),
    index("audit_log_at").on(t.at),
    check("audit_log_id_positive", sql`${t.id} > 0`),
  ],
);

/** The seal of each audit row, made of the row and the seal before it with a key that the database does not have. */
export const auditSeals = sqliteTable("audit_seals", { id: integer().primaryKey(), seal: text().notNull() });
