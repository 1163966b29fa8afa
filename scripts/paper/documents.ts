import { toCents } from "../../src/core/money.ts";
import type { FontStore } from "../../src/core/paper-ports.ts";
import { toPpm } from "../../src/core/percent.ts";
import { toThousandths } from "../../src/core/quantity.ts";
import type { FrozenEstimate } from "../../src/paper/estimate-paper.ts";
import type { FrozenInvoice } from "../../src/paper/invoice-paper.ts";
import { type Printable, renderEstimate, renderInvoice, renderServiceLog } from "../../src/paper/render.ts";
import type { ServiceLog } from "../../src/paper/service-log.ts";
import { BUYER, COST, JOB, LINE, partLine, SHOP, TAX, VEHICLE } from "./defaults.ts";
import { RECEIPTS } from "./receipts.ts";

/** Documents of each kind, in scripts of their own, whose pictures are kept in `docs/paper`. */

const polish: FrozenEstimate = {
  ...{ number: "E2026-000041", at: "2026-11-20T09:30:00.000Z", date: "2026-11-20", valid_until: "2026-12-20" },
  ...{
    message: "Klocki mają 1 mm. Łączna naprawa zajmie około dwóch godzin.",
    lines_net: toCents(359.98),
    discount_amount: toCents(0),
    net: toCents(359.98),
    total: toCents(431.98),
  },
  shop: {
    ...{ ...SHOP, name: "Warsztat Żądło", legal_name: "Żądło i Synowie sp. z o.o.", address: "ul. Gęsia 12\n00-950 Łódź", currency: "PLN" },
    ...{
      phone: "+48 42 555 01 02",
      email: "warsztat@example.pl",
      tax_number: "PL 725-000-00-00",
      text: "Ceny obejmują podatek, jeśli tak zaznaczono.",
    },
  },
  customer: { id: 1, name: "Łukasz Żółć" },
  vehicle: { ...VEHICLE, mileage: 128_400, license_plate: "EL 4Ż3Ś", color: "zielony" },
  discount: null,
  jobs: [{ ...JOB, title: "Hamulce przednie", concern: "Piszczą przy hamowaniu", note: "Tarcze są jeszcze dobre." }],
  lines: [
    { ...LINE, together: 1, description: "Wymiana klocków, źródło hałasu: łożysko" },
    { ...partLine({ description: "Klocki hamulcowe ceramiczne", part_number: "ŁK-204" }), together: 1 },
  ],
  taxes: [{ ...TAX, name: "VAT", rate: toPpm(23), base: toCents(359.98), amount: toCents(72) }],
  print: { paper: "a4", locale: "pl-PL" },
};

const greek: FrozenInvoice = {
  ...{ number: "2026-000118", at: "2026-11-20T20:30:00.000Z", date: "2026-11-20", supplied_on: "2026-11-19", due_date: "2026-12-20" },
  ...{
    reason: null,
    text: "Ευχαριστούμε για την προτίμηση.",
    lines_net: toCents(7379.18),
    discount_amount: toCents(379.18),
    net: toCents(7000),
    total: toCents(8400),
  },
  time_zone: "Europe/Athens",
  content: {
    seller: {
      ...SHOP,
      name: "Συνεργείο Παπαδόπουλος",
      address: "Οδός Αθηνάς 7\n105 54 Αθήνα",
      tax_number: "EL 090000045",
      text: "Εγγύηση δώδεκα μηνών.",
    },
    buyer: { ...BUYER, name: "Αλέξανδρος Χατζής", email: "alexandros@example.gr", address: "Θεσσαλονίκη" },
    vehicle: { ...VEHICLE, mileage_in: 98_200, mileage_out: 98_215 },
    ...{
      po_number: "ΑΓ-77",
      promised_at: null,
      completed_at: "2026-11-19T15:00:00.000Z",
      discount: { percent: null, value: toCents(379.18), reason: "Πιστός πελάτης" },
    },
    jobs: [
      { ...JOB, title: "Μεγάλο σέρβις", correction: "Αντικαταστάθηκαν όλα τα φίλτρα και τα υγρά, έγινε έλεγχος φρένων και ανάρτησης." },
    ],
    lines: Array.from({ length: 41 }, (_, index) =>
      partLine({
        id: index + 1,
        description: `Φίλτρο λαδιού, θέση ${index + 1}`,
        share: toCents(index < 40 ? 9.25 : 9.18),
        job_id: index < 38 ? 1 : null,
      }),
    ),
    taxes: [{ ...TAX, name: "ΦΠΑ", base: toCents(7000), amount: toCents(1400) }],
    estimates: [{ id: 1, number: "E2026-000040" }],
    authorizations: [
      {
        ...{
          id: 1,
          estimate_id: 1,
          at: "2026-11-18T22:05:00.000Z",
          channel: "phone",
          person_name: "Ελένη Χατζή",
          capacity: "designee",
        },
        ...{ contact: "+30 210 555 0102", additional_net: toCents(7000), replaced_parts: null },
      },
    ],
    mechanics: [],
    print: { paper: "a4", locale: "el-GR" },
  },
};

