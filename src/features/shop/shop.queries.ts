import { eq } from "drizzle-orm";
import type { Db } from "../../db/client.ts";
import { findRow, rowById } from "../../db/records/read.ts";
import type { RowIn } from "../../db/records/record.ts";
import { SHOP } from "../../db/records/shop.ts";
import { shop } from "../../db/schema/shop.ts";

export type ShopRow = RowIn<typeof SHOP>;

/** The id of the one row, which a migration made. */
export const SHOP_ID = 1;

/** A subquery for the shop as JSON; commands read their answer with it. */
export const theShop = rowById(shop, SHOP.json, SHOP_ID);

/** The shop. */
export const findShop = (db: Db): Promise<ShopRow> => findRow(db, shop, SHOP.json, eq(shop.id, SHOP_ID));
