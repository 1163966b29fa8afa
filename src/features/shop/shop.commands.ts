import { eq } from "drizzle-orm";
import { revised } from "../../db/columns.ts";
import { SHOP } from "../../db/records/shop.ts";
import { shop } from "../../db/schema/shop.ts";
import { commit } from "../../db/write/commit.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { SHOP_ID, type ShopRow, theShop } from "./shop.queries.ts";
import type { ShopChange } from "./shop.schemas.ts";

/** Updates the given fields of the shop. */
export const updateShop = ({ db, writer, now }: WriteContext, changes: ShopChange): Promise<ShopRow> => {
  const isShop = eq(shop.id, SHOP_ID);
  return commit(db, writer, {
    target: { entity: SHOP, id: SHOP_ID },
    changes: [
      db
        .update(shop)
        .set({ ...changes, ...revised(shop, now) })
        .where(isShop),
    ],
    audit: [{ entity: SHOP, verb: "updated", where: isShop }],
    answer: theShop,
  });
};
