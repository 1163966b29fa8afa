import { PAYMENT } from "../../db/records/payment.ts";

export const paymentExample = {
  ...PAYMENT.listedExample,
  invoice_number: "2026-000388",
  reversed_by_id: null,
  recorded_by: { user_id: 2 },
};

export const recordedExample = {
  ...paymentExample,
  invoice: { id: 388, number: "2026-000388", status: "paid", paid: 282.81, balance: 0, refundable: 0 },
};

export const refundExample = {
  ...recordedExample,
  id: 641,
  kind: "refund",
  amount: 98.31,
  reference: "T-20261128-0007",
  received_on: "2026-11-28",
  created_at: "2026-11-28T10:12:45.020Z",
  effect: -98.31,
  invoice: { id: 388, number: "2026-000388", status: "paid", paid: 184.5, balance: 0, refundable: 0 },
};

export const reversalExample = {
  ...recordedExample,
  id: 642,
  kind: "reversal",
  reference: null,
  reverses_id: 640,
  note: "Recorded on the wrong invoice.",
  effect: -282.81,
  invoice: { id: 388, number: "2026-000388", status: "unpaid", paid: 0, balance: 282.81, refundable: 0 },
};

export const tillExample = {
  from: "2026-11-26",
  to: "2026-11-26",
  payments: 1,
  amount: 282.81,
  methods: [{ method: "card", payments: 1, amount: 282.81 }],
};
