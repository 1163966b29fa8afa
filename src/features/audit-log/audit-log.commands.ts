import { asc, desc, eq, gt, sql } from "drizzle-orm";
import { Failure } from "../../core/errors.ts";
import type { Anchor, Sealer } from "../../core/ports.ts";
import { type Db, sendBatch } from "../../db/client.ts";
import { toFailure } from "../../db/failures.ts";
import { eachOf } from "../../db/json.ts";
import { auditLog, auditSeals } from "../../db/schema/audit.ts";
import { assertAll, requires } from "../../db/write/commit.ts";
import { insertFrom } from "../../db/write/insert-from.ts";
import { sealRows } from "./audit-log.chain.ts";

/** The number of rows that one batch seals. */
export const SEALED_AT_ONCE = 500;

const sealedTo = sql<number>`(select coalesce(max(${auditSeals.id}), 0) from ${auditSeals})`;
const lastSeal = (db: Db) => db.select().from(auditSeals).orderBy(desc(auditSeals.id)).limit(1);

/**
 * Seals the next rows and returns their number. It is 0 if another run sealed them first: the batch requires that the
 * last seal is still the same, so that the chain never forks.
 */
const sealNext = async (db: Db, sealer: Sealer): Promise<number> => {
  const [[last], rows] = await db.batch([
    lastSeal(db),
    db.select().from(auditLog).where(gt(auditLog.id, sealedTo)).orderBy(asc(auditLog.id)).limit(SEALED_AT_ONCE),
  ]);
  if (rows.length === 0) return 0;
  const seals = sealRows(sealer, last?.seal ?? "", rows);
  const batch = [
    assertAll([requires("conflict", sql`${sealedTo} = ${last?.id ?? 0}`, { rule: "audit_seals_follow" })]),
    insertFrom(auditSeals, { id: sql`value ->> 'id'`, seal: sql`value ->> 'seal'` }, sql`from ${eachOf(seals)}`),
  ];
  return sendBatch(db, batch, { repeatable: false }).then(
    () => rows.length,
    (error: unknown) => {
      const failure = toFailure(error);
      if (failure instanceof Failure) return 0;
      throw failure;
    },
  );
};

/**
 * Stores the last seal in the anchor, if the database still has the seal that the anchor knows. Otherwise the anchor stays
 * as it is, as evidence, and this throws `append_only`. Throws `unavailable` if the anchor does not answer.
 */
const moveAnchor = async (db: Db, anchor: Anchor): Promise<void> => {
  // The anchor is read first: the database may be ahead of it, never behind.
  const known = await anchor.head();
  const [[last], [here]] = await db.batch([
    lastSeal(db),
    db
      .select()
      .from(auditSeals)
      .where(eq(auditSeals.id, known?.id ?? 0)),
  ]);
  if (here?.seal !== known?.seal) throw new Failure("append_only", { anchored_id: known?.id ?? 0 });
  if (last && last.id > (known?.id ?? 0)) await anchor.advance(known, last);
};

/**
 * Seals rows of the audit log that have no seal yet, in at most `batches` batches, then moves the anchor. The next run
 * continues where this one stopped. Throws what `moveAnchor` throws; the new seals stay.
 */
export const sealAuditLog = async (db: Db, sealer: Sealer, anchor: Anchor, batches: number): Promise<void> => {
  let full = true;
  for (let batch = 0; full && batch < batches; batch++) full = (await sealNext(db, sealer)) === SEALED_AT_ONCE;
  await moveAnchor(db, anchor);
};
