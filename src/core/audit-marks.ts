import type { Sealer } from "./ports.ts";

/** What an entry of the audit log says besides its images and address. */
export interface EntryFacts {
  readonly at: string;
  readonly user_id: number | null;
  readonly role: string;
  readonly action: string;
  readonly entity: string;
  readonly entity_id: number | null;
  readonly request_id: string | null;
}

/** An entry as the database has it. */
export interface Entry extends EntryFacts {
  readonly id: number;
  readonly before: string | null;
  readonly after: string | null;
  readonly address: string | null;
  readonly customer_id: number | null;
  readonly mac: string | null;
}

/** Each code is made of its own first word, so that none is taken for another kind, nor for a seal of the older form. */
const code = (sealer: Sealer, kind: string, values: readonly unknown[]): string => sealer.seal([kind, ...values], "");

/**
 * The Worker's code of what it knows of an entry before its batch.
 * @param facts its `entity_id` is null where only the batch will tell it
 */
export const entryMac = (sealer: Sealer, { at, user_id, role, action, entity, entity_id, request_id }: EntryFacts): string =>
  code(sealer, "entry", [at, user_id, role, action, entity, entity_id, request_id]);

/** Was this entry written by the Worker? `isNamed`: the code must also name the record. */
export const isByWorker = (sealer: Sealer, entry: Entry, isNamed = false): boolean =>
  entry.mac !== null &&
  (entry.mac === entryMac(sealer, entry) || (!isNamed && entry.mac === entryMac(sealer, { ...entry, entity_id: null })));

/** The digest under which images and address are sealed. Without the salt nobody can tell whether a guess of them is right. */
export const digestOf = (sealer: Sealer, salt: string, { before, after, address }: Entry): string =>
  code(sealer, "images", [salt, before, after, address]);

const factsOf = (entry: Entry): readonly unknown[] => [
  entry.id,
  entry.at,
  entry.user_id,
  entry.role,
  entry.action,
  entry.entity,
  entry.entity_id,
  entry.customer_id,
  entry.request_id,
  entry.mac,
];

/** The code of an entry as it was written, with the digest of its images. */
export const witnessMac = (sealer: Sealer, entry: Entry, digest: string): string => code(sealer, "witness", [...factsOf(entry), digest]);

/** The values that a seal covers, in an order that never changes: every existing seal depends on it. */
export const sealedValues = (entry: Entry, digest: string, standing: string): readonly unknown[] => [
  "row",
  ...factsOf(entry),
  digest,
  standing,
];

/** Which entries an archive has, and where the chain ends in it. */
export interface ArchivedSpan {
  readonly from_id: number;
  readonly id: number;
  readonly seal: string;
  readonly is_older: number;
}

/** The code of where an archive ends, so that nobody without the key can pretend that entries were archived. */
export const archiveMac = (sealer: Sealer, { from_id, id, seal, is_older }: ArchivedSpan): string =>
  code(sealer, "archive", [from_id, id, seal, is_older]);

/** A salt of 122 random bits. */
export const newSalt = (): string => crypto.randomUUID();
