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
/** What a listing or a document may be answered as instead. */
export type FileType = "text/csv" | "application/pdf";

/** The file if the client wants it more, or as much and says it more precisely; else JSON, also where neither is wanted. */
const matchOf =
  (type: FileType) =>
  (ranges: readonly Range[]): string => {
    const [json, file] = [wishFor(ranges, JSON_TYPE), wishFor(ranges, type)];
    const isPreciser = file.quality === json.quality && file.quality > 0 && file.precision > json.precision;
    return file.quality > json.quality || isPreciser ? type : JSON_TYPE;
  };

/** Would the client rather have the file than JSON, by its `Accept`? */
export const prefers = (c: AppContext, type: FileType): boolean =>
  accepts(c, { header: "Accept", supports: [JSON_TYPE, type], default: JSON_TYPE, match: matchOf(type) }) === type;
