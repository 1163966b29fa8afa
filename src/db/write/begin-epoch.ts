import { desc, isNull, ne, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { entryMac } from "../../core/audit-marks.ts";
import { Failure } from "../../core/errors.ts";
import type { GivenNumber, Seal, Sealer } from "../../core/ports.ts";
import { type Db, type Statement, sendBatch } from "../client.ts";
import { render } from "../dialect.ts";
import { toFailure } from "../failures.ts";
import { auditLog } from "../schema/audit.ts";
import { epochs } from "../schema/epochs.ts";
import { lostNumbers } from "../schema/lost-numbers.ts";
import { emailTokens, mails } from "../schema/mails.ts";
import { secondFactors } from "../schema/second-factors.ts";
import { revocations, sessions } from "../schema/sessions.ts";
import { shareLinks } from "../schema/share-links.ts";
import { entriesOf, witness } from "./audited.ts";
import { assertAll, requires } from "./commit.ts";
import { loseNumbers } from "./document-numbers.ts";
import { skipIds } from "./ids-after-restore.ts";
import { insertFrom } from "./insert-from.ts";

/** How long a code by time is good, in seconds. */
const STEP_SECONDS = 30;

const present = sql<string | null>`(select ${epochs.epoch} from ${epochs} order by ${epochs.id} desc limit 1)`;

/** The epoch under which this database was used last. */
export const lastEpochOf = async (db: Db): Promise<string | null> =>
  (await db.select({ epoch: epochs.epoch }).from(epochs).orderBy(desc(epochs.id)).limit(1).get())?.epoch ?? null;

/** What a new epoch begins with. */
export interface NewEpoch {
  readonly epoch: string;
  /** The epoch that the database names, and the seal that the anchor of that epoch knows. */
  readonly earlier: string | null;
  readonly anchored: Seal | null;
  /** The numbers of documents that were given, as far as they are remembered outside of the database. */
  readonly given: readonly GivenNumber[];
  /** ISO 8601. */
  readonly now: string;
  readonly requestId: string;
  readonly sealer: Sealer;
}

/** The entry of the audit log: how far the log reached outside of the database, and how far it does here. */
const entryOf = ({ epoch, earlier, anchored, now, requestId, sealer }: NewEpoch): Statement => {
  const said = { at: now, role: "system", action: "database.restored", entity: "database", request_id: requestId };
  return insertFrom(auditLog, {
    ...said,
    mac: entryMac(sealer, { ...said, user_id: null, entity_id: null }),
    before: JSON.stringify({ epoch: earlier, anchored_id: anchored?.id ?? null, anchored_seal: anchored?.seal ?? null }),
    after: sql`json_object('epoch', ${epoch}, 'last_id', (select coalesce(max(${auditLog.id}), 0) from ${auditLog}),
      'lost_numbers', json((select json_group_array(json_object('kind', kind, 'year', year, 'first', first, 'last', last))
        from ${lostNumbers} where at = ${now})))`,
  });
};

/**
 * Ends what the database of a backup takes for going on: sessions of other epochs, revocations that no gate of this epoch needs,
 * links, mailed tokens that may have been used since, mail that may have left since; and notes the epoch, once. What two runs begin at the
 * same time only one carries out. Throws `conflict` when the epoch was there before.
 */
export const beginEpoch = async (db: Db, begun: NewEpoch): Promise<void> => {
  const { epoch, earlier, now } = begun;
  // What came since the first login of this epoch is not from the backup.
  const isEarlier = (at: SQLiteColumn) =>
    sql`${at} < coalesce((select min(${sessions.created_at}) from ${sessions} where ${sessions.epoch} = ${epoch}), '9')`;
  const step = Math.floor(Date.parse(now) / 1_000 / STEP_SECONDS) + 1;
  const batch: readonly Statement[] = [
    assertAll([requires("conflict", sql`${present} is ${earlier}`, { rule: "epochs_follow" })]),
    insertFrom(epochs, { epoch, began_at: now }),
    db
      .update(sessions)
      .set({ ended_at: now, end_reason: "voided" })
      .where(sql`${isNull(sessions.ended_at)} and ${ne(sessions.epoch, epoch)}`),
    db.delete(revocations),
    db
      .update(emailTokens)
      .set({ used_at: now })
      .where(sql`${isNull(emailTokens.used_at)} and ${isEarlier(emailTokens.created_at)}`),
    db
      .update(mails)
      .set({ state: "suppressed", next_attempt_at: null, failure: "restored" })
      .where(sql`${mails.state} = 'queued' and ${isEarlier(mails.created_at)}`),
    // Whichever were revoked since the backup go on in it.
    db.update(shareLinks).set({ revoked_at: now }).where(isNull(shareLinks.revoked_at)),
    // A code that was taken since the backup is not taken again.
    db.update(secondFactors).set({ last_step: sql`max(${secondFactors.last_step}, ${step})` }),
    ...skipIds,
    { toSQL: () => render("", [loseNumbers(begun.given, now)]) },
    entryOf(begun),
  ];
  await sendBatch(db, batch, { repeatable: false }).catch((error: unknown) => {
    const failure = toFailure(error);
    const isDone = failure instanceof Failure && failure.details.rule === "epochs_follow";
    if (!isDone) throw failure;
  });
  const works: Promise<unknown>[] = [];
  witness(db, { ...begun, defer: (work) => works.push(work) }, await entriesOf(db, { at: now, requestId: begun.requestId }));
  await Promise.all(works);
};
