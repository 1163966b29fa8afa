import { INVOICE } from "../../db/records/invoice.ts";
import { INVOICE_LINE } from "../../db/records/invoice-line.ts";
import { INVOICE_TAX } from "../../db/records/invoice-tax.ts";

const line = {
  id: 3001,
  job_id: 77,
  kind: "labor",
  description: "Replace front pads and rotors",
  mechanic: "Grace Kim",
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
  discount_share: 0,
  net: 180,
  taxes: [],
};
const pads = {
  ...line,
  id: 3002,
  kind: "part",
  description: "Brake pads, ceramic",
  mechanic: null,
  inventory_id: 19,
  part_number: "BP-2041",
  condition: "new",
  quantity: 1,
  unit_price: 89.99,
  gross: 89.99,
  net: 89.99,
  taxes: ["Sales tax"],
};
const fluid = {
  ...line,
  id: 3003,
  kind: "fee",
  description: "Brake fluid disposal",
  mechanic: null,
  fee_kind: "hazardous_waste",
  quantity: 1,
  unit_price: 4.5,
  taxable: false,
  gross: 4.5,
  net: 4.5,
};

export const summaryExample = {
  ...INVOICE.listedExample,
  overdue: false,
  credits: null,
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
    mileage_in: 61_500,
    mileage_out: 61_502,
  },
  currency: "USD",
  po_number: null,
  promised_at: "2026-11-26T18:00:00.000Z",
  completed_at: "2026-11-26T17:20:00.000Z",
  subtotals: { labor: 180, part: 89.99, sublet: 0, fee: 4.5 },
};

const seller = {
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
};
const buyer = {
  id: 12,
  name: "Ada Delgado",
  email: "ada@example.com",
  phone: "+1 555 0100",
  address: null,
  tax_exempt_reason: null,
  tax_exempt_certificate: null,
};

export const invoiceExample = {
  ...summaryExample,
  credited_by: [],
  estimate_ids: [455],
  seller,
  buyer,
  discount: null,
  jobs: [{ id: 77, title: "Front brakes", concern: "Grinds when braking", correction: null, note: null, lines: [line, pads, fluid] }],
  lines: [],
  taxes: [{ name: "Sales tax", rate: 9.25, base: 89.99, amount: 8.32 }],
  authorizations: [
    {
      id: 9001,
      estimate_id: 455,
      at: "2026-11-26T17:04:11.120Z",
      channel: "phone",
      person_name: "Ada Delgado",
      capacity: "owner",
      contact: "+1 555 0100",
      additional_net: 274.49,
    },
  ],
  replaced_parts: "return",
};

export const creditNoteExample = {
  ...invoiceExample,
  id: 389,
  kind: "credit_note",
  number: "C2026-000012",
  due_date: null,
  lines_net: 89.99,
  net: 89.99,
  tax: 8.32,
  total: 98.31,
  reason: "Pads were faulty",
  credited: 98.31,
  balance: 0,
  status: null,
  credits: { id: 388, number: "2026-000388", in_full: false },
  subtotals: { labor: 0, part: 89.99, sublet: 0, fee: 0 },
  estimate_ids: [],
  jobs: [],
  lines: [{ id: 3002, job_id: 77, kind: "part", description: "Brake pads, ceramic", quantity: 1, net: 89.99, taxes: ["Sales tax"] }],
  authorizations: [],
  replaced_parts: null,
};

export const soldLineExample = INVOICE_LINE.listedExample;
export const invoiceTaxExample = { ...INVOICE_TAX.listedExample, number: "2026-000388" };
