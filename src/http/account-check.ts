import { eq } from "drizzle-orm";
import type { Actor } from "../core/actor.ts";
import { Failure } from "../core/errors.ts";
import type { Db } from "../db/client.ts";
import { users } from "../db/schema/users.ts";

/** Asks the database whether the account of a token is still active, for when its gate cannot. Throws 401. */
export const checkAccount = async (db: Db, actor: Actor): Promise<void> => {
  if (actor.role === "anonymous") return;
  const account = await db.select({ status: users.status, gen: users.gen }).from(users).where(eq(users.id, actor.userId)).get();
  if (account?.status !== "active" || account.gen > actor.session.gen) throw new Failure("unauthenticated");
};
