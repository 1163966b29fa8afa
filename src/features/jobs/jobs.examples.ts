import { TICKET_JOB } from "../../db/records/ticket-job.ts";
import { TICKET_LINE } from "../../db/records/ticket-line.ts";

/** Examples for the OpenAPI document: front brakes, with pads from stock. */

const pads = { ...TICKET_LINE.example, discount: null, covered: false, drawn: 0 };
const labor = {
  ...pads,
  id: 3000,
  kind: "labor",
  description: "Replace front pads and rotors",
  inventory_id: null,
  part_number: null,
  condition: null,
  mechanic_id: 3,
  quantity: 1.5,
  unit_price: 120,
  unit_cost: null,
  gross: 180,
  net: 180,
  drawn: null,
};

export const jobExample = { ...TICKET_JOB.example, lines: [labor, pads], net: 269.99, authorized_net: 0, covered: false };

const unmetLine = (line: { readonly id: unknown; readonly description: unknown; readonly net: unknown }) => ({
  code: "line_not_approved",
  line_id: line.id,
  description: line.description,
  net: line.net,
  authorized_net: null,
});

export const pricingExample = {
  lines_net: 269.99,
  discount_amount: 0,
  net: 269.99,
  taxes: [{ name: "Sales tax", rate: 9.25, base: 89.99, amount: 8.32 }],
  tax: 8.32,
  total: 278.31,
  subtotals: { labor: 180, part: 89.99, sublet: 0, fee: 0 },
  approved: { net: 0, tax: 0, total: 0 },
  discount: null,
  jobs: [jobExample],
  lines: [],
  unmet: [unmetLine(labor), unmetLine(pads), { code: "status", status: "open" }],
};

/** The same with 5 % off. */
export const discountedExample = (discount: object) => ({
  ...pricingExample,
  discount,
  discount_amount: 13.5,
  net: 256.49,
  taxes: [{ name: "Sales tax", rate: 9.25, base: 85.49, amount: 7.91 }],
  tax: 7.91,
  total: 264.4,
  subtotals: { labor: 171, part: 85.49, sublet: 0, fee: 0 },
});

export const newLaborExample = {
  kind: "labor",
  description: "Replace front pads and rotors",
  quantity: 1.5,
  unit_price: 120,
};

export const newPartExample = { kind: "part", description: "Brake pads, ceramic", inventory_id: 5, condition: "new", quantity: 1 };
