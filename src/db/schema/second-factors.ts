import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { moment } from "../columns.ts";
import { users } from "./users.ts";

/**
 * The second factor of an account: codes by time (RFC 6238). The secret is encrypted with a key that is not in the
 * database. Without `confirmed_at` the factor is being set up, and logins do not ask for it. Triggers delete it with its account.
 */
export const secondFactors = sqliteTable("second_factors", {
  user_id: integer()
    .primaryKey()
    .references(() => users.id),
  secret: text().notNull(),
  created_at: moment().notNull(),
  confirmed_at: moment(),
  /** The time step of the last code that was taken: a code is good once. */
  last_step: integer().notNull().default(0),
});

/** Codes for when the second factor is lost, stored only as SHA-256 in hexadecimal; each is good once. */
export const recoveryCodes = sqliteTable(
  "recovery_codes",
  {
    user_id: integer()
      .notNull()
      .references(() => users.id),
    hash: text().notNull(),
    used_at: moment(),
  },
  (t) => [primaryKey({ columns: [t.user_id, t.hash] })],
);
