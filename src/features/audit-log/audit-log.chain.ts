import { digestOf, type Entry, isByWorker, newSalt, sealedValues, witnessMac } from "../../core/audit-marks.ts";
import type { Seal, Sealer } from "../../core/ports.ts";
import type { auditWitnesses, Standing } from "../../db/schema/audit.ts";

/** The columns that seals of the older form cover. Never change their order: these seals depend on it. */
export const SEALED_BEFORE = [
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
] as const satisfies readonly (keyof Entry)[];

/** What a seal is made of besides the entry; without a digest it is of the older form. */
export interface SealedAs {
  readonly digest: string | null;
  readonly salt: string | null;
  readonly standing: Standing | null;
}

const sealOf = (sealer: Sealer, row: Entry & SealedAs, previous: string): string =>
  row.digest === null
    ? sealer.seal(
        SEALED_BEFORE.map((name) => row[name]),
        previous,
      )
    : sealer.seal(sealedValues(row, row.digest, row.standing ?? ""), previous);

/** What the Worker said of an entry. */
export type Witness = Omit<typeof auditWitnesses.$inferSelect, "id">;

/** An entry that is to be sealed. `isErased`: the person whom it tells of was, so that it has no images any more. */
export type Unsealed = Entry & { readonly witness: Witness | null; readonly isErased: boolean };

const isAsWritten = (sealer: Sealer, row: Unsealed, { salt, digest, mac }: Witness): boolean =>
  mac === witnessMac(sealer, row, digest) && (row.isErased || (salt !== null && digest === digestOf(sealer, salt, row)));

/** How far an entry can be trusted that is going to be sealed. */
const standingOf = (sealer: Sealer, row: Unsealed): Standing => {
  if (!isByWorker(sealer, row)) return row.role === "operator" && row.mac === null ? "operator" : "foreign";
  if (row.witness === null) return "unwitnessed";
  return isAsWritten(sealer, row, row.witness) ? "genuine" : "changed";
};

const sealedAs = (sealer: Sealer, row: Unsealed): SealedAs & { readonly digest: string; readonly standing: Standing } => {
  const standing = standingOf(sealer, row);
  if (standing === "genuine" && row.witness) return { digest: row.witness.digest, salt: row.isErased ? null : row.witness.salt, standing };
  const salt = newSalt();
  return { digest: digestOf(sealer, salt, row), salt: row.isErased ? null : salt, standing };
};

/** A seal with what it is made of. */
export type MadeSeal = Seal & SealedAs;

const OLDER: SealedAs = { digest: null, salt: null, standing: null };

/** The end of the chain so far: the last seal, and whether it is of the older form. */
export interface ChainEnd {
  readonly seal: string;
  readonly isOlder: boolean;
}

export const START_OF_CHAIN: ChainEnd = { seal: "", isOlder: false };

/**
 * Seals rows in the order of their ids. What the app of before wrote has no code, and is sealed in the older form, as long as
 * nothing of the newer form came before it.
 */
export const sealRows = (sealer: Sealer, previous: ChainEnd, rows: readonly Unsealed[]): MadeSeal[] => {
  let { seal, isOlder } = previous;
  return rows.map((row) => {
    isOlder &&= row.mac === null;
    const made = isOlder ? OLDER : sealedAs(sealer, row);
    seal = sealOf(sealer, { ...row, ...made }, seal);
    return { id: row.id, seal, ...made };
  });
};

/**
 * What can be wrong with a row. `seal_wrong`: its seal does not fit this row and the seal before it; `row_changed`: the
 * same, but the seal is genuine, so the row was changed. `tail_missing`: the anchor knows later rows. `head_differs`: the
 * anchor knows another seal of this row, so the rows up to here were replaced.
 */
export const REASONS = ["row_changed", "row_missing", "seal_missing", "seal_wrong", "tail_missing", "head_differs"] as const;
export type Broken = { readonly id: number; readonly reason: (typeof REASONS)[number] };

/** An entry with its seal, if it has one. `isErased`: the person whom it tells of was. */
export type Link = Entry & SealedAs & { readonly seal: string | null; readonly isErased: boolean };

/** A segment of the chain: the rows that exist, and what is expected of them. */
export interface Part {
  /** The first id that there should be: 1, or that after what is archived. */
  readonly start: number;
  /** The id that the first row should have, and the end of the chain before it. */
  readonly from: number;
  readonly previous: ChainEnd | null;
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
  /** May the row be sealed in the older form? Not after one of the newer form. */
  readonly isOlder: boolean;
  readonly isRight: boolean;
  readonly next: Link | undefined;
  readonly anchored: Seal | null;
}

/** Whether this seal was made with our key: the anchor knows it, or the next seal was made from it. */
const isGenuine = (sealer: Sealer, { id, seal }: Seal, { next, anchored }: Around): boolean =>
  (anchored?.id === id && anchored.seal === seal) || (next?.id === id + 1 && sealOf(sealer, next, seal) === next.seal);

const isEmpty = ({ before, after, address }: Entry): boolean => before === null && after === null && address === null;

/** Are the images and the address those that were sealed, or gone because the person was erased? */
const isContentRight = (sealer: Sealer, row: Link): boolean =>
  row.digest === null || (row.isErased && isEmpty(row)) || (row.salt !== null && row.digest === digestOf(sealer, row.salt, row));

/** An older seal covers the images themselves: once they are erased, only the next seal tells that it is genuine. */
const isOldAndErased = (row: Link | undefined): boolean => row !== undefined && row.digest === null && row.isErased && isEmpty(row);

const faultOf = (sealer: Sealer, row: Link, around: Around): Broken["reason"] | null => {
  const { id, seal } = row;
  if (seal === null) return "seal_missing";
  if (row.digest === null && !around.isOlder) return "seal_wrong";
  if (isOldAndErased(row)) return isOldAndErased(around.next) || isGenuine(sealer, { id, seal }, around) ? null : "seal_wrong";
  if (sealOf(sealer, row, around.previous) !== seal)
    return around.isRight && isGenuine(sealer, { id, seal }, around) ? "row_changed" : "seal_wrong";
  if (!isContentRight(sealer, row)) return "row_changed";
  return around.anchored?.id === id && around.anchored.seal !== seal ? "head_differs" : null;
};

/** Recomputes a segment of the chain. Returns the first broken row or null, and the number of intact rows before it. */
export const checkPart = (sealer: Sealer, part: Part): { checked: number; broken: Broken | null } => {
  const { start, from, links, next, sealedTo, anchored } = part;
  const end = chainEnd(sealedTo, anchored);
  if (from > start && part.previous === null && from <= end) return { checked: 0, broken: { id: from - 1, reason: "seal_missing" } };
  let { seal: previous, isOlder } = part.previous ?? { seal: "", isOlder: true };
  for (const [index, link] of links.entries()) {
    const id = from + index;
    const around = { previous, isOlder, isRight: index > 0 || from === start, next: links[index + 1] ?? next, anchored };
    const reason = link.id === id ? faultOf(sealer, link, around) : "row_missing";
    if (reason) return { checked: index, broken: { id, reason } };
    previous = link.seal ?? "";
    isOlder = link.digest === null;
  }
  const beyond = from + links.length;
  if (next || beyond > end) return { checked: links.length, broken: null };
  return { checked: links.length, broken: { id: beyond, reason: beyond > sealedTo ? "tail_missing" : "row_missing" } };
};
