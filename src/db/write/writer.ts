import { and, eq, lte, ne, or, type SQL, sql } from "drizzle-orm";
import type { Sealer } from "../../core/ports.ts";
import type { Db, Statement } from "../client.ts";
import { idempotencyKeys } from "../schema/idempotency.ts";
import { insertFrom } from "./insert-from.ts";

/** The role in the audit log of whoever runs a script: no account, but somebody who has the database itself. */
export const OPERATOR = "operator";

/** Who writes, when (ISO 8601), in which request and from which network address, and on what conditions. */
export interface Writer {
  readonly requestId: string;
  readonly userId: number | null;
  /** The session of the token it came with; the write fails with `unauthenticated` when that has ended. */
  readonly sessionId?: number | null;
  readonly role: string;
  /** The customer who writes, if the writer is one. */
  readonly customerId?: number | null;
  readonly address: string | null;
  /** The network of that address, as limits count it. */
  readonly network: string;
  readonly at: string;
  /** Makes the codes of audit entries; null for whoever has no key, such as a script. */
  readonly sealer: Sealer | null;
  /** Goes on with work after the answer; null when nothing will. It must not reject. */
  readonly defer: ((work: Promise<unknown>) => void) | null;
  /** The key under which the answer is kept; the same key again gets the same answer. */
  readonly idempotency: IdempotencyKey;
  readonly conditions: WriteConditions;
  /** Called when the answer is that of an earlier request with the same key. */
  readonly onReplay: () => void;
}

/** What the client says that the target must be; null where anything will do. */
export interface WriteConditions {
  /** Versions of the target that the client knows. */
  readonly ifMatch: readonly number[] | null;
  /** Versions that it must not have; `any`: it must not be there. */
  readonly excluded: readonly number[] | "any" | null;
  /** It must have changed before this time. */
  readonly unmodifiedBefore: string | null;
}

/** No conditions: of writes that no client asked for. */
export const UNCONDITIONAL: WriteConditions = { ifMatch: null, excluded: null, unmodifiedBefore: null };

/** A key in its scope, with fingerprints of the request: the first is kept, any of them tells it again. */
export interface IdempotencyKey {
  readonly scope: string;
  readonly key: string;
  readonly fingerprints: readonly [string, ...string[]];
  /** An answer from this time or before is not given again: the request is carried out anew. */
  readonly freeUntil?: string;
}

/**
 * Frees a key that is kept only for a while, when that is over or its answer does not hold any more. What this very
 * request has kept stays: its batch may be sent again.
 */
const freeing = (db: Db, { requestId, idempotency: { scope, key } }: Writer, freeUntil: string, undone: SQL = sql`false`): Statement =>
  db
    .delete(idempotencyKeys)
    .where(
      and(
        eq(idempotencyKeys.scope, scope),
        eq(idempotencyKeys.key, key),
        ne(idempotencyKeys.request_id, requestId),
        or(lte(idempotencyKeys.at, freeUntil), undone),
      ),
    );

const opening = ({ requestId, userId, sessionId, role, address, at, idempotency }: Writer): Statement =>
  insertFrom(idempotencyKeys, {
    scope: idempotency.scope,
    key: idempotency.key,
    fingerprint: idempotency.fingerprints[0],
    request_id: requestId,
    user_id: userId,
    session_id: sessionId ?? null,
    role,
    address,
    at,
    open: 1,
  });

/**
 * The statements that a batch begins with: the last one inserts the writer's row, whose key is unique.
 * @param undone tells of a kept answer whether what it says has been undone since
 */
export const beginning = (db: Db, writer: Writer, undone?: SQL): [Statement, ...Statement[]] => {
  const { freeUntil } = writer.idempotency;
  const row = opening(writer);
  return freeUntil === undefined ? [row] : [freeing(db, writer, freeUntil, undone), row];
};
