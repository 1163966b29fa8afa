import { sql } from "drizzle-orm";
import type { Entity } from "../../../db/records/entity.ts";
import { type Precondition, requires } from "../../../db/write/commit.ts";

/** The row must exist; otherwise the write fails with `reference_not_found`. */
export const requiresRecord = ({ name, table }: Entity, id: number): Precondition =>
  requires("reference_not_found", sql`exists (select 1 from ${table} where ${table.id} = ${id})`, { entity: name, id });
