import { and, eq, is, SQL, sql } from "drizzle-orm";
import { Failure, type FailureCode } from "../../core/errors.ts";
import type { Details } from "../../core/failure-entry.ts";
import { type Db, type Statement, sendAll } from "../client.ts";
import { render } from "../dialect.ts";
import { isKeptAlready, toFailure } from "../failures.ts";
import { eachOf, parseRow } from "../json.ts";
import type { Entity, Versioned } from "../records/entity.ts";
import { assertions } from "../schema/assertions.ts";
import { idempotencyKeys } from "../schema/idempotency.ts";
import { isMergeable, mergedRecords } from "../schema/merged-records.ts";
import { ALWAYS, type AuditedRows, audited, entriesIn, entriesOf, highestId, witness } from "./audited.ts";
import { insertFrom } from "./insert-from.ts";
import { beginning, type Writer } from "./writer.ts";

/** Rows whose images go into the audit log. */
export type Audited = AuditedRows;

/** The row that the batch inserts last into the entity's table; `when` tells, before the change, whether it does. */
export const created = (entity: Entity, when: SQL = ALWAYS): Audited => ({ entity, verb: "created", where: when, isNew: true });

/** The id of the row that was just inserted; ids are never used twice, so the highest is the newest. */
export const newest = (entity: Entity): SQL<number> => highestId(entity);

export interface Write<T> {
  /**
   * The record that the write is about: it must be there, within `scope`, or the write fails with `not_found`; and have
   * a version that the client named, if it named any, or the write fails with `precondition_failed`.
   */
  readonly target?: { readonly entity: Versioned; readonly id: number | SQL<number>; readonly scope?: SQL };
  /** Conditions without which nothing happens; see `requires`. */
  readonly preconditions?: readonly Precondition[];
  readonly changes: readonly Statement[];
  readonly audit: readonly Audited[];
  /** What comes after the audit rows, which it may look at. */
  readonly afterwards?: readonly Statement[];
  /** The JSON that the answer is made of, read back after the changes; by default an empty object. */
  readonly answer?: SQL<T>;
  /** Tells of the answer in `idempotency_keys` whether what it says has been undone; such an answer is not given again. */
  readonly undone?: SQL;
}

export const NO_ANSWER = sql<never>`'{}'`;

/** A condition without which a batch is undone, with a code and details. */
export interface Precondition {
  readonly code: FailureCode;
  readonly condition: SQL;
  readonly details: SQL;
}

/** Nothing happens, and the write fails with this code, when the condition is not true. */
export const requires = (code: FailureCode, condition: SQL, details: Details | SQL = {}): Precondition => ({
  code,
  condition,
  details: is(details, SQL) ? details : sql`${JSON.stringify(details)}`,
});

/** A statement that undoes the whole batch for the first of the conditions that is not true. */
export const assertAll = ([first, ...others]: readonly [Precondition, ...Precondition[]]): Statement => {
  const all = [first, ...others].map((each, index) => ({ ...each, n: sql.raw(String(index)) }));
  const choose = (parts: SQL[]): SQL => sql`case ${sql.join(parts, sql` `)} end`;
  const failed = choose(all.map(({ condition, n }) => sql`when (${condition}) is not true then ${n}`));
  const code = choose(all.map((each) => sql`when n = ${each.n} then ${each.code}`));
  const detail = choose(all.map(({ details, n }) => sql`when n = ${n} then ${details}`));
  return insertFrom(assertions, { code, detail }, sql`from (select ${failed} as n) where n is not null`);
};

/** What of a record that is gone says which one it was merged into. */
const mergedInto = ({ entity, id }: { readonly entity: Entity; readonly id: number | SQL<number> }): SQL =>
  sql`from ${mergedRecords} where ${mergedRecords.entity} = ${entity.name} and ${mergedRecords.id} = ${id}`;

const requiresNotMerged = (target: { readonly entity: Entity; readonly id: number | SQL<number> }): Precondition[] =>
  isMergeable(target.entity.name)
    ? [
        requires(
          "merged",
          sql`not exists (select 1 ${mergedInto(target)})`,
          sql`(select json_object('entity', entity, 'merged_into', into_id) ${mergedInto(target)})`,
        ),
      ]
    : [];

