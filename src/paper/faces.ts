import type { Font } from "fontkit";
import type { FontStore } from "../core/paper-ports.ts";
import { REPLACEMENT } from "./characters.ts";
import type { Pdfkit } from "./pdfkit.mjs";

/** The weights of Latin, Greek and Cyrillic letters; other scripts have one. */
export type Weight = "regular" | "bold";

/** A font that a document may use. */
export interface Face {
  readonly name: string;
  readonly font: Font;
}

/** Characters that are printed with one font. */
export interface Run {
  readonly face: Face;
  readonly text: string;
  /** In the units of the font size. */
  readonly width: number;
}

const LETTERS = { regular: "noto-sans-regular.ttf", bold: "noto-sans-bold.ttf" } as const;
/** First and last code point and the slice of the Chinese font, again and again, in their order: what the build writes. */
const SLICES = "sc/slices.json";
/** How many slices one document may use. More would be beyond the time that a request has; what they have is replaced. */
const MAX_SLICES = 24;

/** The one font of a file. Safe: no file is a collection. */
const parse = (create: Pdfkit["create"], bytes: Uint8Array): Font =>
  create(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)) as Font;

/** The slice that has a code point, or null. */
const sliceOf = (slices: readonly number[], point: number): number | null => {
  let [low, high] = [0, slices.length / 3 - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (point < (slices[middle * 3] ?? 0)) high = middle - 1;
    else if (point > (slices[middle * 3 + 1] ?? 0)) low = middle + 1;
    else return slices[middle * 3 + 2] ?? null;
  }
  return null;
};

/** The slices for these code points, in the order in which they are met first. */
const slicesFor = async (store: FontStore, points: readonly number[]): Promise<readonly number[]> => {
  if (points.length === 0) return [];
  // Safe: the build writes nothing but numbers.
  const slices = JSON.parse(new TextDecoder().decode(await store.read(SLICES))) as readonly number[];
  const found = new Set(points.flatMap((point) => sliceOf(slices, point) ?? []));
  return [...found].slice(0, MAX_SLICES);
};

/** The fonts of one document: which face prints a character, and how wide it is. */
export class Faces {
  readonly all: readonly Face[];
  readonly #letters: Readonly<Record<Weight, Face>>;
  readonly #others: readonly Face[];
  readonly #chosen: Readonly<Record<Weight, Map<string, Run>>> = {
    regular: new Map(),
    bold: new Map(),
  };

  private constructor(letters: Readonly<Record<Weight, Face>>, others: readonly Face[]) {
    this.#letters = letters;
    this.#others = others;
    this.all = [letters.regular, letters.bold, ...others];
  }

  /**
   * Reads the fonts that a text needs.
   * @param text all that the document prints, as `plain` gives it
   * @throws Failure `unavailable`
   */
  static async for({ create }: Pdfkit, store: FontStore, text: string): Promise<Faces> {
    const [regular, bold] = await Promise.all([store.read(LETTERS.regular), store.read(LETTERS.bold)]);
    const letters = { regular: { name: "regular", font: parse(create, regular) }, bold: { name: "bold", font: parse(create, bold) } };
    const points = [...new Set(text)].map((character) => character.codePointAt(0) ?? 0);
    const missing = points.filter((point) => point !== 10 && !letters.regular.font.hasGlyphForCodePoint(point));
    const others = (await slicesFor(store, missing)).map(async (slice) => ({
      name: `sc-${slice}`,
      font: parse(create, await store.read(`sc/${slice}.ttf`)),
    }));
    return new Faces(letters, await Promise.all(others));
  }

  /** How a character is printed: with its own face, or as the replacement. */
  #choose(character: string, weight: Weight): Run {
    const known = this.#chosen[weight].get(character);
    if (known) return known;
    const point = character.codePointAt(0) ?? 0;
    const own = [this.#letters[weight], ...this.#others].find(({ font }) => font.hasGlyphForCodePoint(point));
    const [face, text] = own ? [own, character] : [this.#letters[weight], REPLACEMENT];
    const width = face.font.glyphForCodePoint(text.codePointAt(0) ?? 0).advanceWidth / face.font.unitsPerEm;
    const chosen = { face, text, width };
    this.#chosen[weight].set(character, chosen);
    return chosen;
  }

  /** The runs of a text on one line. */
  runsOf(text: string, weight: Weight): readonly Run[] {
    const runs: Run[] = [];
    for (const character of text) {
      const chosen = this.#choose(character, weight);
      const last = runs.at(-1);
      if (last?.face === chosen.face) runs.splice(-1, 1, { ...last, text: last.text + chosen.text, width: last.width + chosen.width });
      else runs.push(chosen);
    }
    return runs;
  }

  /** How wide a text is on one line, in the units of the font size. */
  widthOf(text: string, weight: Weight): number {
    let width = 0;
    for (const character of text) width += this.#choose(character, weight).width;
    return width;
  }

  /** Has each character of the text a face of its own? */
  has(text: string): boolean {
    return [...text].every((character) => this.#choose(character, "regular").text === character);
  }
}
