import { z } from "@hono/zod-openapi";
import { sql } from "drizzle-orm";
import { wordsOf } from "../../core/search-words.ts";
import { Id, longText, MONEY, oneOf, quantity, Timestamp, text } from "../fields.ts";
import { type JsonOf, jsonArray, jsonObject } from "../json.ts";
import { byWords } from "../list/search.ts";
import { servicePackageLines, servicePackages } from "../schema/service-packages.ts";
import { CONDITIONS, FEE_KINDS, LINE_KINDS } from "../schema/ticket-lines.ts";
import { presentDiscount } from "./discount.ts";
import { entityOf } from "./entity.ts";
import { presentToStaff, recordOf } from "./record.ts";

/** A line of a service package. It has no audit image of its own: the image of the package includes its lines. */
export const PACKAGE_LINE = recordOf(servicePackageLines, {
  id: { use: "hidden" },
  service_package_id: { use: "hidden" },
  position: { use: "hidden", audited: true },
  kind: { use: "shown", audited: true, input: true, type: oneOf(LINE_KINDS), example: "part" },
  description: {
    use: "shown",
    audited: true,
    input: true,
    type: text(300).openapi({ description: "Null: the name of the part in stock." }),
    example: null,
  },
  inventory_id: { use: "shown", audited: true, input: true, type: Id, example: 5 },
  part_number: { use: "shown", audited: true, input: true, type: text(60), example: null },
  condition: { use: "shown", audited: true, input: true, type: oneOf(CONDITIONS), example: "new" },
  fee_kind: { use: "shown", audited: true, input: true, type: oneOf(FEE_KINDS), example: null },
  provider: { use: "shown", audited: true, input: true, type: text(120), example: null },
  quantity: { use: "shown", audited: true, input: true, quantity: true, type: quantity(0.001), example: 1 },
  unit_price: {
    use: "shown",
    audited: true,
    input: true,
    money: true,
    type: { ...MONEY, input: MONEY.input.openapi({ description: "Null: the price of the stock, or for labor the rate of the shop." }) },
    example: null,
  },
  flat_amount: { use: "shown", audited: true, input: true, money: true, type: MONEY, example: null },
  unit_cost: { use: "staff", audited: true, input: true, money: true, type: MONEY, example: null },
  discount_percent: { use: "hidden", audited: true, percent: true },
  discount_value: { use: "hidden", audited: true, money: true },
  taxable: { use: "shown", audited: true, input: true, type: z.boolean(), example: true },
});

const ofPackage = sql`(select * from ${servicePackageLines} where ${servicePackageLines.service_package_id} = ${servicePackages.id}
  order by ${servicePackageLines.position}) as ${servicePackageLines}`;

export const SERVICE_PACKAGE = entityOf(
  "service_package",
  recordOf(servicePackages, {
    id: { use: "shown", audited: true, type: Id, example: 4 },
    name: { use: "shown", audited: true, input: true, searched: wordsOf, type: text(120), example: "Front brakes" },
    category: { use: "shown", audited: true, input: true, searched: wordsOf, type: text(60), example: "Brake Service" },
    note: {
      use: "shown",
      audited: true,
      input: true,
      type: longText(2_000).openapi({ description: "The customer reads it as the note of the job." }),
      example: null,
    },
    search_terms: { use: "hidden" },
    version: { use: "hidden" },
    created_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
    updated_at: { use: "shown", type: Timestamp, example: "2026-11-20T09:30:00.000Z" },
  }),
  { counter: "service_packages", sorts: { id: servicePackages.id, name: byWords("name") } },
  { lines: jsonArray(jsonObject(PACKAGE_LINE.audited), ofPackage) },
);

const line = jsonObject({
  ...PACKAGE_LINE.columns,
  discount_percent: servicePackageLines.discount_percent,
  discount_value: servicePackageLines.discount_value,
});

/** A package with its lines, in their order. */
export const packageWithLines = jsonObject({ ...SERVICE_PACKAGE.columns, lines: jsonArray(line, ofPackage) });

const presentLine = (row: JsonOf<typeof line>) => ({ ...presentToStaff(PACKAGE_LINE, row), discount: presentDiscount(row) });

/** The same on the wire. */
export const presentPackage = ({ lines, ...row }: JsonOf<typeof packageWithLines>) => ({
  ...presentToStaff(SERVICE_PACKAGE, row),
  lines: lines.map(presentLine),
});
