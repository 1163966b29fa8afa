import { type Cents, differenceOf, sumOf } from "../core/money.ts";
import type { Thousandths } from "../core/quantity.ts";
import type { PricedTax } from "../db/pricing.ts";
import type { Content } from "../db/records/estimate-content.ts";
import type { InvoiceContent } from "../db/records/invoice-content.ts";
import type { LineKind } from "../db/schema/ticket-lines.ts";
import type { Forms } from "./forms.ts";
import type { Column, Row, Table } from "./paper.ts";

/** The texts that are there, on a line each. */
export const linesOf = (...texts: readonly (string | null | undefined | false)[]): string =>
  texts.filter((text) => typeof text === "string" && text !== "").join("\n");

/** The same beside each other. */
const sideBySide = (mark: string, ...texts: readonly (string | null | false)[]): string => texts.filter(Boolean).join(mark);

/** What stands at the head of each document. */
export const headOf = (shop: Content["shop"] | InvoiceContent["seller"]): { readonly name: string; readonly rest: string } => ({
  name: shop.name,
  rest: linesOf(
    shop.legal_name !== shop.name && shop.legal_name,
    shop.address,
    sideBySide(" · ", shop.phone, shop.email),
    sideBySide(
      " · ",
      shop.registration_number && `Registration ${shop.registration_number}`,
      shop.tax_number && `Tax number ${shop.tax_number}`,
      shop.epa_number && `EPA number ${shop.epa_number}`,
    ),
  ),
});

type ShownVehicle = Omit<NonNullable<Content["vehicle"]>, "mileage">;

/** What a vehicle is called, and by what it is told from others. */
export const vehicleOf = (vehicle: ShownVehicle | null, ...mileage: readonly (string | false)[]): string =>
  vehicle === null
    ? ""
    : linesOf(
        sideBySide(" ", String(vehicle.year ?? ""), vehicle.make, vehicle.model),
        vehicle.description,
        sideBySide(
          " · ",
          vehicle.color && `Color ${vehicle.color}`,
          vehicle.license_plate && `Plate ${vehicle.license_plate}`,
          vehicle.vin && `VIN ${vehicle.vin}`,
          vehicle.serial_number && `Serial number ${vehicle.serial_number}`,
        ),
        sideBySide(" · ", ...mileage),
      );

/** Words of the catalogue as they are read. */
export const wordsOf = (word: string): string => word.replaceAll("_", " ");

type ShownLine = Omit<Content["lines"][number], "together">;

const KINDS: Readonly<Record<LineKind, string>> = { labor: "Labor", part: "Parts", sublet: "Sublet", fee: "Fees" };

const COLUMNS: readonly Column[] = [
  { title: "Description", width: 0.55, align: "left" },
  { title: "Quantity", width: 0.13, align: "right" },
  { title: "Price", width: 0.16, align: "right" },
  { title: "Amount", width: 0.16, align: "right" },
];

const quantityOf = ({ kind, quantity }: ShownLine, forms: Forms): string =>
  kind === "labor" && quantity !== null ? `${forms.quantity(quantity)} h` : forms.quantity(quantity);

const rowOf = (line: ShownLine, forms: Forms): Row => ({
  cells: [
    linesOf(
      line.description,
      sideBySide(
        ", ",
        line.part_number && `Part ${line.part_number}`,
        line.condition && wordsOf(line.condition),
        line.provider && `by ${line.provider}`,
        line.discount_amount > 0 && `less ${forms.amount(line.discount_amount)} of ${forms.amount(line.gross)}`,
      ),
    ),
    quantityOf(line, forms),
    line.unit_price === null ? "" : forms.amount(line.unit_price),
    forms.amount(line.net),
  ],
});

interface ShownJob {
  readonly id: number;
  readonly title: string;
  readonly concern: string | null;
  readonly correction?: string | null;
  readonly note: string | null;
}

/** The lines of each job below its title, then those of none. */
export const linesTable = (jobs: readonly ShownJob[], lines: readonly ShownLine[], forms: Forms): Table => {
  const of = (job: number | null): Row[] => lines.filter(({ job_id }) => job_id === job).map((line) => rowOf(line, forms));
  const others = of(null);
  return {
    kind: "table",
    hasHead: true,
    columns: COLUMNS,
    rows: [
      ...jobs.flatMap((job): Row[] => {
        const said = linesOf(
          job.concern && `Concern: ${job.concern}`,
          job.correction && `Work done: ${job.correction}`,
          job.note && `Note: ${job.note}`,
        );
        return [{ over: job.title, isBold: true }, ...(said === "" ? [] : [{ over: said }]), ...of(job.id)];
      }),
      ...(jobs.length > 0 && others.length > 0 ? [{ over: "Other", isBold: true }] : []),
      ...others,
    ],
  };
};

/** A line of a credit note. */
export interface TakenBack {
  readonly kind: LineKind;
  readonly description: string;
  readonly quantity: Thousandths;
  readonly net: Cents;
}

/** What a credit note takes back of lines. */
export const creditedTable = (lines: readonly TakenBack[], forms: Forms): Table => ({
  kind: "table",
  hasHead: true,
  columns: [
    { title: "Description", width: 0.71, align: "left" },
    { title: "Quantity", width: 0.13, align: "right" },
    { title: "Amount", width: 0.16, align: "right" },
  ],
  rows: lines.map(({ description, quantity, net }) => ({ cells: [description, forms.quantity(quantity), forms.amount(net)] })),
});

/** A sum of money by the kind of line. */
export interface OfKind {
  readonly kind: LineKind;
  readonly net: Cents;
}

/** Net of lines after the discount of the ticket. */
export const afterDiscount = (lines: readonly ShownLine[]): OfKind[] =>
  lines.map(({ kind, net, share }) => ({ kind, net: differenceOf(net, share) }));

/** The sums of a document, in cents. */
export interface Sums {
  readonly lines_net: Cents;
  readonly discount_amount: Cents;
  readonly net: Cents;
  readonly total: Cents;
}

/** Amounts, each behind what it is. */
export const amountsTable = (rows: readonly Row[]): Table => ({
  kind: "table",
  hasHead: false,
  columns: [
    { title: "", width: 0.8, align: "right" },
    { title: "", width: 0.2, align: "right" },
  ],
  rows,
});

/** From the lines to the total. */
export const sumsTable = (
  sums: Sums,
  { lines, taxes, reason, total }: { lines: readonly OfKind[]; taxes: readonly PricedTax[]; reason: string | null; total: string },
  forms: Forms,
): Table => {
  const kinds = Object.entries(KINDS).flatMap(([kind, name]) => {
    const of = lines.filter((line) => line.kind === kind);
    return of.length === 0 ? [] : [{ cells: [name, forms.amount(sumOf(of.map(({ net }) => net)))] }];
  });
  const discount = [
    { cells: ["Lines", forms.amount(sums.lines_net)] },
    { cells: [reason ? `Discount: ${reason}` : "Discount", `-${forms.amount(sums.discount_amount)}`] },
  ];
  return amountsTable([
    ...(sums.discount_amount > 0 ? discount : []),
    ...kinds,
    { cells: ["Net", forms.amount(sums.net)] },
    ...taxes
      .filter(({ base }) => base > 0)
      .map(({ name, rate, base, amount }) => ({
        cells: [`${name}, ${forms.percent(rate)} of ${forms.amount(base)}`, forms.amount(amount)],
      })),
    { cells: [total, forms.money(sums.total)], isBold: true },
  ]);
};
