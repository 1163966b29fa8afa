import { and, eq, type SQL } from "drizzle-orm";
import { Failure } from "../../core/errors.ts";
import type { Db, Statement } from "../client.ts";
import { mergedRecords } from "../schema/merged-records.ts";
import { insertFrom } from "../write/insert-from.ts";

type Mergeable = (typeof mergedRecords)["$inferSelect"]["entity"];

const isIt = (entity: Mergeable, id: number): SQL | undefined => and(eq(mergedRecords.entity, entity), eq(mergedRecords.id, id));

/** Throws `merged` with the record that took its place if this one was merged, else what was thrown. */
export const orMerged =
  (db: Db, entity: Mergeable, id: number) =>
  async (error: unknown): Promise<never> => {
    if (!(error instanceof Failure) || error.code !== "not_found") throw error;
    const merged = await db.select({ into: mergedRecords.into_id }).from(mergedRecords).where(isIt(entity, id)).get();
    throw merged ? new Failure("merged", { entity, merged_into: merged.into }) : error;
  };

/** Statements that point from a record to the one that takes its place, as do those that pointed to it before. */
export const pointOn = (db: Db, entity: Mergeable, { from, into, at }: { from: number; into: number; at: string }): Statement[] => [
  insertFrom(mergedRecords, { entity, id: from, into_id: into, at }),
  db
    .update(mergedRecords)
    .set({ into_id: into })
    .where(and(eq(mergedRecords.entity, entity), eq(mergedRecords.into_id, from))),
];
