import { asc, inArray, lt, notExists, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { failureIn } from "./core/errors.ts";
import { KEPT_MS, readAlarms } from "./db/alarms.ts";
import type { Db } from "./db/client.ts";
import { refusals } from "./db/schema/audit.ts";
import { idempotencyKeys } from "./db/schema/idempotency.ts";
import { emailTokens, mails } from "./db/schema/mails.ts";
import { refreshTokens, sessions } from "./db/schema/sessions.ts";
import { beginEpoch, lastEpochOf } from "./db/write/begin-epoch.ts";
import { newestNumbers } from "./db/write/document-numbers.ts";
import { deliverRevocations } from "./db/write/revocation.ts";
import { archiveAuditLog } from "./features/audit-log/audit-log.archive.ts";
import { sealAuditLog } from "./features/audit-log/audit-log.commands.ts";
import { SESSION_MS } from "./features/auth/sessions.commands.ts";
import { MAIL_KEPT_MS, removeOldMail } from "./features/mail/mail.commands.ts";
import { sendMail } from "./features/mail/mail.job.ts";
import { anyAppointmentSoon, remind } from "./features/mail/reminders.ts";
import type { Deps } from "./http/app-env.ts";

const REMOVED_AT_ONCE = 1_000;

/** How many batches a job makes per run: all jobs together stay below the 50 queries that D1's free plan allows. */
const BATCHES = 8;
const SEALING_BATCHES = 5;
const FEW_BATCHES = 3;

/** Removes rows until a batch is not full, in so many batches at most. */
const removeAll = async (batches: number, remove: () => Promise<readonly unknown[]>): Promise<void> => {
  for (let batch = 0; batch < batches; batch++) if ((await remove()).length < REMOVED_AT_ONCE) return;
};

/** Removes writes from before this moment (ISO 8601), the oldest first; what is left is for the next run. */
const removeWrites = async (db: Db, before: string): Promise<void> => {
  const oldest = db
    .select({ id: idempotencyKeys.id })
    .from(idempotencyKeys)
    .where(lt(idempotencyKeys.at, before))
    .orderBy(asc(idempotencyKeys.at))
    .limit(REMOVED_AT_ONCE);
  await removeAll(BATCHES, () =>
    db.delete(idempotencyKeys).where(inArray(idempotencyKeys.id, oldest)).returning({ id: idempotencyKeys.id }),
  );
};

/** Removes refresh tokens that were issued before this moment (ISO 8601), the oldest first. */
const removeTokens = async (db: Db, before: string): Promise<void> => {
  const { hash, issued_at } = refreshTokens;
  const oldest = db.select({ hash }).from(refreshTokens).where(lt(issued_at, before)).orderBy(asc(issued_at)).limit(REMOVED_AT_ONCE);
  await removeAll(FEW_BATCHES, () => db.delete(refreshTokens).where(inArray(hash, oldest)).returning({ hash }));
};

/** Removes sessions that have expired, the oldest first; one that still has tokens waits for these to be removed. */
const removeSessions = async (db: Db, now: string): Promise<void> => {
  const { id, expires_at } = sessions;
  const itsTokens = db.select({ one: sql`1` }).from(refreshTokens).where(sql`${refreshTokens.session_id} = ${id}`);
  const oldest = db
    .select({ id })
    .from(sessions)
    .where(sql`${lt(expires_at, now)} and ${notExists(itsTokens)}`)
    .orderBy(asc(expires_at))
    .limit(REMOVED_AT_ONCE);
  await removeAll(FEW_BATCHES, () => db.delete(sessions).where(inArray(id, oldest)).returning({ id }));
};

const iso = (ms: number): string => new Date(ms).toISOString();

/** How long refusals are kept, in milliseconds. */
const REFUSALS_KEPT_MS = 30 * 86_400_000;

/** Removes refusals of hours before this moment (ISO 8601), the oldest first. */
const removeRefusals = async (db: Db, before: string): Promise<void> => {
  const { id, hour } = refusals;
  const oldest = db.select({ id }).from(refusals).where(lt(hour, before)).orderBy(asc(hour)).limit(REMOVED_AT_ONCE);
  await removeAll(FEW_BATCHES, () => db.delete(refusals).where(inArray(id, oldest)).returning({ id }));
};

/** Moves entries of the audit log that are too old to where they are archived, if there is a place for them. */
const archive = async ({ archive: store, auditKeptMs, primary, sealer, clock }: Deps): Promise<void> => {
  if (store === null) return;
  const [before, now] = [iso(clock() - auditKeptMs), iso(clock())];
  await archiveAuditLog(primary(), sealer, store, { before, now, batches: FEW_BATCHES });
};

/**
 * Which jobs have work, by name: 0 for one that has none. One question reads fewer rows than all of them asking by
 * themselves; without an answer each does that.
 */
const workOf = async ({ primary, clock }: Deps): Promise<Readonly<Record<string, number>>> => {
  const now = clock();
  const older = (column: SQLiteColumn, ms: number) => sql`exists (select 1 from ${column.table} where ${lt(column, iso(ms))})`;
  try {
    const [work] = await primary().all<Record<string, number>>(sql`select
      ${older(idempotencyKeys.at, now - KEPT_MS)} as remove_writes,
      ${older(refusals.hour, now - REFUSALS_KEPT_MS)} as remove_refusals,
      ${older(refreshTokens.issued_at, now - SESSION_MS)} or ${older(sessions.expires_at, now)} as remove_sessions,
      ${older(mails.created_at, now - MAIL_KEPT_MS)} or ${older(emailTokens.expires_at, now)} as remove_mail,
      ${anyAppointmentSoon(iso(now))} as remind,
      ${older(mails.next_attempt_at, now + 1)} as send_mail`);
    return work ?? {};
  } catch {
    return {};
  }
};

/** Notes the epoch when the database names another one, and ends what must not go on from a backup; looks once per isolate. */
const noteEpoch = async ({ primary, epoch, epochSeen, anchorOf, numbers, clock, newId, sealer }: Deps): Promise<void> => {
  if (epochSeen.isNoted) return;
  const earlier = await lastEpochOf(primary());
  if (earlier !== epoch) {
    const anchored = earlier === null ? null : await anchorOf(earlier).head();
    await beginEpoch(primary(), { epoch, earlier, anchored, given: await numbers.given(), now: iso(clock()), requestId: newId(), sealer });
  }
  epochSeen.isNoted = true;
};

/** What is logged of an error: its name or code, since messages of the database carry bound values. */
const reasonOf = (error: unknown): object => {
  const failure = failureIn(error);
  return failure ? { error: failure.code, ...failure.details } : { error: error instanceof Error ? error.name : typeof error };
};

/** What the jobs have left undone; nothing when the database cannot tell, which their own failures say. */
const alarmsOf = async ({ primary, clock, ...anchors }: Deps) => {
  try {
    return await readAlarms(primary(), anchors, clock());
  } catch {
    return [];
  }
};

/** One line of the log for each alarm, with a fixed name to look for. */
const raise = (alarm: { readonly alarm: string } & Readonly<Record<string, unknown>>): void => console.error(JSON.stringify(alarm));

/**
 * The work of the Cron trigger, every minute: notes a new epoch (without that nothing else is done), tells gates what they
 * have not heard, seals the audit log, forgets old answers, sessions and mail, reminds of appointments, sends mail, and says what is left undone.
 * Without parts (a secret is missing, which the start has logged) there is none.
 * @throws Error that names the jobs that failed, after all have ended; each has logged why
 */
export const runJobs = async (deps: Deps | null): Promise<void> => {
  if (!deps) return;
  const { primary, sealer, anchor, gate, clock } = deps;
  const jobs: Readonly<Record<string, () => Promise<void>>> = {
    deliver_revocations: async () => deliverRevocations(primary(), gate, clock()),
    seal_audit_log: async () =>
      sealAuditLog(primary(), { sealer, anchor }, clock(), SEALING_BATCHES, ({ standing, ...flagged }) =>
        raise({ alarm: `audit_entry_${standing}`, ...flagged }),
      ),
    raise_numbers: async () => {
      const given = await newestNumbers(primary());
      if (given.length > 0) await deps.numbers.raise(given);
    },
    remove_writes: async () => removeWrites(primary(), iso(clock() - KEPT_MS)),
    archive_audit_log: async () => archive(deps),
    remove_refusals: async () => removeRefusals(primary(), iso(clock() - REFUSALS_KEPT_MS)),
    remove_sessions: async () => {
      await removeTokens(primary(), iso(clock() - SESSION_MS));
      await removeSessions(primary(), iso(clock()));
    },
    remove_mail: async () => removeOldMail(primary(), clock()),
    remind: async () => remind(primary(), iso(clock())),
    // The last one: it waits for others.
    send_mail: async () => sendMail(deps),
  };
  const failed: string[] = [];
  const tried = async (job: string, run: () => Promise<void>): Promise<void> =>
    run().catch((error: unknown) => {
      failed.push(job);
      raise({ alarm: "job_failed", job, ...reasonOf(error) });
    });
  await tried("note_epoch", () => noteEpoch(deps));
  const work = await workOf(deps);
  // Mail and revocations of a backup must not leave before its epoch is noted.
  if (failed.length === 0) for (const [job, run] of Object.entries(jobs)) if (work[job] !== 0) await tried(job, run);
  // Work that is left undone is seen also when the jobs do not fail, or have not run for some time.
  for (const { name, since, advice } of await alarmsOf(deps))
    raise({ alarm: name, ...(since === null ? {} : { since }), ...(advice && { advice }) });
  if (failed.length > 0) throw new Error(`failed: ${failed.join(", ")}`);
};
