import { eq } from "drizzle-orm";
import { revised } from "../../db/columns.ts";
import { TAX } from "../../db/records/tax.ts";
import { taxes } from "../../db/schema/shop.ts";
import { commit, created, newest } from "../../db/write/commit.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { type TaxRow, taxById } from "./taxes.queries.ts";
import type { NewTax, TaxChange } from "./taxes.schemas.ts";

/** Adds a tax. Throws `too_many_taxes` when the shop has 50. */
export const createTax = ({ db, writer, now }: WriteContext, input: NewTax): Promise<TaxRow> =>
  commit(db, writer, {
    changes: [db.insert(taxes).values({ ...input, created_at: now, updated_at: now })],
    audit: [created(TAX)],
    answer: taxById(newest(TAX)),
  });

/** Updates the given fields. Throws `not_found`, and `invalid_period` when it would end before it begins. */
export const updateTax = ({ db, writer, now }: WriteContext, id: number, changes: TaxChange): Promise<TaxRow> => {
  const matchesId = eq(taxes.id, id);
  return commit(db, writer, {
    target: { entity: TAX, id },
    changes: [
      db
        .update(taxes)
        .set({ ...changes, ...revised(taxes, now) })
        .where(matchesId),
    ],
    audit: [{ entity: TAX, verb: "updated", where: matchesId }],
    answer: taxById(id),
  });
};

/** Removes a tax; documents keep their copies. Throws `not_found`. */
export const deleteTax = async ({ db, writer }: WriteContext, id: number): Promise<void> => {
  const matchesId = eq(taxes.id, id);
  await commit(db, writer, {
    target: { entity: TAX, id },
    changes: [db.delete(taxes).where(matchesId)],
    audit: [{ entity: TAX, verb: "deleted", where: matchesId }],
  });
};
