import type { PaperSize } from "../core/paper-ports.ts";

/** A document to be printed: words and numbers in their order, nothing of where they stand. Texts may have several lines. */
export interface Paper {
  /** What the file is called by readers: the kind and the number. ASCII. */
  readonly title: string;
  /** When the document was made, ISO 8601; the file has no other time. */
  readonly at: string;
  readonly size: PaperSize;
  readonly blocks: readonly Block[];
}

export type Block = Heading | Words | Sides | Table;

export interface Heading {
  readonly kind: "heading";
  readonly level: 1 | 2;
  readonly text: string;
}

export interface Words {
  readonly kind: "words";
  readonly text: string;
  readonly isSmall?: boolean;
}

/** Two texts side by side, each with a title or without. */
export interface Sides {
  readonly kind: "sides";
  readonly left: Side;
  readonly right: Side;
}

export interface Side {
  readonly title: string | null;
  readonly text: string;
}

export interface Column {
  readonly title: string;
  /** The part of the width that it takes; those of a table are 1 together. */
  readonly width: number;
  readonly align: "left" | "right";
}

/** Rows with a head that is repeated on each page. */
export interface Table {
  readonly kind: "table";
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Without a head where the first cell of each row says what it is. */
  readonly hasHead: boolean;
}

/** A text for each column; or a text over all of them, which says what follows. */
export type Row = { readonly cells: readonly string[]; readonly isBold?: boolean } | { readonly over: string; readonly isBold?: boolean };

/** All that a document says. */
export const textOf = ({ blocks }: Paper): string =>
  blocks
    .flatMap((block) => {
      if (block.kind === "sides") return [block.left, block.right].flatMap(({ title, text }) => [title ?? "", text]);
      if (block.kind !== "table") return [block.text];
      return [...block.columns.map(({ title }) => title), ...block.rows.flatMap((row) => ("over" in row ? [row.over] : row.cells))];
    })
    .join("\n");
