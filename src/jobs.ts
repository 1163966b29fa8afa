import { asc, inArray, lt } from "drizzle-orm";
import { failureIn } from "./core/errors.ts";
import type { Db } from "./db/client.ts";
import { writes } from "./db/schema/record.ts";
import { sealAuditLog } from "./features/audit-log/audit-log.commands.ts";
import type { Deps } from "./http/app-env.ts";

/** How long the answer of a write is kept for a repeated Idempotency-Key, in milliseconds. */
const KEPT_MS = 24 * 3_600_000;
const REMOVED_AT_ONCE = 1_000;

/** How many batches a job makes per run: all jobs together stay below the 50 queries that D1's free plan allows. */
const BATCHES = 8;

/** Removes writes from before this moment (ISO 8601), the oldest first; what is left is for the next run. */
const removeWrites = async (db: Db, before: string): Promise<void> => {
  const oldest = db.select({ id: writes.id }).from(writes).where(lt(writes.at, before)).orderBy(asc(writes.at)).limit(REMOVED_AT_ONCE);
  let full = true;
  for (let batch = 0; full && batch < BATCHES; batch++) {
    const removed = await db.delete(writes).where(inArray(writes.id, oldest)).returning({ id: writes.id });
    full = removed.length === REMOVED_AT_ONCE;
  }
};

/** What is logged of an error: its name or code, since messages of the database carry bound values. */
const reasonOf = (error: unknown): object => {
  const failure = failureIn(error);
  return failure ? { error: failure.code, ...failure.details } : { error: error instanceof Error ? error.name : typeof error };
};

/**
 * The work of the Cron trigger, every minute: seals the audit log, forgets old answers. Without parts (a secret is
 * missing, which the start has logged) there is none.
 * @throws Error that names the jobs that failed, after all have ended; each has logged why
 */
export const runJobs = async (deps: Deps | null): Promise<void> => {
  if (!deps) return;
  const { primary, sealer, anchor, clock } = deps;
  const jobs: Readonly<Record<string, () => Promise<void>>> = {
    seal_audit_log: async () => sealAuditLog(primary(), sealer, anchor, BATCHES),
    remove_writes: async () => removeWrites(primary(), new Date(clock() - KEPT_MS).toISOString()),
  };
  const failed: string[] = [];
  for (const [job, run] of Object.entries(jobs))
    await run().catch((error: unknown) => {
      failed.push(job);
      console.error(JSON.stringify({ job, ...reasonOf(error) }));
    });
  if (failed.length > 0) throw new Error(`failed: ${failed.join(", ")}`);
};
