import { accepts } from "hono/accepts";
import type { AppContext } from "../app-env.ts";

/** A part of `Accept`, with its quality from 0 to 1. */
interface Range {
  readonly type: string;
  readonly q: number;
}

/** How much a client wants a type, and how precisely it says so. */
interface Wish {
  readonly quality: number;
  readonly precision: number;
}

/** The most precise range that matches a type decides, whatever the order (RFC 9110, 12.5.1). */
const wishFor = (ranges: readonly Range[], type: string): Wish => {
  const patterns = ["*/*", type.replace(/\/.*/, "/*"), type];
  const found = ranges
    .map((range) => ({ quality: range.q, precision: patterns.indexOf(range.type.toLowerCase()) }))
    .filter(({ precision }) => precision >= 0);
  return found.sort((a, b) => b.precision - a.precision || b.quality - a.quality)[0] ?? { quality: 0, precision: -1 };
};

const JSON_TYPE = "application/json";
const CSV_TYPE = "text/csv";

/** The listing as a file if the client wants it more, or as much and says it more precisely; else JSON, also where neither is wanted. */
const match = (ranges: readonly Range[]): string => {
  const [json, csv] = [wishFor(ranges, JSON_TYPE), wishFor(ranges, CSV_TYPE)];
  const isPreciser = csv.quality === json.quality && csv.quality > 0 && csv.precision > json.precision;
  return csv.quality > json.quality || isPreciser ? CSV_TYPE : JSON_TYPE;
};

/** Would the client rather have CSV than JSON, by its `Accept`? */
export const prefersCsv = (c: AppContext): boolean =>
  accepts(c, { header: "Accept", supports: [JSON_TYPE, CSV_TYPE], default: JSON_TYPE, match }) === CSV_TYPE;
