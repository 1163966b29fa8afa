import { and, eq, type SQL, sql } from "drizzle-orm";
import { Failure } from "../../core/errors.ts";
import type { Db } from "../../db/client.ts";
import { eachOf, type JsonOf, jsonObject, jsonOne } from "../../db/json.ts";
import { SESSION } from "../../db/records/session.ts";
import { refreshTokens, sessions } from "../../db/schema/sessions.ts";
import { users } from "../../db/schema/users.ts";
import { type Audited, commit } from "../../db/write/commit.ts";
import { deliverBeforeFailure } from "../../db/write/revocation.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { type Grant, grant } from "./auth.grants.ts";
import { account } from "./auth.queries.ts";
import { expiryOf } from "./sessions.commands.ts";
import { ABSOLUTE_END, goesOn } from "./sessions.queries.ts";

/** How long a used token gets the same successor again, in case the first answer was lost, in milliseconds. */
const RETRY_MS = 10_000;

/** SQL conditions on the presented token, its successors and its session at the time `now`; sessions of another epoch are over. */
const lookAt = (hash: string, successors: readonly string[], { now, epoch }: { readonly now: string; readonly epoch: string }) => {
  const { session_id, used_at } = refreshTokens;
  const isPresented = eq(refreshTokens.hash, hash);
  const isSuccessor = sql`${refreshTokens.hash} in (select value from ${eachOf(successors)})`;
  const successor = sql<string | null>`(select ${refreshTokens.hash} from ${refreshTokens} where ${isSuccessor} and ${used_at} is null)`;
  const isUsed = sql`${used_at} is not null`;
  const since = new Date(Date.parse(now) - RETRY_MS).toISOString();
  return {
    isPresented,
    isUnused: sql`${used_at} is null`,
    isUsed,
    /** Used again, and not a retry after a lost answer: it comes too late, or its successor is already used. */
    isReused: sql`${isUsed} and not (${used_at} >= ${since} and ${successor} is not null)`,
    hasSuccessor: sql`exists (select 1 from ${refreshTokens} where ${isSuccessor})`,
    successor,
    /** The session of the presented token, if the token meets the condition and the session has not ended. */
    isSessionOf: (token: SQL): SQL => sql`${sessions.id} = (select ${session_id} from ${refreshTokens} where ${isPresented} and ${token})
      and ${sessions.ended_at} is null and ${sessions.epoch} = ${epoch}`,
    /** The session goes on, and its account is active. */
    isLive: sql`${goesOn(now)} and ${sessions.epoch} = ${epoch}
      and exists (select 1 from ${users} where ${users.id} = ${sessions.user_id} and ${users.status} = 'active')`,
  };
};
type Look = ReturnType<typeof lookAt>;

/** The result for a token: its session, and the hash of its unused successor, or null if the token is not valid. */
const outcomeOf = ({ isPresented, isLive, successor }: Look) => {
  const outcome = jsonObject({
    session_id: sessions.id,
    ended_at: sessions.ended_at,
    successor: sql<string | null>`iif(${isLive}, ${successor}, null)`,
    account: jsonOne(account, sql`${users} where ${users.id} = ${sessions.user_id}`),
  });
  type Outcome = JsonOf<typeof outcome>;
  return sql<Outcome | null>`coalesce((select ${outcome} from ${sessions} join ${refreshTokens} on ${refreshTokens.session_id} = ${sessions.id}
    where ${isPresented}), 'null')`;
};

const audited = ({ isSessionOf, isReused, isUnused, isLive }: Look): Audited[] => [
  { entity: SESSION, verb: "refresh_reused", where: isSessionOf(isReused) },
  { entity: SESSION, verb: "refreshed", where: sql`${isSessionOf(isUnused)} and ${isLive}` },
];

const isStored = async (db: Db, hash: string): Promise<boolean> =>
  (await db.select({ hash: refreshTokens.hash }).from(refreshTokens).where(eq(refreshTokens.hash, hash)).get()) !== undefined;

/**
 * Exchanges a refresh token for an access token and a new refresh token, its successor. A used token gets the same
 * successor again within 10 seconds, while the successor is unused. Any other use of a used token ends its session, since
 * it was stolen from one of its two users. Throws `invalid_refresh`.
 */
export const refresh = async (context: WriteContext, presented: string): Promise<Grant> => {
  const { db, writer, now, services } = context;
  const hash = services.refreshTokens.hash(presented);
  // A guess must write nothing. Tokens of an earlier secret are not recognized, but are stored.
  if (services.refreshTokens.familyOf(presented) === null && !(await isStored(db, hash))) throw new Failure("invalid_refresh");
  const successors = services.refreshTokens.successors(presented).map((token) => ({ token, hash: services.refreshTokens.hash(token) }));
  const look = lookAt(
    hash,
    successors.map((successor) => successor.hash),
    { now, epoch: services.epoch },
  );
  const { isPresented, isUnused, isUsed, isReused, hasSuccessor, isSessionOf, isLive } = look;
  const inLiveSession = sql`exists (select 1 from ${sessions} where ${sessions.id} = ${refreshTokens.session_id} and ${isLive})`;
  const next = sql`select ${successors[0]?.hash}, ${refreshTokens.session_id}, ${now}, null from ${refreshTokens}
    where ${isPresented} and ${isUsed} and not ${hasSuccessor} and ${inLiveSession}`;
  const found = await commit(db, writer, {
    changes: [
      db.update(sessions).set({ ended_at: now, end_reason: "reused" }).where(isSessionOf(isReused)),
      db
        .update(refreshTokens)
        .set({ used_at: now })
        .where(and(isPresented, isUnused, inLiveSession)),
      db.insert(refreshTokens).select(next),
      db
        .update(sessions)
        .set({
          last_used_at: sql`max(${sessions.last_used_at}, ${now})`,
          expires_at: sql`max(${sessions.expires_at}, min(${expiryOf(now)}, ${ABSOLUTE_END}))`,
          address: writer.address,
        })
        .where(sql`${isSessionOf(isUsed)} and ${isLive}`),
    ],
    audit: audited(look),
    answer: outcomeOf(look),
  });
  const successor = successors.find((candidate) => candidate.hash === found?.successor);
  if (found && successor) return grant(context, found, successor.token);
  if (found?.ended_at) await deliverBeforeFailure(context);
  throw new Failure("invalid_refresh");
};
