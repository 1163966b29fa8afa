/** Where the fonts of paper come from. `edge/` implements it. */
export interface FontStore {
  /** The bytes of a file below `fonts/`, such as `noto-sans-bold.ttf`. Throws `unavailable` when it cannot be read. */
  read(name: string): Promise<Uint8Array>;
}

/** The sizes of paper that a shop may print on. */
export const PAPER_SIZES = ["a4", "letter"] as const;
export type PaperSize = (typeof PAPER_SIZES)[number];
