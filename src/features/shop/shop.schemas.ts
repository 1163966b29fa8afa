import type { z } from "@hono/zod-openapi";
import { SHOP } from "../../db/records/shop.ts";
import { atLeastOneOf } from "../../http/fields.ts";

export const ShopSettings = SHOP.staffAnswer.openapi("Shop");

export const ShopChange = atLeastOneOf(SHOP.staffInput.strict()).openapi("ShopChange");
export type ShopChange = z.output<typeof ShopChange>;
