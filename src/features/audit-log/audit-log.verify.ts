import { and, asc, eq, getTableColumns, gte, lte, sql } from "drizzle-orm";
import type { Seal } from "../../core/ports.ts";
import type { Db } from "../../db/client.ts";
import { jsonObject } from "../../db/json.ts";
import { auditLog, auditSeals } from "../../db/schema/audit.ts";
import type { Services } from "../../http/app-env.ts";
import { chainEnd, checkPart } from "./audit-log.chain.ts";
import type { Verification, VerifyQuery } from "./audit-log.schemas.ts";

const sealedTo = sql<number>`(select coalesce(max(${auditSeals.id}), 0) from ${auditSeals})`;
const sealAt = (id: number) => sql<string | null>`(select ${auditSeals.seal} from ${auditSeals} where ${auditSeals.id} = ${id})`;

/** Reads a segment of the chain in one snapshot: its rows up to the last known seal, one row more than `limit`, and both ends. */
const readPart = async (db: Db, from: number, limit: number, anchored: Seal | null) => {
  const end = sql`max(${sealedTo}, ${anchored?.id ?? 0})`;
  const ends = jsonObject({
    previous: sealAt(from - 1),
    here: sealAt(anchored?.id ?? 0),
    sealedTo,
    last: sql<number>`(select coalesce(max(${auditLog.id}), 0) from ${auditLog})`,
  });
  const [links, [found]] = await db.batch([
    db
      .select({ ...getTableColumns(auditLog), seal: auditSeals.seal })
      .from(auditLog)
      .leftJoin(auditSeals, eq(auditSeals.id, auditLog.id))
      .where(and(gte(auditLog.id, from), lte(auditLog.id, end)))
      .orderBy(asc(auditLog.id))
      .limit(limit + 1),
    db.select({ ends }).from(sql`(select 1)`),
  ]);
  if (!found) throw new Error("no ends");
  return { links: links.slice(0, limit), next: links[limit], ...found.ends };
};

/**
 * Recomputes the seals of one page of the audit log, and compares the end of the chain with the anchor. Throws
 * `unavailable` if the anchor does not answer.
 */
export const verifyAudit = async (db: Db, { sealer, anchor }: Services, query: VerifyQuery): Promise<Verification> => {
  const { from_id: from = 1, limit = 1_000 } = query;
  // The anchor is read first: the database may be ahead of it, never behind.
  const anchored = await anchor.head();
  const { links, next, previous, here, sealedTo: sealed, last } = await readPart(db, from, limit, anchored);
  const { checked, broken } = checkPart(sealer, { from, previous, links, next, sealedTo: sealed, anchored });
  const to = links.at(-1)?.id ?? null;
  const holds = anchored === null || here === anchored.seal;
  return {
    ok: broken === null && holds,
    checked,
    from_id: from,
    to_id: to,
    next_from_id: next && to !== null ? to + 1 : null,
    first_broken: broken,
    unsealed: Math.max(0, last - chainEnd(sealed, anchored)),
    head: { id: anchored?.id ?? null, sealed: holds },
  };
};
