import type { Content } from "../db/records/estimate-content.ts";
import { formsOf } from "./forms.ts";
import type { Paper } from "./paper.ts";
import { afterDiscount, headOf, linesOf, linesTable, type Sums, sumsTable, vehicleOf } from "./parts.ts";
import { printingOf } from "./printing.ts";

/** An estimate as it was frozen: its columns that never change, and its content. */
export interface FrozenEstimate extends Sums, Content {
  readonly number: string;
  readonly at: string;
  readonly date: string;
  readonly valid_until: string;
  readonly message: string | null;
}

/** An estimate on paper. */
export const estimatePaper = (estimate: FrozenEstimate): Paper => {
  const { shop, vehicle, customer, lines, taxes } = estimate;
  const { locale, paper } = printingOf(estimate.print);
  const forms = formsOf(locale, shop.currency, "UTC");
  const head = headOf(shop);
  return {
    title: `Estimate ${estimate.number}`,
    at: estimate.at,
    size: paper,
    blocks: [
      { kind: "heading", level: 2, text: head.name },
      { kind: "words", isSmall: true, text: head.rest },
      { kind: "heading", level: 1, text: `Estimate ${estimate.number}` },
      {
        kind: "sides",
        left: { title: "Customer", text: customer.name },
        right: { title: null, text: linesOf(`Date ${forms.day(estimate.date)}`, `Valid until ${forms.day(estimate.valid_until)}`) },
      },
      ...(vehicle === null
        ? []
        : [
            { kind: "heading", level: 2, text: "Vehicle" } as const,
            {
              kind: "words",
              text: vehicleOf(vehicle, vehicle.mileage !== null && `Mileage ${forms.count(vehicle.mileage)}`),
            } as const,
          ]),
      linesTable(estimate.jobs, lines, forms),
      sumsTable(estimate, { lines: afterDiscount(lines), taxes, reason: estimate.discount?.reason ?? null, total: "Total" }, forms),
      { kind: "words", text: estimate.message ?? "" },
      { kind: "words", isSmall: true, text: shop.text ?? "" },
    ],
  };
};
