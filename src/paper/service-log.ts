import type { Content } from "../db/records/estimate-content.ts";
import { formsOf } from "./forms.ts";
import type { Paper, Row } from "./paper.ts";
import { headOf, linesOf, vehicleOf } from "./parts.ts";
import { type Printing, printingOf } from "./printing.ts";

/** What was done on a vehicle, visit by visit. */
export interface ServiceLog {
  readonly shop: Omit<Content["shop"], "text">;
  readonly print: Printing | null;
  readonly vehicle: Omit<NonNullable<Content["vehicle"]>, "mileage">;
  /** When it was made, ISO 8601, and the day of that in the shop's time zone, YYYY-MM-DD. */
  readonly at: string;
  readonly date: string;
  /** The newest first. */
  readonly visits: readonly Visit[];
}

/** A ticket as its customer may see it. */
export interface Visit {
  readonly ticket_id: number;
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly mileage: number | null;
  readonly work: readonly string[];
  readonly parts: readonly string[];
  readonly mechanics: readonly string[];
}

/** A vehicle's service log on paper. */
export const serviceLogPaper = ({ shop, print, vehicle, at, date, visits }: ServiceLog): Paper => {
  const { locale, paper } = printingOf(print);
  const forms = formsOf(locale, shop.currency, "UTC");
  const head = headOf({ ...shop, text: null });
  const rows: readonly Row[] = visits.map(({ ticket_id, date: day, mileage, work, parts, mechanics }) => ({
    cells: [
      linesOf(forms.day(day), `Ticket ${ticket_id}`),
      mileage === null ? "" : forms.count(mileage),
      linesOf(...work, parts.length > 0 && `Parts: ${parts.join(", ")}`),
      mechanics.join(", "),
    ],
  }));
  return {
    title: `Service log of vehicle ${vehicle.id}`,
    at,
    size: paper,
    blocks: [
      { kind: "heading", level: 2, text: head.name },
      { kind: "words", isSmall: true, text: head.rest },
      { kind: "heading", level: 1, text: "Service log" },
      {
        kind: "sides",
        left: { title: "Vehicle", text: vehicleOf(vehicle) },
        right: { title: null, text: `As of ${forms.day(date)}` },
      },
      {
        kind: "table",
        hasHead: true,
        columns: [
          { title: "Date", width: 0.16, align: "left" },
          { title: "Mileage", width: 0.12, align: "right" },
          { title: "Work", width: 0.5, align: "left" },
          { title: "Mechanics", width: 0.22, align: "left" },
        ],
        rows: rows.length > 0 ? rows : [{ over: "No work is recorded." }],
      },
    ],
  };
};
