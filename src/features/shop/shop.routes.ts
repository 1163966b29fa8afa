import { presentToStaff } from "../../db/records/record.ts";
import { SHOP } from "../../db/records/shop.ts";
import { ADMIN, type Policy, STAFF } from "../../http/policy.ts";
import { putAndPatch, route } from "../../http/route.ts";
import { updateShop } from "./shop.commands.ts";
import { findShop, type ShopRow } from "./shop.queries.ts";
import { ShopChange, ShopSettings } from "./shop.schemas.ts";

const tag = "Shop";

const present = (row: ShopRow) => ({ body: presentToStaff(SHOP, row), version: row.version });

export const shopRoutes = [
  route(
    { access: STAFF },
    {
      method: "get",
      path: "/shop",
      operationId: "getShop",
      tag,
      summary: "Get the shop: its head on documents, its rates and its rules",
      versioned: true,
      answer: ShopSettings,
      example: SHOP.example,
    },
    async ({ db }) => present(await findShop(db)),
  ),
  ...putAndPatch((method) =>
    route(
      { access: ADMIN, limit: "settings", fails: ["shop_has_invoices"] } satisfies Policy,
      {
        method,
        path: "/shop",
        operationId: method === "put" ? "updateShop" : "patchShop",
        tag,
        summary: "Update the given fields of the shop",
        description:
          "A change holds for what is shown, estimated and decided from then on; estimates that were presented stay as they are.",
        body: ShopChange,
        bodyExample: { labor_rate: 125, estimate_valid_days: 14 },
        versioned: true,
        answer: ShopSettings,
        example: SHOP.example,
      },
      async (context, { body }) => present(await updateShop(context, body)),
    ),
  ),
];
