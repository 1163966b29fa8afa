import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { Failure } from "../../core/errors.ts";
import { type Audited, commit } from "../../db/commit.ts";
import { SESSION } from "../../db/images.ts";
import { eachOf, jsonObject, jsonOne } from "../../db/json.ts";
import { refreshTokens, sessions } from "../../db/schema/sessions.ts";
import { users } from "../../db/schema/users.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { tellBeforeFailure } from "../../http/voiding.ts";
import { type Grant, grant } from "./auth.grants.ts";
import { account } from "./auth.queries.ts";
import { expiryOf } from "./sessions.commands.ts";

/** How long a used token still gets the successor that it got before, whose answer may have been lost, in milliseconds. */
const RETRY_MS = 10_000;

/** A presented token and its successors, as they are stored, and conditions on them at this moment. */
const lookAt = (hash: string, successors: readonly string[], now: string) => {
  const presented = (condition: SQL): SQL =>
    sql`exists (select 1 from ${refreshTokens} where ${refreshTokens.hash} = ${hash} and ${condition})`;
  const isSuccessor = sql`${refreshTokens.hash} in (select value from ${eachOf(successors)})`;
  const successor = sql<
    string | null
  >`(select ${refreshTokens.hash} from ${refreshTokens} where ${isSuccessor} and ${refreshTokens.used_at} is null)`;
  const since = new Date(Date.parse(now) - RETRY_MS).toISOString();
  const isUsed = sql`${refreshTokens.used_at} is not null`;
  const sessionId = sql<number>`(select ${refreshTokens.session_id} from ${refreshTokens} where ${refreshTokens.hash} = ${hash})`;
  return {
    isUnused: presented(sql`${refreshTokens.used_at} is null`),
    /** Whoever has used the successor had the answer: only one that is still unused may have been lost. */
    isReused: presented(sql`${isUsed} and not (${refreshTokens.used_at} >= ${since} and ${successor} is not null)`),
    hasSuccessor: sql`exists (select 1 from ${refreshTokens} where ${isSuccessor})`,
    successor,
    isItsSession: sql`${sessions.id} = ${sessionId} and ${sessions.ended_at} is null`,
    /** Its session goes on, and so does the account. */
    isLive: sql`exists (select 1 from ${sessions} join ${users} on ${users.id} = ${sessions.user_id} where ${sessions.id} = ${sessionId}
      and ${sessions.ended_at} is null and ${sessions.expires_at} > ${now} and ${users.status} = 'active')`,
  };
};
type Look = ReturnType<typeof lookAt>;

/** What a token came to: its session, and the hash of the token that follows it, or null when it is not good. */
const outcomeOf = (hash: string, { isLive, successor }: Look) => {
  const outcome = jsonObject({
    session_id: sessions.id,
    ended_at: sessions.ended_at,
    successor: sql<string | null>`iif(${isLive}, ${successor}, null)`,
    account: jsonOne(account, sql`${users} where ${users.id} = ${sessions.user_id}`),
  });
  type Outcome = (typeof outcome)["_"]["type"];
  return sql<Outcome | null>`coalesce((select ${outcome} from ${sessions} join ${refreshTokens} on ${refreshTokens.session_id} = ${sessions.id}
    where ${refreshTokens.hash} = ${hash}), 'null')`;
};

const audited = ({ isItsSession, isReused, isUnused, isLive }: Look): Audited[] => [
  { entity: SESSION, verb: "refresh_reused", where: sql`${isItsSession} and ${isReused}` },
  { entity: SESSION, verb: "refreshed", where: sql`${isItsSession} and ${isUnused} and ${isLive}` },
];

/**
 * Exchanges a refresh token for an access token and its own successor: once, and again within 10 seconds as long as the
 * successor was not used. Any other use of a used token ends its session, since one of the two who had it stole it.
 * Throws `invalid_refresh`.
 */
export const refresh = async (context: WriteContext, presented: string): Promise<Grant> => {
  const { db, writer, now, services } = context;
  const hash = services.refreshTokens.hash(presented);
  const successors = services.refreshTokens.successors(presented).map((token) => ({ token, hash: services.refreshTokens.hash(token) }));
  const look = lookAt(
    hash,
    successors.map((successor) => successor.hash),
    now,
  );
  const { isItsSession, isReused, isLive, hasSuccessor } = look;
  const isIt = eq(refreshTokens.hash, hash);
  const next = sql`select ${successors[0]?.hash}, ${refreshTokens.session_id}, ${now}, null from ${refreshTokens}
    where ${isIt} and ${refreshTokens.used_at} is not null and ${isLive} and not ${hasSuccessor}`;
  const found = await commit(db, writer, {
    changes: [
      db.update(sessions).set({ ended_at: now, end_reason: "reused" }).where(sql`${isItsSession} and ${isReused}`),
      db
        .update(refreshTokens)
        .set({ used_at: now })
        .where(and(isIt, isNull(refreshTokens.used_at), isLive)),
      db.insert(refreshTokens).select(next),
      db
        .update(sessions)
        .set({
          last_used_at: sql`max(${sessions.last_used_at}, ${now})`,
          expires_at: sql`max(${sessions.expires_at}, ${expiryOf(now)})`,
          address: writer.address,
        })
        .where(sql`${isItsSession} and ${isLive}`),
    ],
    audit: audited(look),
    answer: outcomeOf(hash, look),
  });
  const successor = successors.find((candidate) => candidate.hash === found?.successor);
  if (found && successor) return grant(context, found, successor.token);
  if (found?.ended_at) await tellBeforeFailure(context);
  throw new Failure("invalid_refresh");
};
