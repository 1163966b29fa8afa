import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { id, moment } from "../columns.ts";
import { users } from "./users.ts";

/** Why a session ended: its client logged out, another session removed it, a used token came back, or the account ended all sessions. */
export const END_REASONS = ["logout", "removed", "reused", "voided"] as const;

/** Login sessions; the id is the `sid` of their access tokens. A trigger deletes them with their account. */
export const sessions = sqliteTable(
  "sessions",
  {
    id: id(),
    user_id: integer()
      .notNull()
      .references(() => users.id),
    created_at: moment().notNull(),
    last_used_at: moment().notNull(),
    expires_at: moment().notNull(),
    /** The DATABASE_EPOCH under which it began: sessions of a database that was restored are over. */
    epoch: text().notNull().default("1"),
    /** The network address that used it last. */
    address: text(),
    ended_at: moment(),
    end_reason: text({ enum: END_REASONS }),
  },
  (t) => [
    index("sessions_user").on(t.user_id, t.ended_at),
    index("sessions_expires").on(t.expires_at),
    check("sessions_end_known", sql`${t.end_reason} in ('logout', 'removed', 'reused', 'voided')`),
    check("sessions_end_with_reason", sql`(${t.ended_at} is null) = (${t.end_reason} is null)`),
  ],
);

/**
 * Revocations that are not yet delivered to gates: the lowest valid generation of an account, or one ended session; the
 * other column is 0. Triggers insert them, so no revocation is forgotten. There are no foreign keys, since rows outlive
 * accounts. Rows are unique, so delivered ones can be deleted while new ones arrive.
 */
export const revocations = sqliteTable(
  "revocations",
  { user_id: integer().notNull(), gen: integer().notNull().default(0), session_id: integer().notNull().default(0) },
  (t) => [
    primaryKey({ columns: [t.user_id, t.gen, t.session_id] }),
    check("revocations_of_one_kind", sql`(${t.gen} = 0) <> (${t.session_id} = 0)`),
  ],
);

/** Refresh tokens, stored only as SHA-256 in hexadecimal. A used token has a successor in the same session. */
export const refreshTokens = sqliteTable(
  "refresh_tokens",
  {
    hash: text().primaryKey(),
    session_id: integer()
      .notNull()
      .references(() => sessions.id),
    issued_at: moment().notNull(),
    used_at: moment(),
  },
  (t) => [index("refresh_tokens_session").on(t.session_id), index("refresh_tokens_issued").on(t.issued_at)],
);
