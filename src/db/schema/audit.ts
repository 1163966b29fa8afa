import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { id, moment } from "../columns.ts";

/** The images before the change, while a batch runs, in the order of their rowids; empty between batches. */
export const auditDraft = sqliteTable("audit_draft", {
  slot: integer().notNull(),
  action: text().notNull(),
  entity: text().notNull(),
  entity_id: integer().notNull(),
  before: text(),
});

/** Who changed what: append-only. It has no foreign keys, since its rows outlive the records that they describe. */
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
    index("audit_log_entity_at").on(t.entity, t.at),
    index("audit_log_user").on(t.user_id),
    index("audit_log_user_at").on(t.user_id, t.at),
    index("audit_log_user_entity_at").on(t.user_id, t.entity, t.at),
    index("audit_log_at").on(t.at),
    check("audit_log_id_positive", sql`${t.id} > 0`),
  ],
);

/** The seal of each audit row: an HMAC of the row and the previous seal, with a key that is not in the database. */
export const auditSeals = sqliteTable("audit_seals", { id: integer().primaryKey(), seal: text().notNull() });
