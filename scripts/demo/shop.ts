import { type PartName, partId } from "./stock.ts";

/** The shop itself, as its admin filled it in on the first day. Nobody has these numbers. */
export const SHOP = {
  name: "Sprocket Square Garage",
  legal_name: "Sprocket Square Garage LLC",
  address: "12 Sprocket Square, Springfield",
  phone: "+1 555 0199",
  email: "garage@example.com",
  registration_number: "RR-0000-0042",
  tax_number: "00-0000042",
  epa_number: "XXX000000042",
  time_zone: "America/Chicago",
  currency: "USD",
  labor_rate: 85,
  payment_terms_days: 0,
  estimate_valid_days: 30,
  estimate_text: "Nothing is done that you have not agreed to. Tell us beforehand if you want replaced parts back.",
  invoice_text: "Labor and new parts are warranted for 12 months or 12,000 miles.",
} as const;

/** What the shop changes on the last evening. */
export const FROM_NOW_ON = { authorization: "work", mail_receipts: true, reminder_hours: 24 } as const;

/** State, county and city in one rate, on parts. */
export const SALES_TAX = { name: "Sales tax", rate: 9.25, applies_to: ["part"], valid_from: "2026-01-01" } as const;

const labor = (description: string, hours: number, rate: number) => ({ kind: "labor", description, quantity: hours, unit_price: rate });
const part = (name: PartName, quantity = 1) => ({ kind: "part", inventory_id: partId(name), condition: "new", quantity });
const remanufactured = (name: PartName) => ({ ...part(name), condition: "rebuilt" });
const waste = (description: string, amount: number) => ({
  kind: "fee",
  fee_kind: "hazardous_waste",
  description,
  quantity: 1,
  unit_price: amount,
  taxable: false,
});

/** What is sold again and again: one job of each of the shop's categories, with its usual hours. */
export const PACKAGES = [
  {
    name: "Oil and filter change",
    category: "Oil Change",
    note: "Up to 4.5 liters of 5W-30.",
    lines: [
      labor("Change oil and filter", 0.5, 75),
      part("Engine oil 5W-30", 4.5),
      part("Oil filter, spin-on"),
      part("Drain plug washer"),
      waste("Used oil and filter disposal", 3.5),
    ],
  },
  {
    name: "Front brakes: pads and discs",
    category: "Brake Service",
    lines: [
      labor("Replace front pads and discs", 2, 85),
      part("Brake pads, front set"),
      part("Brake disc, front", 2),
      waste("Brake fluid disposal", 4.5),
    ],
  },
  {
    name: "Four summer tires, mounted and balanced",
    category: "Tire Service",
    lines: [
      labor("Mount and balance four tires", 1, 75),
      part("Tyre 205/55 R16, summer", 4),
      part("Tyre valve", 4),
      part("Balancing weights, pack"),
      { ...waste("Disposal of four tires", 12), fee_kind: "environmental" },
    ],
  },
  {
    name: "Automatic transmission service",
    category: "Transmission",
    lines: [
      labor("Drop pan, replace filter, refill", 4, 95),
      part("Transmission filter kit"),
      part("Transmission fluid", 5.25),
      waste("Used fluid disposal", 6),
    ],
  },
  {
    name: "Timing belt and water pump",
    category: "Engine Repair",
    lines: [
      labor("Replace timing belt and water pump", 3, 95),
      part("Timing belt kit"),
      part("Water pump"),
      part("Coolant concentrate, 1.5 l", 3),
    ],
  },
  {
    name: "Alternator replacement",
    category: "Electrical",
    lines: [
      labor("Test charging system, replace alternator", 2, 85),
      remanufactured("Alternator, remanufactured"),
      part("Serpentine belt"),
    ],
  },
  {
    name: "Air conditioning leak test and recharge",
    category: "A/C & Heating",
    lines: [labor("Leak test, evacuate and recharge", 2, 85), part("Refrigerant R-134a, 340 g", 2)],
  },
  {
    name: "Front shock absorbers with alignment",
    category: "Suspension",
    lines: [
      labor("Replace front shock absorbers", 2.5, 85),
      part("Shock absorber, front", 2),
      {
        kind: "sublet",
        description: "Four-wheel alignment",
        provider: "Springfield Alignment",
        quantity: 1,
        unit_price: 89,
        unit_cost: 60,
      },
    ],
  },
  {
    name: "Rear muffler replacement",
    category: "Exhaust",
    lines: [labor("Replace rear muffler", 1.5, 75), part("Muffler, rear"), part("Exhaust gasket"), part("Exhaust clamp", 2)],
  },
  {
    name: "Seasonal check",
    category: "General Maintenance",
    note: "Fluids, lights, belts, battery and tires.",
    lines: [
      labor("Inspection of 30 points", 1, 75),
      { ...part("Washer fluid, 5 l"), discount: { percent: 10 } },
      { kind: "fee", fee_kind: "shop_supplies", description: "Shop supplies", quantity: 1, unit_price: 2.5 },
    ],
  },
] as const;
