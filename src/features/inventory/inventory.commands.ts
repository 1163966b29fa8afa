import { eq, type SQL, sql } from "drizzle-orm";
import { invalid } from "../../core/errors.ts";
import { fold } from "../../core/search-words.ts";
import type { Statement } from "../../db/client.ts";
import { revised } from "../../db/columns.ts";
import { changedTerms, newTerms } from "../../db/list/search.ts";
import { PART } from "../../db/records/part.ts";
import { type MOVEMENT_KINDS, parts, stockMovements } from "../../db/schema/inventory.ts";
import { ticketParts } from "../../db/schema/service-tickets.ts";
import { commit, created, newest, requires } from "../../db/write/commit.ts";
import { insertFrom } from "../../db/write/insert-from.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { type PartRow, partById } from "./inventory.queries.ts";
import type { Correction, NewPart, PartChange, Receipt } from "./inventory.schemas.ts";

/** Inserts a row of the stock ledger that adds `quantity` (it may be negative) to the stock of a part; no row if that is 0. */
const move = (
  { writer }: WriteContext,
  id: number | SQL<number>,
  kind: (typeof MOVEMENT_KINDS)[number],
  quantity: SQL,
  reason: string | null,
): Statement =>
  insertFrom(
    stockMovements,
    {
      at: writer.at,
      inventory_id: sql`${parts.id}`,
      kind,
      quantity,
      balance: sql`${parts.quantity} + ${quantity}`,
      reason,
      user_id: writer.userId,
      role: writer.role,
    },
    sql`from ${parts} where ${parts.id} = ${id} and ${quantity} <> 0`,
  );

/** Sets the stock of a part to the counted quantity. */
const correct = (context: WriteContext, id: number, { quantity, reason }: Correction): Statement =>
  move(context, id, "corrected", sql`(${quantity} - ${parts.quantity})`, reason);

/** The stock correction in a change of a part, if there is one. Throws `invalid` if only one of quantity and reason is given. */
const correctionIn = ({ quantity, reason }: PartChange): Correction[] => {
  if (quantity === undefined && reason === undefined) return [];
  if (reason === undefined) throw invalid("/body/reason", "required", "A reason is required to correct the quantity.");
  if (quantity === undefined) throw invalid("/body/quantity", "required", "A reason goes with the quantity that was counted.");
  return [{ quantity, reason }];
};

/** The key under which a part number is unique; none where the same number was asked for twice. */
const numberKey = ({ part_number, allow_duplicate }: PartChange): { readonly part_number_key?: string | null } =>
  part_number === undefined ? {} : { part_number_key: part_number === null || allow_duplicate ? null : fold(part_number) };

/** Adds a part; its first stock goes into the ledger as received. Throws `part_number_taken`, `whole_units_only`. */
export const createPart = (context: WriteContext, input: NewPart): Promise<PartRow> => {
  const { db, writer, now } = context;
  const { quantity, allow_duplicate: _allowed, ...fields } = input;
  const row = { ...fields, ...numberKey(input), ...newTerms(PART, fields), created_at: now, updated_at: now };
  return commit(db, writer, {
    changes: [db.insert(parts).values(row), move(context, newest(PART), "received", sql`${quantity}`, "opening stock")],
    audit: [created(PART)],
    answer: partById(newest(PART)),
  });
};

/**
 * Updates the given fields; a new quantity goes through the ledger. Throws `not_found`, `part_number_taken`,
 * `whole_units_only`, and `invalid` for a quantity without a reason.
 */
export const updatePart = async (context: WriteContext, id: number, changes: PartChange): Promise<PartRow> => {
  const { db, writer, now } = context;
  const { quantity: _quantity, reason: _reason, allow_duplicate: _allowed, retired, ...fields } = changes;
  const retirement = retired === undefined ? {} : { retired_at: retired ? sql`coalesce(${parts.retired_at}, ${now})` : null };
  const corrections = correctionIn(changes);
  const matchesId = eq(parts.id, id);
  return commit(db, writer, {
    target: { entity: PART, id },
    changes: [
      db
        .update(parts)
        .set({ ...fields, ...retirement, ...numberKey(changes), ...changedTerms(PART, fields), ...revised(parts, now) })
        .where(matchesId),
      ...corrections.map((correction) => correct(context, id, correction)),
    ],
    audit: [{ entity: PART, verb: "updated", where: matchesId }],
    answer: partById(id),
  });
};

/** Adds a received quantity to the stock of a part. Throws `not_found`. */
export const receivePart = (context: WriteContext, id: number, { quantity, reason }: Receipt): Promise<PartRow> =>
  commit(context.db, context.writer, {
    target: { entity: PART, id },
    changes: [move(context, id, "received", sql`${quantity}`, reason ?? null)],
    audit: [{ entity: PART, verb: "received", where: eq(parts.id, id) }],
    answer: partById(id),
  });

/** Sets the stock of a part to the counted quantity. Throws `not_found`. */
export const correctPart = (context: WriteContext, id: number, correction: Correction): Promise<PartRow> =>
  commit(context.db, context.writer, {
    target: { entity: PART, id },
    changes: [correct(context, id, correction)],
    audit: [{ entity: PART, verb: "corrected", where: eq(parts.id, id) }],
    answer: partById(id),
  });

/** Removes a part that is on no ticket and in no service package; its stock ledger stays. Throws `not_found`, `part_in_use`. */
export const deletePart = async ({ db, writer }: WriteContext, id: number): Promise<void> => {
  const matchesId = eq(parts.id, id);
  await commit(db, writer, {
    target: { entity: PART, id },
    preconditions: [requires("part_in_use", sql`not exists (select 1 from ${ticketParts} where ${ticketParts.inventory_id} = ${id})`)],
    changes: [db.delete(parts).where(matchesId)],
    audit: [{ entity: PART, verb: "deleted", where: matchesId }],
  });
};
