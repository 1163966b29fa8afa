import { and, eq, gte, type SQL, sql } from "drizzle-orm";
import type { LoggedIn } from "../../core/actor.ts";
import type { Db } from "../client.ts";
import { sessions } from "../schema/sessions.ts";
import { users } from "../schema/users.ts";
import { type Precondition, requires } from "./commit.ts";

/** For how long after its login a session need not send the password again, in milliseconds. */
const FRESH_MS = 5 * 60_000;

/** When a proof is needed, whatever the data is. */
export const ALWAYS = sql`true`;
export const NEVER = sql`false`;

/** Conditions of a write for which the caller must have proven again who they are, where `when` is true before the write. */
export type Proof = (when: SQL) => Precondition[];

/** The password hash of an account, or null if the account no longer exists. */
export const passwordHashOf = async (db: Db, id: number): Promise<string | null> =>
  (await db.select({ hash: users.password_hash }).from(users).where(eq(users.id, id)).get())?.hash ?? null;

/** The account still has this password hash; else the write fails with `invalid_credentials`. */
export const requiresHash = (userId: number, hash: string): Precondition =>
  requires("invalid_credentials", sql`exists (select 1 from ${users} where ${and(eq(users.id, userId), eq(users.password_hash, hash))})`);

/** The proof of a password that matched this hash just now. */
export const byPassword =
  ({ userId }: LoggedIn, hash: string): Proof =>
  () => [requiresHash(userId, hash)];

/**
 * The proof of a session that began by a login within five minutes of `now` (ISO 8601), which a refresh does not; without
 * one the write fails with `password_needed`.
 */
export const byFreshLogin =
  ({ userId, session }: LoggedIn, now: string): Proof =>
  (when) => {
    const since = new Date(Date.parse(now) - FRESH_MS).toISOString();
    const isFresh = and(eq(sessions.id, Number(session.sid) || 0), eq(sessions.user_id, userId), gte(sessions.created_at, since));
    return [requires("password_needed", sql`(${when}) is not true or exists (select 1 from ${sessions} where ${isFresh})`)];
  };