const targetPreconditions = ({ conditions }: Writer, { target }: Write<unknown>): Precondition[] => {
  if (!target) return [];
  const { entity, id, scope } = target;
  const { version, updated_at } = entity.table;
  const { ifMatch, excluded, unmodifiedBefore } = conditions;
  const isThere = (condition: SQL | undefined): SQL =>
    sql`exists (select 1 from ${entity.table} where ${and(eq(entity.table.id, id), condition)})`;
  const isOneOf = (versions: readonly number[]): SQL => sql`${version} in (select value from ${eachOf(versions)})`;
  const wanted: readonly (readonly [header: string, condition: SQL | null])[] = [
    ["If-Match", ifMatch && isOneOf(ifMatch)],
    ["If-Unmodified-Since", unmodifiedBefore === null ? null : sql`${updated_at} < ${unmodifiedBefore}`],
    ["If-None-Match", excluded && (excluded === "any" ? sql`false` : sql`not ${isOneOf(excluded)}`)],
  ];
  return [
    ...(scope ? [] : requiresNotMerged(target)),
    requires("not_found", isThere(scope)),
    ...wanted.flatMap(([header, condition]) => (condition ? [requires("precondition_failed", isThere(condition), { header })] : [])),
  ];
};

/** Witnesses the entries of a batch whose own answer was lost. Never rejects: what is lost is sealed as not witnessed. */
const witnessLater = (db: Db, writer: Writer): Promise<void> =>
  entriesOf(db, writer).then(
    (entries) => witness(db, writer, entries),
    () => undefined,
  );

/** The answer that is kept under the writer's key. Throws `idempotency_key_reused` when it was another request's. */
const replay = async (db: Db, writer: Writer): Promise<string> => {
  const { idempotency, requestId, onReplay } = writer;
  const matchesKey = and(eq(idempotencyKeys.scope, idempotency.scope), eq(idempotencyKeys.key, idempotency.key));
  const shown = { fingerprint: idempotencyKeys.fingerprint, answer: idempotencyKeys.answer, requestId: idempotencyKeys.request_id };
  const kept = await db.select(shown).from(idempotencyKeys).where(matchesKey).get();
  if (!kept || kept.answer === null) throw new Failure("conflict", { rule: "idempotency_keys_answered" });
  // An answer that told of somebody who was erased since is empty; the request is not carried out anew.
  if (kept.answer === "" || !idempotency.fingerprints.includes(kept.fingerprint)) throw new Failure("idempotency_key_reused");
  // Kept by this very request when the answer of its batch was lost and the batch was sent again.
  if (kept.requestId === requestId) writer.defer?.(witnessLater(db, writer));
  else onReplay();
  return kept.answer;
};

/** The last statement of a batch: keeps the answer and returns its text. */
const closing = (answer: SQL): Statement => ({
  toSQL: () => render("update idempotency_keys set open = null, answer = ", [answer, sql` where open = 1 returning answer`]),
});

/**
 * Carries out a write as one atomic batch in one round trip: the writer's row, what must be true, before-images,
 * changes, audit rows, and the answer read back, which is kept beside the writer. The writer's row comes first, so
 * that a repeated key is answered with what was kept, whatever has changed since. After the answer the audit rows are witnessed.
 * @throws Failure when SQL refuses; then nothing was changed
 */
export const commit = async <T>(db: Db, writer: Writer, write: Write<T>): Promise<T> => {
  const [first, ...others] = [...targetPreconditions(writer, write), ...(write.preconditions ?? [])];
  const batch = [
    ...beginning(db, writer, write.undone),
    ...(first ? [assertAll([first, ...others])] : []),
    ...audited(writer, write.audit, write.changes),
    ...(write.afterwards ?? []),
    closing(write.answer ?? NO_ANSWER),
  ];
  // Repeatable, since the key that it inserts first is unique.
  const results = await sendAll(db, batch, { repeatable: true }).catch((error: unknown) => {
    if (isKeptAlready(error)) return null;
    throw toFailure(error);
  });
  if (results === null) return parseRow<T>(await replay(db, writer));
  witness(db, writer, entriesIn(batch, results));
  return parseRow<T>(answerOf(results.at(-1) ?? []));
};

/** The text that the last statement of a batch returned. */
const answerOf = (rows: readonly unknown[]): string => {
  const [row] = rows;
  if (typeof row !== "object" || row === null || !("answer" in row) || typeof row.answer !== "string")
    throw new Error("a write without its answer");
  return row.answer;
};
