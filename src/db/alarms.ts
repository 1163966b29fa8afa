import { sql } from "drizzle-orm";
import type { Anchor, NumberAnchor } from "../core/ports.ts";
import type { Db } from "./client.ts";
import { auditLog, auditSeals } from "./schema/audit.ts";
import { idempotencyKeys } from "./schema/idempotency.ts";
import { mails } from "./schema/mails.ts";
import { sessions } from "./schema/sessions.ts";
import { seriesBehind } from "./write/document-numbers.ts";

/** How long the answer of a write is kept for a repeated Idempotency-Key, in milliseconds. */
export const KEPT_MS = 24 * 3_600_000;
/** How long the work of a job, which runs every minute, may be left before it is an alarm, in milliseconds. */
const LATE_MS = 600_000;

export const ALARMS = [
  "audit_tail_unsealed",
  "audit_anchor_differs",
  "audit_entries_flagged",
  "writes_not_removed",
  "sessions_not_removed",
  "mail_stuck",
  "invoice_numbers_behind",
] as const;

/** Work that a job has left undone, and the time (ISO 8601) of the oldest of it; null where it has no time. */
export interface Alarm {
  readonly name: (typeof ALARMS)[number];
  readonly since: string | null;
  /** What the operator can do, where only they can. */
  readonly advice?: string;
}

/** The series go on after the numbers that were given once the epoch is another one. */
export const RESTORED =
  "The database was set back in time, and no invoice is posted. Follow Backup and restore in the README: give DATABASE_EPOCH a value that it never had, and deploy.";

const last = sql`(select max(${auditSeals.id}) from ${auditSeals})`;

/** Among how many mails that wait the oldest is looked for, from the one that is due first. */
const WAITING = 100;

/** The time of the oldest of each kind of work, or null when there is none. */
const oldest = {
  audit_tail_unsealed: sql`(select ${auditLog.at} from ${auditLog} where ${auditLog.id} > coalesce(${last}, 0) order by ${auditLog.id} limit 1)`,
  writes_not_removed: sql`(select min(${idempotencyKeys.at}) from ${idempotencyKeys})`,
  // A session is removed after its tokens, so that it tells of both.
  sessions_not_removed: sql`(select min(${sessions.expires_at}) from ${sessions})`,
  // When it was first due: attempts that fail put off the next one.
  mail_stuck: sql`(select min(created_at) from (select created_at from ${mails} where next_attempt_at is not null
    order by next_attempt_at limit ${sql.raw(String(WAITING))}))`,
};

interface Oldest extends Record<string, unknown> {
  readonly unsealed: string | null;
  readonly write: string | null;
  readonly session: string | null;
  readonly mail: string | null;
  readonly seal: string | null;
  readonly flagged: number;
  readonly behind: number;
}

/** What is remembered outside of the database. */
interface Anchors {
  readonly anchor: Anchor;
  readonly numbers: NumberAnchor;
}

/** What the jobs have left undone for ten minutes, and whether the database still has what is remembered outside of it. */
export const readAlarms = async (db: Db, { anchor, numbers }: Anchors, nowMs: number): Promise<Alarm[]> => {
  const [head, given] = await Promise.all([anchor.head().catch(() => null), numbers.given().catch(() => [])]);
  const [found] = await db.all<Oldest>(sql`select ${oldest.audit_tail_unsealed} as unsealed, ${oldest.writes_not_removed} as write,
    ${oldest.sessions_not_removed} as session, ${oldest.mail_stuck} as mail,
    (select ${auditSeals.seal} from ${auditSeals} where ${auditSeals.id} = ${head?.id ?? 0}) as seal,
    exists (select 1 from ${auditSeals} where ${auditSeals.standing} in ('changed', 'foreign')) as flagged,
    exists (select 1 from ${seriesBehind(given)}) as behind`);
  const isLate = (at: string | null | undefined, keptMs: number): at is string =>
    typeof at === "string" && Date.parse(at) < nowMs - keptMs - LATE_MS;
  const alarm = (name: Alarm["name"], at: string | null | undefined, keptMs: number): Alarm[] =>
    isLate(at, keptMs) ? [{ name, since: at }] : [];
  const differs: Alarm[] = head && found?.seal !== head.seal ? [{ name: "audit_anchor_differs", since: null }] : [];
  const flagged: Alarm[] = found?.flagged ? [{ name: "audit_entries_flagged", since: null }] : [];
  return [
    ...alarm("audit_tail_unsealed", found?.unsealed, 0),
    ...differs,
    ...flagged,
    ...alarm("writes_not_removed", found?.write, KEPT_MS),
    ...alarm("sessions_not_removed", found?.session, 0),
    ...alarm("mail_stuck", found?.mail, 0),
    ...(found?.behind ? [{ name: "invoice_numbers_behind", since: null, advice: RESTORED } as const] : []),
  ];
};
