import type { SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { type Fields, jsonObject } from "../json.ts";
import type { CounterName } from "../list/counters.ts";
import type { RecordTable } from "./record.ts";

/** A record whose changes go into the audit log: the name of its kind, where it lives, and a row's image without secrets. */
export interface Entity {
  readonly name: string;
  readonly table: RecordTable;
  readonly image: SQL;
}

/** An entity whose rows have a version, which If-Match compares. */
export interface Versioned extends Entity {
  readonly table: RecordTable & { readonly version: SQLiteColumn };
}

interface Audited {
  readonly table: RecordTable;
  readonly audited: Fields;
}

interface Listed<S extends string> {
  /** The row of `counters` that has the number of all; null where no listing shows all. */
  readonly counter: CounterName | null;
  /** The sorts of a listing without a filter, each with an index; the first is the default. */
  readonly sorts: Readonly<Record<S, SQLiteColumn | SQL>>;
}

/**
 * Makes an entity of a record.
 * @param alsoAudited what its image holds besides its own columns
 */
export const entityOf = <const N extends string, R extends Audited, S extends string>(
  name: N,
  record: R,
  listed: Listed<S>,
  alsoAudited: Fields = {},
) => ({ ...record, name, ...listed, image: jsonObject({ ...record.audited, ...alsoAudited }) });
