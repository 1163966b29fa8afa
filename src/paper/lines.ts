import { piecesOf, plain } from "./characters.ts";
import type { Faces, Weight } from "./faces.ts";

/** A piece that fits into no line is cut between its characters. */
const cut = (piece: string, most: number, faces: Faces, weight: Weight): string[] => {
  const parts = [""];
  let width = 0;
  for (const character of piece) {
    const own = faces.widthOf(character, weight);
    if (width + own > most && parts.at(-1) !== "") {
      parts.push("");
      width = 0;
    }
    parts.push((parts.pop() ?? "") + character);
    width += own;
  }
  return parts;
};

/**
 * A text in lines that fit.
 * @param width of a line, in points
 * @param size of the font, in points
 */
export const wrap = (text: string, width: number, size: number, weight: Weight, faces: Faces): readonly string[] => {
  const most = width / size;
  return plain(text)
    .split("\n")
    .flatMap((line) => {
      const lines = [""];
      let used = 0;
      for (const piece of piecesOf(line)) {
        const bare = faces.widthOf(piece.trimEnd(), weight);
        if (used + bare > most && lines.at(-1) !== "") {
          lines.push("");
          used = 0;
        }
        const parts = bare > most ? cut(piece, most, faces, weight) : [piece];
        lines.push((lines.pop() ?? "") + (parts[0] ?? ""), ...parts.slice(1));
        used = parts.length > 1 ? faces.widthOf(parts.at(-1) ?? "", weight) : used + faces.widthOf(piece, weight);
      }
      return lines.map((found) => found.trimEnd());
    });
};
