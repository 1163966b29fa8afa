/**
 * Line ends as `\n`, other blanks as spaces (those that do not break stay), accents on their letters. What cannot be seen is left out: controls,
 * marks of direction, joiners, selectors.
 */
export const plain = (text: string): string =>
  text
    .toWellFormed()
    .normalize("NFC")
    .replaceAll(/\r\n?|[\u2028\u2029\u0085\v\f]/g, "\n")
    .replaceAll("\u202f", "\u00a0")
    .replaceAll(/[\t\u1680\u2000-\u200a\u205f\u3000]/g, " ")
    .replaceAll(/[^\S\n\u00a0 ]|\p{Cc}|\p{Cf}|\p{Variation_Selector}/gu, (found) => (found === "\n" ? found : ""));

/** What is printed in the place of a character that no font has. */
export const REPLACEMENT = "\ufffd";

/** A character of East Asia, beside which a line may break. */
const BREAKS = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\u3001-\u303f\uff01-\uff60]$/u;

/** The pieces of a line between which it may break: words with the blanks behind them, and characters of East Asia. */
export const piecesOf = (line: string): readonly string[] => {
  const pieces: string[] = [];
  let piece = "";
  for (const character of line) {
    const isAlone = BREAKS.test(character);
    if (piece !== "" && (isAlone || (piece.endsWith(" ") && character !== " "))) {
      pieces.push(piece);
      piece = "";
    }
    piece += character;
    if (isAlone) {
      pieces.push(piece);
      piece = "";
    }
  }
  return piece === "" ? pieces : [...pieces, piece];
};
