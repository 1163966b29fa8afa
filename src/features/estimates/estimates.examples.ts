import { AUTHORIZATION } from "../../db/records/authorization.ts";
import { ESTIMATE } from "../../db/records/estimate.ts";

const line = {
  id: 3001,
  job_id: 77,
  kind: "labor",
  description: "Replace front pads and rotors",
  inventory_id: null,
  part_number: null,
  condition: null,
  fee_kind: null,
  provider: null,
  quantity: 1.5,
  unit_price: 120,
  flat_amount: null,
  discount: null,
  taxable: true,
  gross: 180,
  discount_amount: 0,
  net: 180,
  discount_share: 0,
};
const pads = {
  ...line,
  id: 3002,
  kind: "part",
  description: "Brake pads, ceramic",
  inventory_id: 19,
  part_number: "BP-2041",
  condition: "new",
  quantity: 1,
  unit_price: 89.99,
  gross: 89.99,
  net: 89.99,
};
const fluid = {
  ...line,
  id: 3003,
  kind: "fee",
  description: "Brake fluid disposal",
  fee_kind: "hazardous_waste",
  quantity: 1,
  unit_price: 4.5,
  taxable: false,
  gross: 4.5,
  net: 4.5,
};

export const summaryExample = {
  ...ESTIMATE.listedExample,
  status: "current",
  customer: { id: 12, name: "Ada Delgado" },
  vehicle: {
    id: 7,
    vin: "1M8GDM9AXKP042788",
    serial_number: null,
    make: "Toyota",
    model: "Corolla",
    year: 2019,
    color: "blue",
    license_plate: "ADA 42",
    description: null,
    mileage: 61_500,
  },
  discount: null,
  taxes: [{ name: "Sales tax", rate: 9.25, base: 89.99, amount: 8.32 }],
  decisions: { approved: { lines: 0, net: 0 }, declined: { lines: 0, net: 0 }, open: { lines: 3, net: 274.49 } },
};

export const estimateExample = {
  ...summaryExample,
  shop: {
    name: "Mechanic Shop",
    legal_name: null,
    address: "12 Main Street, Springfield",
    phone: "+1 555 0100",
    email: "shop@example.com",
    registration_number: null,
    tax_number: null,
    epa_number: "CAL000123456",
    currency: "USD",
    text: null,
  },
  jobs: [{ id: 77, title: "Front brakes", by_line: false, concern: "Grinds when braking", note: null, lines: [line, pads, fluid] }],
  lines: [],
};

export const authorizationExample = {
  ...AUTHORIZATION.listedExample,
  by: { user_id: 2 },
  decisions: [line, pads, fluid].map(({ id, description, net }) => ({ line_id: id, description, net, decision: "approved" })),
};

export const newAuthorizationExample = {
  channel: "phone",
  person_name: "Ada Delgado",
  capacity: "owner",
  contact: "+1 555 0100",
  replaced_parts: "return",
  decisions: [{ job_id: 77, decision: "approved" }],
};

export const declinedExample = {
  line_id: 3007,
  service_ticket_id: 31,
  estimate_id: 455,
  description: "Cabin filter",
  net: 39.9,
  at: "2026-11-26T17:04:11.120Z",
  person_name: "Ada Delgado",
};
