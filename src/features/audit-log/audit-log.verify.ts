import { and, eq, gte, lte, sql } from "drizzle-orm";
import type { Seal, Sealer } from "../../core/ports.ts";
import type { Db } from "../../db/client.ts";
import { jsonObject } from "../../db/json.ts";
import { auditLog, auditSeals, type Standing } from "../../db/schema/audit.ts";
import type { Services } from "../../http/app-env.ts";
import { type ChainEnd, chainEnd, checkPart, type Link } from "./audit-log.chain.ts";
import { archivedEnd, ENTRY_COLUMNS, endOf, idsWithin, withErasures } from "./audit-log.rows.ts";
import type { Verification, VerifyQuery } from "./audit-log.schemas.ts";

const sealedTo = sql<number>`(select coalesce(max(${auditSeals.id}), 0) from ${auditSeals})`;
const sealAt = (id: number) => sql<string | null>`(select ${auditSeals.seal} from ${auditSeals} where ${auditSeals.id} = ${id})`;
const UNSEALED = { seal: null, digest: null, salt: null, standing: null };

/**
 * Reads a segment of the chain in one snapshot: its rows up to the last known seal, so many and so large as one page may be,
 * the row after them, and both ends.
 */
const readPart = async (db: Db, sealer: Sealer, from: number, limit: number, anchored: Seal | null) => {
  const end = sql`max(${sealedTo}, ${anchored?.id ?? 0})`;
  const lastRow = (condition = sql`true`) => sql<number>`(select coalesce(max(${auditLog.id}), 0) from ${auditLog} where ${condition})`;
  const ends = jsonObject({
    here: sealAt(anchored?.id ?? 0),
    sealedTo,
    last: lastRow(),
    lastToCheck: lastRow(lte(auditLog.id, end)),
  });
  const { seal, digest, salt, standing } = auditSeals;
  const [found, [before], [at]] = await db.batch([
    db
      .select({ entry: ENTRY_COLUMNS, sealed: { seal, digest, salt, standing } })
      .from(idsWithin(sql`${and(gte(auditLog.id, from), lte(auditLog.id, end))}`, limit + 1))
      .innerJoin(auditLog, sql`${auditLog.id} = n.id`)
      .leftJoin(auditSeals, eq(auditSeals.id, auditLog.id)),
    db
      .select()
      .from(auditSeals)
      .where(eq(auditSeals.id, from - 1)),
    db.select({ ends }).from(sql`(select 1)`),
  ]);
  if (!at) throw new Error("no ends");
  const all = await withErasures(
    db,
    sealer,
    found.map(({ entry, sealed }) => ({ ...entry, ...(sealed ?? UNSEALED) })).sort((one, other) => one.id - other.id),
  );
  // Where more follow, the last row that was read is only looked at.
  const isWhole = (all.at(-1)?.id ?? 0) >= at.ends.lastToCheck && all.length <= limit;
  const [links, next] = isWhole ? [all, undefined] : [all.slice(0, -1), all.at(-1)];
  return { links, next, before: before ? endOf(before) : null, ...at.ends };
};

/** How many entries are not as the Worker wrote them, or nobody knows; and the first that was changed or is of somebody else. */
const flaggedIn = (links: readonly Link[]) => {
  const count = (wanted: Standing): number => links.filter(({ standing }) => standing === wanted).length;
  const first = links.find(({ standing }) => standing === "changed" || standing === "foreign");
  return {
    changed: count("changed"),
    foreign: count("foreign"),
    operator: count("operator"),
    unwitnessed: count("unwitnessed"),
    first_id: first?.id ?? null,
  };
};

/** Where the chain begins in the database: at its first entry, or after what is archived. */
const startOf = async (db: Db, sealer: Sealer): Promise<{ readonly start: number; readonly archived: ChainEnd | null }> => {
  const archived = await archivedEnd(db, sealer);
  return { start: (archived?.id ?? 0) + 1, archived: archived?.end ?? null };
};

/**
 * Recomputes the seals of one page of the audit log, and compares the end of the chain with the anchor. Throws
 * `unavailable` if the anchor does not answer.
 */
export const verifyAudit = async (db: Db, { sealer, anchor }: Services, query: VerifyQuery): Promise<Verification> => {
  // The anchor is read first: the database may be ahead of it, never behind.
  const anchored = await anchor.head();
  const { start, archived } = await startOf(db, sealer);
  const from = Math.max(start, query.from_id ?? start);
  const { links, next, before, here, sealedTo: sealed, last } = await readPart(db, sealer, from, query.limit ?? 1_000, anchored);
  const previous = from === start ? archived : before;
  const { checked, broken } = checkPart(sealer, { start, from, previous, links, next, sealedTo: sealed, anchored });
  const to = links.at(-1)?.id ?? null;
  const holds = anchored === null || here === anchored.seal;
  const flagged = flaggedIn(links);
  return {
    ok: broken === null && holds && flagged.first_id === null,
    checked,
    from_id: from,
    to_id: to,
    next_from_id: next && to !== null ? to + 1 : null,
    first_broken: broken,
    flagged,
    archived_to_id: start === 1 ? null : start - 1,
    unsealed: Math.max(0, last - chainEnd(sealed, anchored)),
    head: { id: anchored?.id ?? null, sealed: holds },
  };
};
