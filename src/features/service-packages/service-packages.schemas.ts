import { z } from "@hono/zod-openapi";
import { text } from "../../db/fields.ts";
import { Discount, DiscountInput } from "../../db/records/discount.ts";
import { fieldsOfKind } from "../../db/records/line-fields.ts";
import { PACKAGE_LINE, SERVICE_PACKAGE } from "../../db/records/service-package.ts";
import { atLeastOneOf } from "../../http/fields.ts";
import { listOf, listQuery, sortsOf } from "../../http/page.ts";

const MAX_LINES = 50;

const PackageLine = PACKAGE_LINE.staffAnswer.extend({ discount: Discount.nullable() }).openapi("PackageLine");

/** A package in a listing, without its lines. */
export const ListedPackage = SERVICE_PACKAGE.staffAnswer.openapi("ListedServicePackage");
export const ServicePackage = ListedPackage.extend({ lines: z.array(PackageLine).max(MAX_LINES) }).openapi("ServicePackage");

const input = PACKAGE_LINE.staffInput;

const NewPackageLine = input
  .extend({
    quantity: input.shape.quantity.prefault(1).openapi({ description: "Hours, pieces or units; at most three decimals." }),
    discount: DiscountInput.nullish(),
  })
  .strict()
  .superRefine(fieldsOfKind)
  .openapi("NewPackageLine", {
    description:
      "A part has a `condition`, a fee a `fee_kind`. A part of the stock (`inventory_id`) may go without description and price, labor without price.",
  });

const fields = SERVICE_PACKAGE.staffInput.extend({ lines: z.array(NewPackageLine).min(1).max(MAX_LINES) }).strict();

export const NewServicePackage = fields.openapi("NewServicePackage");
export type NewServicePackage = z.output<typeof NewServicePackage>;

export const ServicePackageChange = atLeastOneOf(fields).openapi("ServicePackageChange");
export type ServicePackageChange = z.output<typeof ServicePackageChange>;

export const ServicePackageQuery = listQuery(sortsOf(SERVICE_PACKAGE), {
  q: text(100).optional().openapi({
    description: "Each word must begin a word of the name or the category, in any order. Marks do not matter.",
    example: "brake",
  }),
  category: text(60)
    .optional()
    .openapi({ description: "Only packages of this category; case and accents do not matter.", example: "Brake Service" }),
});
export type ServicePackageQuery = z.output<typeof ServicePackageQuery>;

export const ServicePackageList = listOf("service_packages", ListedPackage).openapi("ServicePackageList");

const { name, category } = SERVICE_PACKAGE.example;
export const newPackageExample = {
  name,
  category,
  lines: [
    { kind: "labor", description: "Replace front pads and rotors", quantity: 1.5 },
    { kind: "part", inventory_id: 5, condition: "new", quantity: 1, discount: { percent: 10 } },
    { kind: "fee", fee_kind: "shop_supplies", description: "Cleaner and grease", quantity: 1, unit_price: 4.5, taxable: false },
  ],
};

const line = { ...PACKAGE_LINE.example, inventory_id: null, condition: null, discount: null };
export const packageExample = {
  ...SERVICE_PACKAGE.example,
  lines: [
    { ...line, kind: "labor", description: "Replace front pads and rotors", quantity: 1.5 },
    { ...PACKAGE_LINE.example, discount: { percent: 10 } },
    { ...line, kind: "fee", fee_kind: "shop_supplies", description: "Cleaner and grease", unit_price: 4.5, taxable: false },
  ],
};
