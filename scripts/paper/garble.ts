import { create } from "fontkit";

/** What is read of a parsed font to find an outline in its bytes; fontkit's types leave it out. */
interface Parsed {
  readonly directory: { readonly tables: { readonly glyf: { readonly offset: number } } };
  readonly loca: { readonly offsets: readonly number[] };
  glyphForCodePoint(point: number): { readonly id: number };
}

/** Safe: a TrueType font has these tables. */
const parse = (bytes: Buffer): Parsed => create(bytes) as unknown as Parsed;

/** A TrueType font as a broken subset is: the letter keeps its code and its width, so that all text is there, but has no outline. */
export const withoutLetter = (bytes: Buffer, letter: string): Buffer => {
  const [font, broken] = [parse(bytes), Buffer.from(bytes)];
  const { id } = font.glyphForCodePoint(letter.codePointAt(0) ?? 0);
  // Its first field is the number of contours.
  broken.writeInt16BE(0, font.directory.tables.glyf.offset + (font.loca.offsets[id] ?? 0));
  return broken;
};
