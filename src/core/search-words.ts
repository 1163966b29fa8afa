/** Letters that Unicode does not decompose, as people type them without a key for them. */
const TYPED_AS: Readonly<Record<string, string>> = {
  ...{ ł: "l", ø: "o", ß: "ss", đ: "d", ð: "d", þ: "th", æ: "ae", œ: "oe", ı: "i", ħ: "h", ŧ: "t", ŋ: "n", ς: "σ" },
};
const SPECIAL = new RegExp(`[${Object.keys(TYPED_AS).join("")}]`, "g");

/** Lower case without accents, in compatibility form (Unicode NFKD): how words are stored, searched and sorted. */
export const fold = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(SPECIAL, (letter) => TYPED_AS[letter] ?? letter);

/** The most characters of words that a field is found by; what comes after is not found. */
const MAX_LENGTH = 2_000;

/** Each word once, in order, within the limit. */
const joined = (words: readonly string[]): string => {
  let text = "";
  for (const word of new Set(words)) {
    if (text.length + word.length >= MAX_LENGTH) break;
    text += text === "" ? word : ` ${word}`;
  }
  return text;
};

/** Runs of letters and digits, which is what people see as words (after Unicode UAX 29). */
const runsIn = (folded: string): string[] => folded.match(/[\p{L}\p{N}]+/gu) ?? [];

/** The runs of each piece between blanks. */
const piecesOf = (folded: string): string[][] =>
  folded
    .split(/\s+/)
    .map(runsIn)
    .filter((runs) => runs.length > 0);

/** The words of a text, and what has marks inside also without them: `O'Neil` by `o`, `neil` and `oneil`. */
export const wordsOf = (text: string): string => {
  const pieces = piecesOf(fold(text));
  return joined([...pieces.flat(), ...pieces.filter((runs) => runs.length > 1).map((runs) => runs.join(""))]);
};

/** The words of a code such as a part number or a plate, and the whole code without marks. */
export const codeWords = (code: string): string => {
  const runs = runsIn(fold(code));
  return joined([...runs, runs.join("")]);
};

/** A code without its marks, as people compare plates; the last of its words. */
export const codeWithoutMarks = (code: string): string => runsIn(fold(code)).join("");

/** The words of a VIN, and its last eight characters, which tell cars of one model apart. */
export const vinWords = (vin: string): string => joined([fold(vin), fold(vin).slice(-8)]);

const digitsOf = (text: string): string => text.replace(/\D/g, "");

/** The digits of a number without the 00 before a country, or the 0 before an area. */
const withoutZeros = (digits: string): string => digits.replace(/^00?/, "");

/** A phone number by all its digits, and by the last 10, 9 and 7, which leave out the country, and the area. */
export const phoneWords = (phone: string): string => {
  const digits = withoutZeros(digitsOf(phone.replace(/ext\..*/, "")));
  return joined([digits, ...[10, 9, 7].map((count) => digits.slice(-count))]);
};

/** Part of a search that may be a phone number. */
const PHONE = /[+(]?\d[\d\s()./+-]{3,}\d/;

/** The most characters of a search after folding, which can make eighteen of one. */
const MAX_TYPED = 200;

const beginning = (word: string): string => `"${word}"*`;
const all = (parts: readonly string[]): string => (parts.length === 1 ? (parts[0] ?? "") : `(${parts.join(" AND ")})`);
const any = (parts: readonly string[]): string => (parts.length === 1 ? (parts[0] ?? "") : `(${parts.join(" OR ")})`);

/** An e-mail is its words one after the other; other words with marks between them may be apart, or one. */
const ofPiece = (runs: readonly string[], isEmail: boolean): string => {
  if (isEmail || runs.length === 1) return beginning(runs.join(" "));
  return any([all(runs.map(beginning)), beginning(runs.join(""))]);
};

/** Each word, which is named once, begins some word of the record. */
const ofWords = (folded: string): string[] =>
  [...new Set(folded.split(/\s+/))].flatMap((piece) => {
    const runs = runsIn(piece);
    return runs.length === 0 ? [] : [ofPiece(runs, piece.includes("@"))];
  });

/** The same with the part that may be a phone number as its digits. */
const ofPhone = (folded: string): string[] => {
  const typed = PHONE.exec(folded)?.[0];
  if (typed === undefined) return [];
  const digits = withoutZeros(digitsOf(typed));
  const numbers = digits.length > 10 ? [digits, digits.slice(-10)] : [digits];
  return [all([...ofWords(folded.replace(typed, " ")), any(numbers.map(beginning))])];
};

/**
 * What people type as an expression of SQLite's FTS5 (https://sqlite.org/fts5.html): every word begins some word of the
 * record, in any order; or the whole is one code; or part of it is a phone number. Null when there is no word in it.
 */
export const searchExpression = (q: string): string | null => {
  const folded = fold(q).slice(0, MAX_TYPED);
  const words = ofWords(folded);
  if (words.length === 0) return null;
  const whole = words.length > 1 ? [beginning(runsIn(folded).join(""))] : [];
  return any([all(words), ...whole, ...ofPhone(folded)]);
};
