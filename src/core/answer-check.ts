import type { Answered } from "./answer-by-rules.ts";
import { type Evidence, evidenceOf, numbersIn, STATES, type WorkState, withoutNumbers } from "./answer-evidence.ts";
import { runsOf, stemOf, stemsOf } from "./answer-words.ts";
import type { Statement, Visit } from "./service-log.ts";

/** A statement of a model, of which nothing is known yet. */
export interface Claim {
  readonly text: string;
  readonly ticket_ids: readonly number[];
}

const LONGEST = 300;

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/**
 * The words that may stand in a statement though its tickets do not have them: they claim nothing. There is no number and nothing
 * like `last`, `always` or `fine`: whether these are true no single ticket tells.
 */
const NEUTRAL = stemsOf(
  "a an and are as at be by during for from had has have in included includes including is it its listed odometer mileage of on or part parts " +
    "record recorded records shows showed that the then there this ticket to under vehicle visit was were with work job out car service category date",
);
/** Those by which a statement says in which state work is. */
const SAY: Readonly<Record<WorkState, ReadonlySet<string>>> = {
  done: words("done performed carried completed serviced"),
  declined: words("declined"),
  open: words("open planned progress scheduled"),
};
/** Those that turn what tickets say into its opposite, wherever they come from. */
const DENIALS = words("no not never none nothing neither nor without cannot");
/** Letters, digits and marks that say nothing by themselves: no question, sign, link or change of direction. */
const PLAIN = /^[\p{L}\p{M}\p{N} .,;:()'"/&+-]+$/u;
/** A word that says of work that somebody did it. */
const PAST = /ed$/;

/** What a statement says of the state of work; null for one that says several things at once. */
const stateIn = (said: readonly string[]): WorkState | null => {
  const [state = "done", ...others] = STATES.filter((each) => said.some((word) => SAY[each].has(word)));
  return others.length > 0 ? null : state;
};

/** Does the evidence have this word, whatever its ending? Of work that was not done nothing may say that it was. */
const hasWord = ({ stems: proven, words }: Evidence, state: WorkState, word: string): boolean =>
  state !== "done" && PAST.test(word) ? words.has(word) : proven.has(stemOf(word));

/**
 * Is all of a claim in the tickets that it cites? Every one of them has a line, part or job in the state that the claim tells with all
 * its words, but for those that claim nothing; and one of these has all its dates, numbers and codes.
 * @param visits the tickets that were read, by their ids
 */
export const isProven = ({ text, ticket_ids }: Claim, visits: ReadonlyMap<number, Visit>): boolean => {
  if (text.length > LONGEST || ticket_ids.length === 0 || !PLAIN.test(text)) return false;
  const said = runsOf(withoutNumbers(text));
  const state = stateIn(said);
  if (state === null || said.some((word) => DENIALS.has(word))) return false;
  const wanted = said.filter((word) => !NEUTRAL.has(stemOf(word)) && !SAY[state].has(word));
  if (wanted.length === 0) return false;
  const proofs = ticket_ids.map((id) => {
    const visit = visits.get(id);
    const evidence = visit === undefined ? [] : evidenceOf(visit, state);
    return evidence.filter((each) => wanted.every((word) => hasWord(each, state, word)));
  });
  const numbers = numbersIn(text);
  const hasNumbers = proofs.flat().some((proof) => numbers.every((number) => proof.numbers.has(number)));
  return hasNumbers && proofs.every((found) => found.length > 0);
};

const sameIds = (one: readonly number[], other: readonly number[]): boolean =>
  [...one].sort((a, b) => a - b).join() === [...other].sort((a, b) => a - b).join();

/**
 * What remains of the statements of a model, each once: those that repeat a fact of the rules with its tickets, and those that are
 * proven by the tickets that they cite.
 */
export const checked = (claims: readonly Claim[], facts: readonly Statement[], visits: ReadonlyMap<number, Visit>): readonly Answered[] => {
  const kept = claims
    .map(({ text, ticket_ids }) => ({ text: text.replace(/\s+/g, " ").trim(), ticket_ids: [...new Set(ticket_ids)] }))
    .filter(
      (claim) => facts.some((fact) => fact.text === claim.text && sameIds(fact.ticket_ids, claim.ticket_ids)) || isProven(claim, visits),
    )
    .map((claim): Answered => ({ kind: "fact", ...claim }));
  return [...new Map(kept.map((claim) => [claim.text, claim])).values()];
};
