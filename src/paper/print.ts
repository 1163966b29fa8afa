import type { FontStore } from "../core/paper-ports.ts";
import { plain } from "./characters.ts";
import { Faces, type Weight } from "./faces.ts";
import { wrap } from "./lines.ts";
import { type Block, type Column, type Paper, type Row, type Side, type Table, textOf } from "./paper.ts";
import type { Pdfkit } from "./pdfkit.mjs";
import { type Element, type Line, Sheet } from "./sheet.ts";

/** Sizes of fonts, in points. */
const TEXT = 9;
const SMALL = 8;
const HEADINGS = { 1: 16, 2: 11 } as const;
/** From one baseline to the next, and from the top of a line to its baseline, in sizes of the font. */
const LEADING = 1.35;
const ASCENT = 1.07;
/** Points between blocks, around rules, and between columns. */
const GAP = 10;
const PAD = 3;
const GUTTER = 8;

/** How many lines are not torn apart by the end of a page, if they belong to each other. */
const TOGETHER = 12;

/** Lines of text that stand below each other, in an element of the structure. */
interface Stack {
  readonly element: Element;
  readonly lines: readonly string[];
  readonly x: number;
  readonly width: number;
  readonly align: "left" | "right";
  readonly size: number;
  readonly weight: Weight;
}

class Printer {
  readonly #sheet: Sheet;
  readonly #faces: Faces;

  constructor(sheet: Sheet, faces: Faces) {
    this.#sheet = sheet;
    this.#faces = faces;
  }

  #wrap(text: string, width: number, size: number, weight: Weight): readonly string[] {
    return text === "" ? [] : wrap(text, width, size, weight, this.#faces);
  }

  /**
   * Draws stacks beside each other, over as many pages as they need.
   * @param onPage draws what a further page begins with
   */
  #draw(stacks: readonly Stack[], onPage: () => void = () => {}): void {
    const height = Math.max(...stacks.map(({ size }) => size)) * LEADING;
    const count = Math.max(...stacks.map(({ lines }) => lines.length));
    if (count <= TOGETHER && this.#sheet.room < count * height) {
      this.#sheet.breakPage();
      onPage();
    }
    for (let from = 0; from < count; ) {
      if (this.#sheet.room < height) {
        this.#sheet.breakPage();
        onPage();
      }
      const to = Math.min(count, from + Math.max(1, Math.floor(this.#sheet.room / height)));
      const top = this.#sheet.y;
      for (const { element, lines, ...line } of stacks) {
        const here = lines.slice(from, to);
        if (here.length === 0) continue;
        this.#sheet.within(element, () => {
          for (const [index, text] of here.entries()) {
            // Whoever reads the text without the places has a blank between lines.
            const shown = from + index < lines.length - 1 ? `${text} ` : text;
            this.#sheet.write({ ...line, text: shown }, top + index * height + line.size * ASCENT);
          }
        });
      }
      this.#sheet.y = top + (to - from) * height;
      from = to;
    }
    for (const { element } of stacks) element.end();
  }

