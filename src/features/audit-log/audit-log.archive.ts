import { and, asc, eq, gt, lt, lte, sql } from "drizzle-orm";
import { type ArchivedSpan, archiveMac } from "../../core/audit-marks.ts";
import { Failure } from "../../core/errors.ts";
import type { ArchiveStore, Sealer } from "../../core/ports.ts";
import { type Db, sendBatch } from "../../db/client.ts";
import { auditArchives, auditLog, auditSeals } from "../../db/schema/audit.ts";
import { assertAll, requires } from "../../db/write/commit.ts";
import { insertFrom } from "../../db/write/insert-from.ts";
import { type Broken, type ChainEnd, checkPart, type Link, START_OF_CHAIN } from "./audit-log.chain.ts";
import { archivedEnd, ENTRY_COLUMNS, idsWithin, withErasures } from "./audit-log.rows.ts";

/** How many entries one archive has at most. */
const ARCHIVED_AT_ONCE = 500;

const lastArchived = sql<number>`(select coalesce(max(${auditArchives.id}), 0) from ${auditArchives})`;
const lastSealed = sql`(select coalesce(max(${auditSeals.id}), 0) from ${auditSeals})`;

/** The first line of an archive: which entries it has, and the end of the chain before them. */
interface Header extends ArchivedSpan {
  readonly previous: ChainEnd;
  readonly mac: string;
}

/** The oldest sealed entries after this id. The newest sealed entry stays, since the chain goes on from it. */
const readOldest = async (db: Db, sealer: Sealer, after: number): Promise<readonly Link[]> => {
  const { seal, digest, salt, standing } = auditSeals;
  const found = await db
    .select({ entry: ENTRY_COLUMNS, sealed: { seal, digest, salt, standing } })
    .from(idsWithin(sql`${and(gt(auditLog.id, after), lt(auditLog.id, lastSealed))}`, ARCHIVED_AT_ONCE))
    .innerJoin(auditLog, sql`${auditLog.id} = n.id`)
    .innerJoin(auditSeals, eq(auditSeals.id, auditLog.id))
    .orderBy(asc(auditLog.id));
  return withErasures(
    db,
    sealer,
    found.map(({ entry, sealed }) => ({ ...entry, ...sealed })),
  );
};

/** Entries about persons leave their images and addresses behind, so that nobody has to be erased from archives. */
const withoutPersons = (link: Link): Link =>
  link.customer_id === null || link.digest === null
    ? link
    : { ...link, before: null, after: null, address: null, salt: null, isErased: true };

const textOf = (header: Header, links: readonly Link[]): string => [header, ...links].map((line) => `${JSON.stringify(line)}\n`).join("");

const nameOf = ({ from_id, id }: ArchivedSpan): string =>
  `audit-log-${String(from_id).padStart(12, "0")}-${String(id).padStart(12, "0")}.ndjson`;

/** What is wrong with entries that follow this end of the chain, or null. */
const brokenIn = (sealer: Sealer, previous: ChainEnd | null, links: readonly Link[], span: ArchivedSpan): Broken | null =>
  checkPart(sealer, {
    start: span.from_id,
    from: span.from_id,
    previous,
    links,
    next: undefined,
    sealedTo: span.id,
    anchored: { id: span.id, seal: span.seal },
  }).broken;

/**
 * Moves the oldest entries into an archive of its own, when they are from before `before` (ISO 8601), and notes where the chain
 * goes on. Returns how many; 0 when there are none. Throws `append_only` when they are not as they were sealed: then they stay.
 */
const archiveNext = async (db: Db, sealer: Sealer, store: ArchiveStore, before: string, now: string): Promise<number> => {
  const archived = await archivedEnd(db, sealer);
  const oldest = await readOldest(db, sealer, archived?.id ?? 0);
  const young = oldest.findIndex(({ at }) => at >= before);
  const links = young < 0 ? oldest : oldest.slice(0, young);
  const last = links.at(-1);
  if (!last?.seal) return 0;
  const span = { from_id: (archived?.id ?? 0) + 1, id: last.id, seal: last.seal, is_older: last.digest === null ? 1 : 0 };
  const broken = brokenIn(sealer, archived?.end ?? null, links, span);
  if (broken) throw new Failure("append_only", { broken_id: broken.id, reason: broken.reason });
  const mac = archiveMac(sealer, span);
  const header = { ...span, previous: archived?.end ?? START_OF_CHAIN, mac };
  const place = nameOf(span);
  await store.put(place, textOf(header, links.map(withoutPersons)));
  const follows = requires("conflict", sql`${lastArchived} = ${archived?.id ?? 0}`, { rule: "audit_archives_follow" });
  await sendBatch(
    db,
    [
      assertAll([follows]),
      insertFrom(auditArchives, { ...span, place, at: now, mac }),
      db.delete(auditLog).where(lte(auditLog.id, span.id)),
      db.delete(auditSeals).where(lte(auditSeals.id, span.id)),
    ],
    { repeatable: false },
  );
  return links.length;
};

/** Archives entries from before `before` (ISO 8601), in at most `batches` archives. Returns how many entries. */
export const archiveAuditLog = async (
  db: Db,
  sealer: Sealer,
  store: ArchiveStore,
  { before, now, batches }: { readonly before: string; readonly now: string; readonly batches: number },
): Promise<number> => {
  let total = 0;
  for (let batch = 0; batch < batches; batch++) {
    const count = await archiveNext(db, sealer, store, before, now);
    if (count === 0) break;
    total += count;
  }
  return total;
};

/** Safe: `textOf` wrote the lines; what somebody changed in them, their seals tell. */
const linesOf = (text: string): readonly [Header | undefined, ...Link[]] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line)) as [Header | undefined, ...Link[]];

/** Verifies an archive by itself, with the key. Returns which entries it has, and the first that is broken or null. */
export const verifyArchive = (sealer: Sealer, text: string): { readonly span: ArchivedSpan; readonly broken: Broken | null } => {
  const [header, ...links] = linesOf(text);
  if (!header || header.mac !== archiveMac(sealer, header)) throw new Failure("append_only", { reason: "head_differs" });
  const { from_id, id, seal, is_older } = header;
  const span = { from_id, id, seal, is_older };
  return { span, broken: brokenIn(sealer, header.previous, links, span) };
};
