import { and, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import { loggedIn } from "../../core/actor.ts";
import type { Statement } from "../../db/client.ts";
import { revised } from "../../db/columns.ts";
import { jsonOne } from "../../db/json.ts";
import { CUSTOMER } from "../../db/records/customer.ts";
import { MECHANIC } from "../../db/records/mechanic.ts";
import { USER } from "../../db/records/user.ts";
import { customers } from "../../db/schema/customers.ts";
import { emailTokens, type TokenKind } from "../../db/schema/mails.ts";
import { mechanics } from "../../db/schema/mechanics.ts";
import { users } from "../../db/schema/users.ts";
import { commit, type Precondition, requires } from "../../db/write/commit.ts";
import { mailVerification } from "../../db/write/email-changed.ts";
import { mailToAccounts, mayMail } from "../../db/write/outbox.ts";
import { commitAndRevoke } from "../../db/write/revocation.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { accessToken } from "./auth.grants.ts";
import { account } from "./auth.queries.ts";
import { removeFactorSince } from "./second-factor.commands.ts";

/** What a mailed token opens, in SQL: the token itself, and a column of it. */
export const presented = ({ services, now }: WriteContext, kind: TokenKind, token: string) => {
  const isPresented = and(
    eq(emailTokens.hash, services.emailTokens.hash(token)),
    eq(emailTokens.kind, kind),
    isNull(emailTokens.used_at),
    gt(emailTokens.expires_at, now),
  );
  const of = (column: "id" | "user_id" | "customer_id" | "mechanic_id" | "email" | "created_at"): SQL =>
    sql`(select ${emailTokens[column]} from ${emailTokens} where ${isPresented})`;
  /** Fails with `invalid_email_token` unless the token is good, and `condition` holds. */
  const isGood = (condition: SQL): Precondition =>
    requires("invalid_email_token", sql`exists (select 1 from ${emailTokens} where ${isPresented} and ${condition})`);
  return { isPresented, of, isGood };
};

/** Uses up all tokens of the account that meet the condition; it stands last, since the others look for unused ones. */
export const useUp = ({ db, now }: WriteContext, where: SQL | undefined): Statement =>
  db
    .update(emailTokens)
    .set({ used_at: now })
    .where(and(where, isNull(emailTokens.used_at)));

/** Mails the account another token to prove its e-mail, unless it is proven, or three were mailed within the hour. */
export const askForProof = async ({ db, writer, actor, now, services }: WriteContext): Promise<void> => {
  const { userId } = loggedIn(actor);
  const wants = and(eq(users.id, userId), isNull(users.email_verified_at), mayMail("verification", eq(emailTokens.user_id, userId), now));
  await commit(db, writer, { changes: mailVerification(services.emailTokens, wants, sql`${users.email}`, now), audit: [] });
};

/**
 * Proves the e-mail of the caller's account with the token that was mailed to it, and gives an access token without limits.
 * Only whoever can log in to the account can do so: nobody who is sent such a mail opens an account that a stranger made.
 * Throws `invalid_email_token`.
 */
export const proveEmail = async (context: WriteContext, token: string): Promise<string> => {
  const { db, writer, actor, now } = context;
  const me = loggedIn(actor);
  const isMe = eq(users.id, me.userId);
  const { isGood } = presented(context, "verification", token);
  const myEmail = sql`(select ${users.email} from ${users} where ${isMe})`;
  const proven = await commit(db, writer, {
    preconditions: [isGood(sql`${emailTokens.user_id} = ${me.userId} and ${emailTokens.email} = ${myEmail}`)],
    changes: [
      db
        .update(users)
        .set({ email_verified_at: now, ...revised(users, now) })
        .where(and(isMe, isNull(users.email_verified_at))),
      useUp(context, and(eq(emailTokens.user_id, me.userId), eq(emailTokens.kind, "verification"))),
    ],
    audit: [{ entity: USER, verb: "email_verified", where: sql`${and(isMe, isNull(users.email_verified_at))}` }],
    answer: jsonOne(account, sql`${users} where ${isMe}`),
  });
  return accessToken(context, proven, me.session.sid);
};

/**
 * Takes an account back from whoever changed its e-mail: it has the old e-mail again and a new password, all its sessions
 * end, what was mailed since is void, and a second factor that was set up since is gone.
 * Throws `invalid_email_token`, and `email_taken` if another account has the e-mail by now.
 */
export const restoreEmail = async (context: WriteContext, token: string, password: string): Promise<void> => {
  const { db, now, services } = context;
  const { of, isGood } = presented(context, "email_restore", token);
  const password_hash = await services.passwords.hash(password);
  const isAccount = sql`${users.id} = ${of("user_id")}`;
  await commitAndRevoke(context, {
    preconditions: [isGood(sql`exists (select 1 from ${users} where ${users.id} = ${emailTokens.user_id})`)],
    changes: [
      db
        .update(users)
        .set({ email: of("email"), email_verified_at: now, password_hash, gen: sql`${users.gen} + 1`, ...revised(users, now) })
        .where(isAccount),
      ...removeFactorSince(context, of("user_id"), of("created_at")),
      mailToAccounts("password_changed", isAccount, now),
      useUp(
        context,
        sql`${emailTokens.user_id} = ${of("user_id")} and (${emailTokens.kind} <> 'email_restore' or ${emailTokens.id} >= ${of("id")})`,
      ),
    ],
    audit: [
      { entity: USER, verb: "email_restored", where: isAccount },
      { entity: CUSTOMER, verb: "updated", where: sql`${customers.id} = (select ${users.customer_id} from ${users} where ${isAccount})` },
      { entity: MECHANIC, verb: "updated", where: sql`${mechanics.id} = (select ${users.mechanic_id} from ${users} where ${isAccount})` },
    ],
  });
};