  #words(text: string, type: string, size: number, weight: Weight): void {
    const { left: x, width } = this.#sheet;
    const lines = this.#wrap(text, width, size, weight);
    if (lines.length > 0) this.#draw([{ element: this.#sheet.element(type), lines, x, width, align: "left", size, weight }]);
  }

  #sides(left: Side, right: Side): void {
    const width = (this.#sheet.width - GUTTER) / 2;
    const sides = [left, right].map((side, index) => ({ ...side, x: this.#sheet.left + index * (width + GUTTER) }));
    const stack = (x: number, text: string, type: string, weight: Weight): Stack => {
      const lines = this.#wrap(text, width, TEXT, weight);
      return { element: this.#sheet.element(type), lines, x, width, align: "left", size: TEXT, weight };
    };
    const titles = sides.flatMap(({ x, title }) => (title === null ? [] : [stack(x, title, "P", "bold")]));
    if (titles.length > 0) this.#draw(titles);
    this.#draw(sides.map(({ x, text }) => stack(x, text, "P", "regular")));
  }

  /** Where the columns of a table stand, with a gutter behind each but the last. */
  #places(columns: readonly Column[]): readonly (Pick<Line, "x" | "width" | "align"> & { readonly title: string })[] {
    let x = this.#sheet.left;
    return columns.map(({ title, width: part, align }, index) => {
      const whole = part * this.#sheet.width;
      const place = { title, x, width: whole - (index === columns.length - 1 ? 0 : GUTTER), align };
      x += whole;
      return place;
    });
  }

  /** The cells of a row, where they stand. */
  #cells(columns: readonly Column[], texts: readonly string[], type: "TH" | "TD", row: Element, weight: Weight): readonly Stack[] {
    return this.#places(columns).map(({ x, width, align }, index) => {
      const lines = this.#wrap(texts[index] ?? "", width, TEXT, weight);
      return { element: this.#sheet.element(type, row), lines, x, width, align, size: TEXT, weight };
    });
  }

  #head({ columns }: Table, table: Element): void {
    const row = this.#sheet.element("TR", table);
    const titles = columns.map(({ title }) => title);
    this.#draw(this.#cells(columns, titles, "TH", row, "bold"));
    row.end();
    this.#sheet.rule(this.#sheet.y + PAD / 2);
    this.#sheet.y += PAD;
  }

  /** The head again, on a further page: no part of what the table says. */
  #headAgain({ columns }: Table): void {
    this.#sheet.artifact(() => {
      for (const { title, ...place } of this.#places(columns))
        this.#sheet.write({ ...place, text: title, size: TEXT, weight: "bold" }, this.#sheet.y + TEXT * ASCENT);
    });
    this.#sheet.y += TEXT * LEADING;
    this.#sheet.rule(this.#sheet.y + PAD / 2);
    this.#sheet.y += PAD;
  }

  #row(table: Table, element: Element, row: Row): void {
    const weight = row.isBold ? "bold" : "regular";
    const made = this.#sheet.element("TR", element);
    const over = { title: "", width: 1, align: "left" } as const;
    const stacks =
      "over" in row ? this.#cells([over], [row.over], "TD", made, weight) : this.#cells(table.columns, row.cells, "TD", made, weight);
    this.#draw(stacks, () => table.hasHead && this.#headAgain(table));
    made.end();
    this.#sheet.y += PAD / 2;
  }

  #table(table: Table): void {
    const element = this.#sheet.element("Table");
    // A head does not stand alone at the end of a page, nor a total without what it is the sum of.
    const first = table.hasHead ? 4 : Math.min(table.rows.length + 2, TOGETHER);
    if (this.#sheet.room < first * TEXT * LEADING) this.#sheet.breakPage();
    if (table.hasHead) this.#head(table, element);
    for (const row of table.rows) this.#row(table, element, row);
    element.end();
  }

  block(block: Block): void {
    if (block.kind === "heading") {
      if (this.#sheet.room < 5 * TEXT * LEADING) this.#sheet.breakPage();
      this.#words(block.text, `H${block.level}`, HEADINGS[block.level], "bold");
    } else if (block.kind === "words") this.#words(block.text, "P", block.isSmall ? SMALL : TEXT, "regular");
    else if (block.kind === "sides") this.#sides(block.left, block.right);
    else this.#table(block);
    this.#sheet.y += block.kind === "heading" ? PAD : GAP;
  }
}

/**
 * A document as PDF/A-3, tagged, with its fonts. The same document makes the same bytes.
 * @throws Failure `unavailable` when a font cannot be read
 */
export const print = async (paper: Paper, fonts: FontStore, pdfkit: Pdfkit): Promise<Uint8Array<ArrayBuffer>> => {
  const faces = await Faces.for(pdfkit, fonts, plain(textOf(paper)));
  const sheet = new Sheet(pdfkit, paper, faces);
  const printer = new Printer(sheet, faces);
  for (const block of paper.blocks) printer.block(block);
  return sheet.end(paper.title);
};
