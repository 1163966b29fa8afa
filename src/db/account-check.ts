import { and, eq, isNull } from "drizzle-orm";
import { type Actor, accountOf } from "../core/actor.ts";
import { Failure } from "../core/errors.ts";
import type { Db } from "./client.ts";
import { sessions } from "./schema/sessions.ts";
import { users } from "./schema/users.ts";

/** Checks in the database that a token's account and session are active, for when its gate is unreachable. Throws 401. */
export const checkAccount = async (db: Db, actor: Actor): Promise<void> => {
  const known = accountOf(actor);
  if (!known) return;
  const { userId, session } = known;
  const goesOn = and(eq(sessions.id, Number(session.sid) || 0), eq(sessions.user_id, users.id), isNull(sessions.ended_at));
  const account = await db
    .select({ status: users.status, gen: users.gen })
    .from(users)
    .innerJoin(sessions, goesOn)
    .where(eq(users.id, userId))
    .get();
  if (account?.status !== "active" || account.gen > session.gen) throw new Failure("unauthenticated");
};
