import { and, desc, eq, getTableColumns, inArray, type SQL, sql } from "drizzle-orm";
import { archiveMac, type Entry, isByWorker } from "../../core/audit-marks.ts";
import type { Sealer } from "../../core/ports.ts";
import type { Db } from "../../db/client.ts";
import { eachOf } from "../../db/json.ts";
import { auditArchives, auditLog, auditSeals } from "../../db/schema/audit.ts";
import { type ChainEnd, START_OF_CHAIN } from "./audit-log.chain.ts";

/** How much the images of one batch of entries take at most, in bytes; a single entry may be larger. */
export const BATCH_BYTES = 4_000_000;

export const ENTRY_COLUMNS = getTableColumns(auditLog);

/** The ids of the first entries that `where` finds, as `n.id`: so many at most, and no more than their bytes allow. */
export const idsWithin = (where: SQL, limit: number): SQL => {
  const size = sql`coalesce(octet_length(${auditLog.before}), 0) + coalesce(octet_length(${auditLog.after}), 0)`;
  return sql`(select id from (select id, size, sum(size) over (order by id) as total from
    (select ${auditLog.id} as id, ${size} as size from ${auditLog} where ${where} order by ${auditLog.id} limit ${limit}))
    where total - size < ${BATCH_BYTES}) n`;
};

/** The customers among these entries that were erased, each with the id of the entry that says so, which the Worker must have written. */
const erasuresOf = async (db: Db, sealer: Sealer, entries: readonly Entry[]): Promise<ReadonlyMap<number, number>> => {
  const ids = new Set(entries.flatMap(({ customer_id }) => (customer_id === null ? [] : [customer_id])));
  if (ids.size === 0) return new Map();
  const isErasure = and(eq(auditLog.entity, "customer"), eq(auditLog.action, "customer.erased"));
  const found = await db
    .select(ENTRY_COLUMNS)
    .from(auditLog)
    .where(and(inArray(auditLog.entity_id, sql`(select value from ${eachOf([...ids])})`), isErasure));
  return new Map(found.flatMap((entry) => (isByWorker(sealer, entry, true) ? [[entry.entity_id ?? 0, entry.id] as const] : [])));
};

/** The same entries, each with whether the person whom it tells of was erased after it. */
export const withErasures = async <E extends Entry>(db: Db, sealer: Sealer, entries: readonly E[]) => {
  const erasures = await erasuresOf(
    db,
    sealer,
    entries.filter(({ before, after, address }) => before === null && after === null && address === null),
  );
  return entries.map((entry) => ({ ...entry, isErased: (erasures.get(entry.customer_id ?? 0) ?? 0) >= entry.id }));
};

/** Where the chain ends that is archived; nothing unless the code of the Worker says so. */
export const archivedEnd = async (db: Db, sealer: Sealer): Promise<{ readonly id: number; readonly end: ChainEnd } | null> => {
  const head = await db.select().from(auditArchives).orderBy(desc(auditArchives.id)).limit(1).get();
  if (!head || head.mac !== archiveMac(sealer, head)) return null;
  return { id: head.id, end: { seal: head.seal, isOlder: head.is_older === 1 } };
};

/** The last seal of the database. What is archived never has it: the newest sealed entry stays. */
export const lastSeal = (db: Db) => db.select().from(auditSeals).orderBy(desc(auditSeals.id)).limit(1);

/** The end of the chain that a seal makes. */
export const endOf = (last: typeof auditSeals.$inferSelect | undefined): ChainEnd =>
  last ? { seal: last.seal, isOlder: last.digest === null } : START_OF_CHAIN;
