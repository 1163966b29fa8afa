import { fold } from "./search-words.ts";

/** Words that every question has, and no ticket is about. */
const COMMON = new Set(
  (
    "a about all also am an and any are as at be been but by can car cars could did do does ever for from get give had has have he her his how i if in " +
    "is it its last long many me much my need not of on or our please say says shop she should so tell that the their them there these they this " +
    "ticket tickets time times to today us vehicle was we were what when where which who why will with would you your"
  ).split(" "),
);

/** The most words of a question that are looked for. */
const MOST_ASKED = 16;

/** Words of a text, folded: runs of letters and digits. */
export const runsOf = (text: string): string[] => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** What a word begins with whatever its ending, in English: `brakes` and `brake`, `replaced` and `replace`. */
export const stemOf = (word: string): string => (/\d/.test(word) ? word : word.replace(/(?<=\p{L}{3})(?:ings?|ers?|ed|es|e|s)$/u, ""));

/** The stems of the words of a text, each once. */
export const stemsOf = (text: string): ReadonlySet<string> => new Set(runsOf(text).map(stemOf));

/** The stems that a question asks for, in its order. */
export const askedIn = (question: string): readonly string[] => {
  const words = runsOf(question).filter((word) => !COMMON.has(word) && word.length > 1);
  return [...new Set(words.map(stemOf))].slice(0, MOST_ASKED);
};

/** The stems as an expression of SQLite's FTS5 for what has any of them at the beginning of a word, or null when there is none. */
export const anyOf = (stems: readonly string[]): string | null =>
  stems.length === 0 ? null : stems.map((stem) => `"${stem}"*`).join(" OR ");

/** A text in which words are looked for. */
export interface Searchable {
  readonly stems: ReadonlySet<string>;
}

/**
 * How much each text is about the stems: the rarer a stem among the texts, the more it counts.
 * @returns a function that tells it of a text, 0 where it has none of them
 */
export const rankingBy = (asked: readonly string[], texts: readonly Searchable[]): ((text: Searchable) => number) => {
  const weights = asked.map((stem): readonly [string, number] => {
    const having = texts.filter(({ stems }) => stems.has(stem)).length;
    return [stem, Math.log(1 + texts.length / (1 + having))];
  });
  return ({ stems }) => weights.reduce((sum, [stem, weight]) => sum + (stems.has(stem) ? weight : 0), 0);
};
