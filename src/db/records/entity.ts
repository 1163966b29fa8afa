import type { SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { type Fields, jsonObject } from "../json.ts";
import type { CounterName } from "../list/counters.ts";
import type { RecordTable } from "./record.ts";

/** A record whose changes are audited: the name of its kind, its table, and its image for the audit log, which holds no secrets. */
export interface Entity {
  readonly name: string;
  readonly table: RecordTable;
  readonly image: SQL;
  /** The names in the image, and those among them that hold lists of other records. */
  readonly imageFields: readonly string[];
  readonly imageLists: readonly string[];
  /** The id of the customer whose person a row tells of, in a query over the table; none where rows tell of no person. */
  readonly person?: SQL;
}

/** An entity with a version and the time of its last change, which the conditions of a request are compared with. */
export interface Versioned extends Entity {
  readonly table: RecordTable & { readonly version: SQLiteColumn; readonly updated_at: SQLiteColumn };
}

interface Audited {
  readonly table: RecordTable;
  readonly audited: Fields;
  readonly staffInput: { readonly shape: object };
}

/** What a request may set stands in the audit log: a column with `input` and without `audited` does not compile. */
type FullyAudited<R extends Audited> = [Exclude<keyof R["staffInput"]["shape"], keyof R["audited"]>] extends [never]
  ? R
  : { readonly notAudited: Exclude<keyof R["staffInput"]["shape"], keyof R["audited"]> };

interface Listed<S extends string> {
  /** The row of `counters` with the number of all records; null if no listing shows all of them. */
  readonly counter: CounterName | null;
  /** Are the newest first unless a request sorts otherwise? */
  readonly newestFirst?: true;
  /** The sort orders of a listing without a filter. Each needs an index; the first is the default. */
  readonly sorts: Readonly<Record<S, SQLiteColumn | SQL>>;
}

/**
 * Makes an audited entity from a record.
 * @param alsoAudited what its image holds in addition to its own columns
 * @param person the id of the customer whose person a row tells of
 */
export const entityOf = <const N extends string, R extends Audited, S extends string>(
  name: N,
  record: R & FullyAudited<R>,
  listed: Listed<S>,
  alsoAudited: Fields = {},
  person?: SQL,
) => ({
  ...record,
  name,
  ...listed,
  image: jsonObject({ ...record.audited, ...alsoAudited }),
  imageFields: Object.keys({ ...record.audited, ...alsoAudited }),
  imageLists: Object.keys(alsoAudited),
  ...(person && { person }),
});
