import { type Chapter, number } from "./steps.ts";

const servicePackage = {
  name: "Front brakes",
  category: "Brakes",
  lines: [
    { kind: "labor", description: "Replace front pads", quantity: 1.5 },
    { kind: "part", inventory_id: number("partId"), condition: "new", quantity: 1 },
    { kind: "fee", fee_kind: "shop_supplies", description: "Cleaner and grease", quantity: 1, unit_price: 4.5 },
  ],
};

const tax = { name: "Sales tax", rate: 9.25, applies_to: ["part"] };

/** What the shop sells, and what it says of itself. */
export const settings: readonly Chapter[] = [
  {
    name: "Service packages",
    description: "Jobs that are sold again and again, with their lines.",
    id: "packageId",
    steps: [
      { operation: "POST /service-packages", as: "mechanic", body: servicePackage, keep: { packageId: "id" } },
      { operation: "GET /service-packages", as: "mechanic", query: { q: "brakes" } },
      { operation: "GET /service-packages/{id}", as: "mechanic" },
      { operation: "PUT /service-packages/{id}", as: "mechanic", body: { lines: servicePackage.lines.slice(0, 2) } },
      { operation: "PATCH /service-packages/{id}", as: "mechanic" },
    ],
  },
  {
    name: "Shop",
    description:
      "The shop, its taxes, and who pays none. In the chapters that follow parts leave the stock before the customer has agreed; after them the " +
      "shop gets its own rule back.",
    id: "taxId",
    steps: [
      { operation: "GET /shop", as: "mechanic", keep: { authorization: "authorization", shopName: "name" } },
      { operation: "PUT /shop", body: { name: "{{shopName}}" } },
      { operation: "PATCH /shop", body: { authorization: "posting" } },
      { operation: "POST /taxes", body: { ...tax, valid_from: "2099-01-01" }, keep: { taxId: "id" } },
      { operation: "GET /taxes", as: "mechanic" },
      { operation: "GET /taxes/{id}", as: "mechanic" },
      { operation: "PUT /taxes/{id}", body: { rate: 9.5 } },
      { operation: "PATCH /taxes/{id}" },
      { operation: "DELETE /taxes/{id}" },
      { operation: "PUT /customers/{id}/tax-exemption", path: { id: "customerId" } },
      { operation: "DELETE /customers/{id}/tax-exemption", path: { id: "customerId" } },
    ],
  },
];