const cyrillic: FrozenInvoice = {
  ...{ number: "C2026-000003", at: "2026-11-20T09:30:00.000Z", date: "2026-11-20", supplied_on: "2026-11-18", due_date: null },
  ...{
    reason: "Колодки були несправні",
    text: null,
    lines_net: toCents(179.98),
    discount_amount: toCents(0),
    net: toCents(179.98),
    total: toCents(215.98),
  },
  time_zone: "Europe/Kyiv",
  content: {
    seller: {
      ...SHOP,
      name: "Автосервіс Ґудзик",
      address: "вул. Хрещатик 1\nКиїв",
      currency: "UAH",
      registration_number: "ЄДРПОУ 12345678",
    },
    buyer: {
      ...BUYER,
      name: "Екатерина Щербакова",
      phone: "+380 44 555 01 02",
      address: "Подъезд 3, Ёлкино",
      tax_exempt_reason: "non_profit",
      tax_exempt_certificate: "№ 17",
    },
    vehicle: null,
    po_number: null,
    credits: { id: 1, number: "2026-000112", date: "2026-11-18" },
    lines: [
      {
        ...{ id: 1, job_id: null, kind: "part", description: "Гальмівні колодки (їх замінено)", mechanic_id: null, net: toCents(179.98) },
        ...{ quantity: toThousandths(2), discount: toCents(0), cost: COST, credited_net: toCents(179.98), taxes: [1] },
      },
    ],
    taxes: [{ ...TAX, name: "ПДВ", base: toCents(179.98), amount: toCents(36) }],
    print: { paper: "a4", locale: "uk-UA" },
  },
};

/** What no font has, and what would break the line or the page if it were taken as it is. */
const hostile: FrozenInvoice = {
  ...{ number: "2026-000119", at: "2026-11-20T09:30:00.000Z", date: "2026-11-20", supplied_on: "2026-11-20", due_date: "2026-11-20" },
  ...{
    reason: null,
    text: "Thank you \u{1f600} شكرا תודה\u202e gnihton",
    lines_net: toCents(180),
    discount_amount: toCents(0),
    net: toCents(180),
    total: toCents(180),
  },
  time_zone: "America/Chicago",
  content: {
    seller: { ...SHOP, currency: "USD", epa_number: "TXR000012345", legal_name: "A & B <Motors> \\ (Texas) LLC" },
    buyer: { ...BUYER, name: "Zoe\u0308 O\u2019Brien\u0000\u0007", address: "12 Main Street\r\n\r\nSpringfield\u2028Texas" },
    vehicle: { ...VEHICLE, vin: "", make: null, model: null, year: null, description: "Trailer", mileage_in: null, mileage_out: null },
    ...{
      po_number: null,
      promised_at: null,
      completed_at: null,
      discount: null,
      jobs: [],
      taxes: [],
      estimates: [],
      authorizations: [],
      mechanics: [],
    },
    lines: [{ ...LINE, job_id: null, description: `${"W".repeat(150)} after a word without a blank \ud800 and a lone half` }],
    print: { paper: "letter", locale: "en-US" },
  },
};

const chinese: ServiceLog = {
  shop: { ...SHOP, name: "王记汽车修理", address: "北京市朝阳区建国路一号", currency: "CNY" },
  print: { paper: "a4", locale: "zh-CN" },
  vehicle: { ...VEHICLE, make: "红旗", model: "H5", license_plate: "京A·12345" },
  ...{ at: "2026-11-20T09:30:00.000Z", date: "2026-11-20" },
  visits: [
    {
      ticket_id: 31,
      date: "2026-10-02",
      mileage: 82_000,
      work: ["更换前刹车片", "检查制动液，添加至标准液位"],
      parts: ["陶瓷刹车片"],
      mechanics: ["李小龙"],
    },
    { ticket_id: 12, date: "2025-04-11", mileage: null, work: ["机油和机油滤清器"], parts: [], mechanics: ["王小明", "Łukasz"] },
  ],
};

/** By the name of their pictures. */
export const DOCUMENTS: Readonly<Record<string, (fonts: FontStore) => Printable>> = {
  "estimate-polish": (fonts) => renderEstimate(polish, fonts),
  "invoice-greek": (fonts) => renderInvoice(greek, fonts),
  "credit-note-cyrillic": (fonts) => renderInvoice(cyrillic, fonts),
  "invoice-hostile": (fonts) => renderInvoice(hostile, fonts),
  "service-log-chinese": (fonts) => renderServiceLog(chinese, fonts),
  ...RECEIPTS,
};
