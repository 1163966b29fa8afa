import type { PaperSize } from "../core/paper-ports.ts";
import type { Faces, Weight } from "./faces.ts";
import type { Pdfkit } from "./pdfkit.mjs";

/** An element of the structure tree, by which screen readers read. */
export type Element = PDFKit.PDFStructureElement;

/** Points from the edges of the page; the page number stands in the lower margin. */
const MARGIN = 45;
const FOOT = 30;
const SMALL = 8;
const GRAY = "#555555";
const BLACK = "#000000";
const HAIR = 0.5;

/** What the file says of itself. */
export interface Facts {
  /** ASCII: it stands in XML, where nothing escapes it. */
  readonly title: string;
  /** ISO 8601. */
  readonly at: string;
  readonly size: PaperSize;
}

/** Text on one line: where its left or right end is, and its baseline, in points from the upper left corner. */
export interface Line {
  readonly text: string;
  readonly x: number;
  readonly width: number;
  readonly align: "left" | "right";
  readonly size: number;
  readonly weight: Weight;
  readonly isGray?: boolean;
}

/** Safe: pdfkit takes a parsed font as it takes its bytes; its types do not say so. */
const asSource = (font: unknown): Uint8Array => font as Uint8Array;

/** Pages of a PDF that are written from top to bottom. The same calls make the same bytes. */
export class Sheet {
  readonly left = MARGIN;
  readonly width: number;
  /** Where the next line begins, in points from the top. */
  y = MARGIN;
  readonly #doc: PDFKit.PDFDocument;
  readonly #faces: Faces;
  readonly #bottom: number;
  readonly #chunks: Uint8Array[] = [];
  readonly #root: Element;

  constructor({ PDFDocument }: Pdfkit, { title, at, size }: Facts, faces: Faces) {
    this.#faces = faces;
    this.#doc = new PDFDocument({
      size: size === "a4" ? "A4" : "LETTER",
      margin: 0,
      bufferPages: true,
      pdfVersion: "1.7",
      subset: "PDF/A-3a",
      tagged: true,
      lang: "en",
      displayTitle: true,
      // Safe: without a font none is read; its type wants the name of one.
      font: null as unknown as string,
      info: { Title: title, CreationDate: new Date(at), Producer: "PDFKit", Creator: "Mechanic Shop API" },
    });
    this.#doc.on("data", (chunk: Uint8Array) => this.#chunks.push(chunk));
    for (const { name, font } of faces.all) this.#doc.registerFont(name, asSource(font));
    this.width = this.#doc.page.width - 2 * MARGIN;
    this.#bottom = this.#doc.page.height - MARGIN;
    this.#root = this.#doc.struct("Document");
    this.#doc.addStructure(this.#root);
  }

  /** How much room is left on this page, in points. */
  get room(): number {
    return this.#bottom - this.y;
  }

  breakPage(): void {
    this.#doc.addPage();
    this.y = MARGIN;
  }

  /** Adds an element to another one, or to the document. */
  element(type: string, parent: Element = this.#root): Element {
    const made = this.#doc.struct(type);
    parent.add(made);
    return made;
  }

  /** Draws inside of an element. All of it must be on this page. */
  within(element: Element, draw: () => void): void {
    // Safe: pdfkit takes functions, too, and calls them at once; the types of elements leave them out.
    (element.add as (child: () => void) => Element).call(element, draw);
  }

  /** Draws what is no part of what the document says. */
  artifact(draw: () => void): void {
    this.#doc.markContent("Artifact", { type: "Layout" });
    draw();
    this.#doc.endMarkedContent();
  }

  /** Writes a line on a baseline, which is `y` points from the top. */
  write({ text, x, width, align, size, weight, isGray = false }: Line, y: number): void {
    let at = align === "left" ? x : x + width - this.#faces.widthOf(text.trimEnd(), weight) * size;
    this.#doc.fillColor(isGray ? GRAY : BLACK);
    for (const run of this.#faces.runsOf(text, weight)) {
      this.#doc.font(run.face.name).fontSize(size).text(run.text, at, y, { lineBreak: false, baseline: "alphabetic" });
      at += run.width * size;
    }
  }

  /** A thin line over the whole width, at `y` points from the top. */
  rule(y: number): void {
    this.artifact(() => {
      this.#doc
        .lineWidth(HAIR)
        .strokeColor(GRAY)
        .moveTo(this.left, y)
        .lineTo(this.left + this.width, y)
        .stroke();
    });
  }

  /** Numbers the pages and ends the file. */
  async end(title: string): Promise<Uint8Array<ArrayBuffer>> {
    const { count } = this.#doc.bufferedPageRange();
    for (let page = 0; page < count; page += 1) {
      this.#doc.switchToPage(page);
      const foot = { x: this.left, width: this.width, size: SMALL, weight: "regular", isGray: true } as const;
      this.artifact(() => {
        this.write({ ...foot, text: title, align: "left" }, this.#bottom + MARGIN - FOOT);
        this.write({ ...foot, text: `Page ${page + 1} of ${count}`, align: "right" }, this.#bottom + MARGIN - FOOT);
      });
    }
    const ended = new Promise<void>((done) => this.#doc.on("end", done));
    this.#root.end();
    this.#doc.end();
    await ended;
    return new Uint8Array(Buffer.concat(this.#chunks));
  }
}
