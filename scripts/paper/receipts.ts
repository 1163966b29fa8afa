import { toCents } from "../../src/core/money.ts";
import type { FontStore } from "../../src/core/paper-ports.ts";
import type { Receipt } from "../../src/db/records/receipt.ts";
import { type Printable, renderReceipt } from "../../src/paper/render.ts";
import { BUYER, SHOP } from "./defaults.ts";

/** Receipts in scripts of their own, whose pictures are kept in `docs/paper`. */

const PAYMENT = { kind: "payment", received_on: "2026-11-26", created_at: "2026-11-26T17:40:51.311Z" } as const;

const polish: Receipt = {
  ...{
    ...PAYMENT,
    id: 640,
    amount: toCents(200),
    method: "bank_transfer",
    reference: "Przelew nr 17/XI, Łódź",
    paid_after: toCents(331.98),
  },
  invoice: {
    ...{ number: "2026-000121", date: "2026-11-20", total: toCents(431.98), print: { paper: "a4", locale: "pl-PL" } },
    seller: { ...SHOP, name: "Warsztat Żądło", address: "ul. Gęsia 12\n00-950 Łódź", tax_number: "PL 725-000-00-00", currency: "PLN" },
    buyer: { ...BUYER, name: "Łukasz Żółć", phone: "+48 42 555 01 09", email: "lukasz@example.pl" },
  },
};

const greek: Receipt = {
  ...{ ...PAYMENT, id: 641, amount: toCents(8400), method: "card", reference: "ΚΑΡΤΑ-0091", paid_after: toCents(8400) },
  invoice: {
    ...{ number: "2026-000118", date: "2026-11-20", total: toCents(8400), print: { paper: "a4", locale: "el-GR" } },
    seller: { ...SHOP, name: "Συνεργείο Παπαδόπουλος", address: "Οδός Αθηνάς 7\n105 54 Αθήνα", text: "Εγγύηση δώδεκα μηνών." },
    buyer: { ...BUYER, name: "Αλέξανδρος Χατζής", address: "Θεσσαλονίκη" },
  },
};

const cyrillic: Receipt = {
  ...{ ...PAYMENT, kind: "refund", id: 642, amount: toCents(215.98), method: "cash", reference: null, paid_after: toCents(1200) },
  invoice: {
    ...{ number: "2026-000112", date: "2026-11-18", total: toCents(1415.98), print: { paper: "a4", locale: "uk-UA" } },
    seller: { ...SHOP, name: "Автосервіс Ґудзик", registration_number: "ЄДРПОУ 12345678", currency: "UAH" },
    buyer: { ...BUYER, name: "Екатерина Щербакова", address: "Подъезд 3, Ёлкино" },
  },
};

const chinese: Receipt = {
  ...{ ...PAYMENT, id: 643, amount: toCents(500), method: "other", reference: "支付宝 20261126", paid_after: toCents(500) },
  invoice: {
    ...{ number: "2026-000122", date: "2026-11-25", total: toCents(680), print: null },
    seller: { ...SHOP, name: "王记汽车修理", address: "北京市朝阳区建国路一号", currency: "CNY" },
    buyer: { ...BUYER, name: "王小明", phone: "+86 10 5550 0102" },
  },
};

/** By the name of their pictures. */
export const RECEIPTS: Readonly<Record<string, (fonts: FontStore) => Printable>> = {
  "receipt-polish": (fonts) => renderReceipt(polish, fonts),
  "receipt-greek": (fonts) => renderReceipt(greek, fonts),
  "refund-cyrillic": (fonts) => renderReceipt(cyrillic, fonts),
  "receipt-chinese": (fonts) => renderReceipt(chinese, fonts),
};
