import type { PaperSize } from "../core/paper-ports.ts";

/** How a document is printed: frozen with it, so that the shop's settings of later do not change it. */
export interface Printing {
  readonly paper: PaperSize;
  /** BCP 47. */
  readonly locale: string;
}

/** For documents that were made before a shop could set it. */
const BEFORE: Printing = { paper: "letter", locale: "en-US" };

/** How a document is printed. */
export const printingOf = (frozen: Printing | null | undefined): Printing => frozen ?? BEFORE;
