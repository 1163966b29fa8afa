import { and, eq, type SQL, sql } from "drizzle-orm";
import { type Details, Failure, type FailureCode } from "../core/errors.ts";
import { batchOf, type Db, type Statement } from "./client.ts";
import { toFailure } from "./failures.ts";
import type { Entity } from "./images.ts";
import { parseRow } from "./json.ts";
import { auditDraft, auditLog, refusals, writes } from "./schema/record.ts";

/** Who writes, when (ISO 8601), in which request and from which network address. */
export interface Writer {
  readonly requestId: string;
  readonly userId: number | null;
  readonly role: string;
  readonly address: string | null;
  readonly at: string;
}

/** Rows whose images go into the audit log: those that `where` finds before the change, or the one it inserts. */
export interface Audited {
  readonly entity: Entity;
  /** What happens to the rows, in the past tense: `updated`, `deleted`. */
  readonly verb: string;
  readonly where: SQL;
  readonly isNew?: true;
}

/** The row that the batch inserts last into the entity's table; `when` tells, before the change, whether it does. */
export const created = (entity: Entity, when: SQL = sql`true`): Audited => ({ entity, verb: "created", where: when, isNew: true });

export interface Write<T> {
  /** The record that the write is about: it must be there, within `scope`, or the write fails with `not_found`. */
  readonly target?: { readonly entity: Entity; readonly id: number; readonly scope?: SQL };
  /** Conditions without which nothing happens; see `must`. */
  readonly musts?: readonly Statement[];
  readonly changes: readonly Statement[];
  readonly audit: readonly Audited[];
  /** The JSON that the answer is made of, read back after the changes. */
  readonly answer: SQL<T>;
}

/** A statement that undoes the whole batch with this code when its condition is not true. */
export const must = (db: Db, code: FailureCode, condition: SQL, details: Details | SQL = {}): Statement => {
  const detail = "getSQL" in details ? details : sql`${JSON.stringify(details)}`;
  return db.insert(refusals).select(sql`select ${code}, ${detail} where (${condition}) is not true`);
};

const targetMusts = (db: Db, { target }: Write<unknown>): Statement[] => {
  if (!target) return [];
  const { entity, id, scope } = target;
  return [must(db, "not_found", sql`exists (select 1 from ${entity.table} where ${and(eq(entity.table.id, id), scope)})`)];
};

/** The id of the row that was just inserted; ids are never used twice, so the highest is the newest. */
export const newest = (entity: Entity): SQL<number> => sql<number>`(select max(${entity.table.id}) from ${entity.table})`;

/** Puts aside what the rows are before the change; 0 stands for the id of a row that is yet to come. */
const before = (db: Db, { entity, verb, where, isNew }: Audited): Statement => {
  const id = isNew ? sql`0` : sql`${entity.table.id}`;
  const image = isNew ? sql`null` : entity.image;
  const from = isNew ? sql`(select 1)` : sql`${entity.table}`;
  return db
    .insert(auditDraft)
    .select(sql`select null, ${actionOf(entity, verb)}, ${entity.name}, ${id}, ${image} from ${from} where ${where}`);
};

/** Turns what was put aside into rows of the audit log, beside what the rows are now. */
const after = (db: Db, { entity, verb }: Audited): Statement => {
  const id = sql`coalesce(nullif(d.entity_id, 0), ${newest(entity)})`;
  return db.insert(auditLog).select(
    sql`select null, w.at, w.user_id, w.role, d.action, d.entity, ${id}, d.before,
        (select ${entity.image} from ${entity.table} where ${entity.table.id} = ${id}), w.request_id, w.address
      from ${auditDraft} d, ${writes} w where w.open = 1 and d.action = ${actionOf(entity, verb)} order by d.id`,
  );
};

const actionOf = (entity: Entity, verb: string): string => `${entity.name}.${verb}`;

/**
 * Carries out a write as one atomic batch in one round trip: the writer's row, what must be true, before-images,
 * changes, audit rows, and the answer read back, which is stored beside the writer.
 * @throws Failure when SQL refuses; then nothing was changed
 */
export const commit = async <T>(db: Db, writer: Writer, write: Write<T>): Promise<T> => {
  const { requestId, userId, role, address, at } = writer;
  const opened = { scope: "request", key: requestId, request_id: requestId, user_id: userId, role, address, at, open: 1 };
  const batch = batchOf(
    db.insert(writes).values(opened),
    ...targetMusts(db, write),
    ...(write.musts ?? []),
    ...write.audit.map((audited) => before(db, audited)),
    ...write.changes,
    ...write.audit.map((audited) => after(db, audited)),
    db.delete(auditDraft),
    db
      .update(writes)
      .set({ answer: sql`${write.answer}`, open: null })
      .where(eq(writes.open, 1))
      .returning({ answer: writes.answer }),
  );
  const results: unknown[] = await db.batch(batch).catch((error: unknown) => {
    throw toFailure(error);
  });
  return parseRow<T>(answerOf(results.at(-1)));
};

/** The text that the last statement of a batch returned. */
const answerOf = (rows: unknown): string => {
  const [row] = Array.isArray(rows) ? rows : [];
  if (typeof row?.answer !== "string") throw new Failure("not_found");
  return row.answer;
};
