import type { Seal, Sealer } from "../../core/ports.ts";
import type { auditLog } from "../../db/schema/audit.ts";

export type AuditRow = typeof auditLog.$inferSelect;

/** The columns that a seal covers. Never change their order: every existing seal depends on it. */
export const SEALED = [
  "id",
  "at",
  "user_id",
  "role",
  "action",
  "entity",
  "entity_id",
  "before",
  "after",
  "request_id",
  "address",
] as const satisfies readonly (keyof AuditRow)[];

const sealOf = (sealer: Sealer, row: AuditRow, previous: string): string =>
  sealer.seal(
    SEALED.map((name) => row[name]),
    previous,
  );

/** Seals rows in the order of their ids. `previous` is the seal of the row before them, empty for the first row. */
export const sealRows = (sealer: Sealer, previous: string, rows: readonly AuditRow[]): Seal[] => {
  let last = previous;
  return rows.map((row) => {
    last = sealOf(sealer, row, last);
    return { id: row.id, seal: last };
  });
};

/**
 * What can be wrong with a row. `seal_wrong`: its seal does not fit this row and the seal before it; `row_changed`: the
 * same, but the seal is genuine, so the row was changed. `tail_missing`: the anchor knows later rows. `head_differs`: the
 * anchor knows another seal of this row, so the rows up to here were replaced.
 */
export const REASONS = ["row_changed", "row_missing", "seal_missing", "seal_wrong", "tail_missing", "head_differs"] as const;
export type Broken = { readonly id: number; readonly reason: (typeof REASONS)[number] };

/** A row with its seal, if it has one. */
export type Link = AuditRow & { readonly seal: string | null };

/** A segment of the chain: the rows that exist, and what is expected of them. */
export interface Part {
  /** The id that the first row should have, and the seal of the row before it. */
  readonly from: number;
  readonly previous: string | null;
  readonly links: readonly Link[];
  /** The row after these, or undefined if there is none. */
  readonly next: Link | undefined;
  /** The last sealed id in the database, and the seal that the anchor stores. */
  readonly sealedTo: number;
  readonly anchored: Seal | null;
}

/** The last id for which the database or the anchor knows a seal. */
export const chainEnd = (sealedTo: number, anchored: Seal | null): number => Math.max(sealedTo, anchored?.id ?? 0);

/** The neighbours of a row; `isRight`: the previous seal was verified, or this is the first row. */
interface Around {
  readonly previous: string;
  readonly isRight: boolean;
  readonly next: Link | undefined;
  readonly anchored: Seal | null;
}

/** Whether this seal was made with our key: the anchor knows it, or the next seal was made from it. */
const isGenuine = (sealer: Sealer, { id, seal }: Seal, { next, anchored }: Around): boolean =>
  (anchored?.id === id && anchored.seal === seal) || (next?.id === id + 1 && sealOf(sealer, next, seal) === next.seal);

const faultOf = (sealer: Sealer, row: Link, around: Around): Broken["reason"] | null => {
  const { id, seal } = row;
  if (seal === null) return "seal_missing";
  if (sealOf(sealer, row, around.previous) !== seal)
    return around.isRight && isGenuine(sealer, { id, seal }, around) ? "row_changed" : "seal_wrong";
  return around.anchored?.id === id && around.anchored.seal !== seal ? "head_differs" : null;
};

/** Recomputes a segment of the chain. Returns the first broken row or null, and the number of intact rows before it. */
export const checkPart = (sealer: Sealer, part: Part): { checked: number; broken: Broken | null } => {
  const { from, links, next, sealedTo, anchored } = part;
  const end = chainEnd(sealedTo, anchored);
  if (from > 1 && part.previous === null && from <= end) return { checked: 0, broken: { id: from - 1, reason: "seal_missing" } };
  let previous = part.previous ?? "";
  for (const [index, link] of links.entries()) {
    const id = from + index;
    const around = { previous, isRight: index > 0 || from === 1, next: links[index + 1] ?? next, anchored };
    const reason = link.id === id ? faultOf(sealer, link, around) : "row_missing";
    if (reason) return { checked: index, broken: { id, reason } };
    previous = link.seal ?? "";
  }
  const beyond = from + links.length;
  if (next || beyond > end) return { checked: links.length, broken: null };
  return { checked: links.length, broken: { id: beyond, reason: beyond > sealedTo ? "tail_missing" : "row_missing" } };
};
