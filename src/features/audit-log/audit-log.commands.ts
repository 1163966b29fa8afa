import { asc, eq, gt, lte, sql } from "drizzle-orm";
import { Failure } from "../../core/errors.ts";
import type { Anchor, Sealer } from "../../core/ports.ts";
import { type Db, sendBatch } from "../../db/client.ts";
import { toFailure } from "../../db/failures.ts";
import { eachOf } from "../../db/json.ts";
import { auditLog, auditSeals, auditWitnesses, type Standing } from "../../db/schema/audit.ts";
import { assertAll, requires } from "../../db/write/commit.ts";
import { insertFrom } from "../../db/write/insert-from.ts";
import { type MadeSeal, sealRows, type Unsealed, type Witness } from "./audit-log.chain.ts";
import { ENTRY_COLUMNS, endOf, idsWithin, lastSeal, withErasures } from "./audit-log.rows.ts";

/** The number of rows that one batch seals at most. */
export const SEALED_AT_ONCE = 500;
/** How long an entry of the Worker waits for its witness, in milliseconds. */
export const WITNESS_MS = 60_000;

const sealedTo = sql<number>`(select coalesce(max(${auditSeals.id}), 0) from ${auditSeals})`;

/** Nothing where there was no row of a witness. */
const witnessOf = (found: { readonly [K in keyof Witness]: Witness[K] | null } | null): Witness | null =>
  found?.digest && found.mac ? { salt: found.salt, digest: found.digest, mac: found.mac } : null;

/** The next entries without a seal, with what the Worker said of them. */
const readUnsealed = async (db: Db, sealer: Sealer) => {
  const { salt, digest } = auditWitnesses;
  // A batch gives rows as objects: two columns of one name would be one. Drizzle takes a witness for missing whose first column is null.
  const mac = sql<string | null>`${auditWitnesses.mac}`.as("witness_mac");
  const [[last], found] = await db.batch([
    lastSeal(db),
    db
      .select({ entry: ENTRY_COLUMNS, witness: { digest, salt, mac } })
      .from(idsWithin(gt(auditLog.id, sealedTo), SEALED_AT_ONCE))
      .innerJoin(auditLog, sql`${auditLog.id} = n.id`)
      .leftJoin(auditWitnesses, eq(auditWitnesses.id, auditLog.id))
      .orderBy(asc(auditLog.id)),
  ]);
  const rows = await withErasures(
    db,
    sealer,
    found.map(({ entry, witness }) => ({ ...entry, witness: witnessOf(witness) })),
  );
  return { last, rows };
};

/** The entries before the first whose witness may still come. */
const ready = (rows: readonly Unsealed[], nowMs: number): readonly Unsealed[] => {
  const waits = rows.findIndex(({ mac, witness, at }) => mac !== null && !witness && Math.abs(nowMs - Date.parse(at)) < WITNESS_MS);
  return waits < 0 ? rows : rows.slice(0, waits);
};

/** Entries that were sealed though they are not as the Worker wrote them: how many, and the id of the first. */
export interface Flagged {
  readonly standing: Standing;
  readonly count: number;
  readonly id: number;
}

const flaggedIn = (seals: readonly MadeSeal[]): Flagged[] =>
  (["changed", "foreign"] as const).flatMap((standing) => {
    const [first, ...others] = seals.filter((seal) => seal.standing === standing);
    return first ? [{ standing, count: others.length + 1, id: first.id }] : [];
  });

/**
 * Seals the next rows, and returns the seals. There are none if another run sealed them first: the batch requires that the
 * last seal is still the same, so that the chain never forks.
 */
const sealNext = async (db: Db, sealer: Sealer, nowMs: number): Promise<readonly MadeSeal[]> => {
  const { last, rows } = await readUnsealed(db, sealer);
  const seals = sealRows(sealer, endOf(last), ready(rows, nowMs));
  if (seals.length === 0) return [];
  const value = (name: keyof MadeSeal) => sql.raw(`value ->> '${name}'`);
  const row = { id: value("id"), seal: value("seal"), digest: value("digest"), salt: value("salt"), standing: value("standing") };
  const batch = [
    assertAll([requires("conflict", sql`${sealedTo} = ${last?.id ?? 0}`, { rule: "audit_seals_follow" })]),
    insertFrom(auditSeals, row, sql`from ${eachOf(seals)}`),
    db.delete(auditWitnesses).where(lte(auditWitnesses.id, seals.at(-1)?.id ?? 0)),
  ];
  return sendBatch(db, batch, { repeatable: false }).then(
    () => seals,
    (error: unknown) => {
      const failure = toFailure(error);
      if (failure instanceof Failure) return [];
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
  if (last && last.id > (known?.id ?? 0)) await anchor.advance(known, { id: last.id, seal: last.seal });
};

/**
 * Seals rows of the audit log that have no seal yet, in at most `batches` batches, then moves the anchor. The next run
 * continues where this one stopped. Throws what `moveAnchor` throws; the new seals stay.
 * @param nowMs milliseconds since 1970
 * @param report called for the entries of a batch that are not as the Worker wrote them
 */
export const sealAuditLog = async (
  db: Db,
  { sealer, anchor }: { readonly sealer: Sealer; readonly anchor: Anchor },
  nowMs: number,
  batches: number,
  report: (flagged: Flagged) => void,
): Promise<void> => {
  for (let batch = 0; batch < batches; batch++) {
    const seals = await sealNext(db, sealer, nowMs);
    if (seals.length === 0) break;
    for (const flagged of flaggedIn(seals)) report(flagged);
  }
  await moveAnchor(db, anchor);
};
