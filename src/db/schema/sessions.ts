import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { id, moment } from "../columns.ts";
import { users } from "./users.ts";

/** Why a session ended: by its own client, from another session, since a used token came back, with all of its account. */
export const END_REASONS = ["logout", "removed", "reused", "voided"] as const;

/** Logins that go on; the id is the `sid` of their access tokens. Triggers remove them with their account. */
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
    /** Where it was last used from. */
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
 * What gates have yet to hear: the lowest valid generation of an account, or one session that has ended; the other is 0.
 * Written by triggers, so that nothing is voided without it, and without foreign keys, since it outlives its subjects.
 * No row is ever there twice, so that what was heard can be removed while more comes.
 */
export const revocations = sqliteTable(
  "revocations",
  { user_id: integer().notNull(), gen: integer().notNull().default(0), session_id: integer().notNull().default(0) },
  (t) => [
    primaryKey({ columns: [t.user_id, t.gen, t.session_id] }),
    check("revocations_of_one_kind", sql`(${t.gen} = 0) <> (${t.session_id} = 0)`),
  ],
);

/** Refresh tokens as SHA-256 in hexadecimal, never as they are; one that is used has a successor in the same session. */
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
