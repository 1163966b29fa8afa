import { toCents } from "../../src/core/money.ts";
import { toPpm } from "../../src/core/percent.ts";
import { toThousandths } from "../../src/core/quantity.ts";
import type { FrozenEstimate } from "../../src/paper/estimate-paper.ts";
import type { FrozenInvoice } from "../../src/paper/invoice-paper.ts";

/** What the documents of `documents.ts` have in common. */

/** What the shop alone knows; no document has it. */
export const COST = toCents(12_345.67);

type InvoiceLine = Extract<FrozenInvoice["content"], { readonly jobs: unknown }>["lines"][number];

export const LINE: InvoiceLine = {
  ...{ id: 1, job_id: 1, kind: "labor", description: "", inventory_id: null, part_number: null, condition: null, fee_kind: null },
  ...{
    provider: null,
    quantity: toThousandths(1.5),
    unit_price: toCents(120),
    flat_amount: null,
    discount_percent: null,
    discount_value: null,
  },
  ...{
    taxable: true,
    gross: toCents(180),
    discount_amount: toCents(0),
    net: toCents(180),
    share: toCents(0),
    words: "",
    mechanic_id: 7,
    mechanic: "Mia",
  },
  ...{ unit_cost: COST, cost: COST, taxes: [1] },
};
export const partLine = (fields: Partial<InvoiceLine>): InvoiceLine => ({
  ...LINE,
  ...{
    kind: "part",
    condition: "new",
    quantity: toThousandths(2),
    unit_price: toCents(89.99),
    gross: toCents(179.98),
    net: toCents(179.98),
    mechanic_id: null,
    mechanic: null,
  },
  ...fields,
});

export const SHOP: FrozenEstimate["shop"] = {
  ...{ name: "Mechanic Shop", legal_name: null, address: null, phone: null, email: null, registration_number: null },
  ...{ tax_number: null, epa_number: null, currency: "EUR", text: null },
};
export const BUYER = {
  ...{ id: 1, name: "", email: null, phone: "", address: null, tax_exempt_reason: null, tax_exempt_certificate: null },
};
export const VEHICLE = {
  ...{ id: 1, vin: "1M8GDM9AXKP042788", make: "Škoda", model: "Octavia", year: 2019, description: null, color: null },
  ...{ license_plate: null, serial_number: null },
};
export const JOB = { id: 1, position: 1, by_line: false, concern: null, correction: null, note: null } as const;
export const TAX = { id: 1, applies_to: ["labor", "part"], rate: toPpm(20) } as const;
