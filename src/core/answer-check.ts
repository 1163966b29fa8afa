import type { Answered } from "./answer-by-rules.ts";
import { evidenceOf, numbersIn, type WorkState, withoutNumbers } from "./answer-evidence.ts";
import { runsOf, stemOf } from "./answer-words.ts";
import type { Statement, Visit } from "./service-log.ts";

/** A statement of a model, of which nothing is known yet. */
export interface Claim {
  readonly text: string;
  readonly ticket_ids: readonly number[];
}

const LONGEST = 300;

/**
 * The words that may stand in a statement though its tickets do not have them: they claim nothing. There is no negation, no number
 * and nothing like `last`, `always` or `fine`: whether these are true no single ticket tells.
 */
const NEUTRAL = new Set(
  (
    "a an and as at by during for from had has have in included includes including it its listed odometer mileage of on or part parts performed " +
    "record recorded records shows showed that the then there this ticket to under vehicle visit was were with work job done carried out completed car " +
    "service serviced invoice invoiced category date"
  )
    .split(" ")
    .map(stemOf),
);
/** Those by which a statement says that work was declined, or is not finished. */
const DECLINED = new Set(["declined"].map(stemOf));
const OPEN = new Set(["open", "planned", "progress", "scheduled", "is", "are"].map(stemOf));

const WORDS: Readonly<Record<WorkState, ReadonlySet<string>>> = { done: new Set(), declined: DECLINED, open: OPEN };

/** What a statement says of the state of work; null for one that says several things at once. */
const stateIn = (stems: readonly string[]): WorkState | null => {
  const [isDeclined, isOpen] = [stems.some((stem) => DECLINED.has(stem)), stems.some((stem) => OPEN.has(stem))];
  if (isDeclined && isOpen) return null;
  return isDeclined ? "declined" : isOpen ? "open" : "done";
};

/**
 * Is all of a claim in the tickets that it cites? Every one of them has all its words in work of the state that it tells, but for
 * those that claim nothing; and one has all its dates, numbers and codes.
 * @param visits the tickets that were read, by their ids
 */
export const isProven = ({ text, ticket_ids }: Claim, visits: ReadonlyMap<number, Visit>): boolean => {
  if (text.length > LONGEST || ticket_ids.length === 0) return false;
  const stems = runsOf(withoutNumbers(text)).map(stemOf);
  const state = stateIn(stems);
  if (state === null) return false;
  const wanted = stems.filter((stem) => !NEUTRAL.has(stem) && !WORDS[state].has(stem));
  if (wanted.length === 0) return false;
  const proofs = ticket_ids.map((id) => {
    const visit = visits.get(id);
    return visit === undefined ? null : evidenceOf(visit, state);
  });
  const numbers = numbersIn(text);
  const hasWords = proofs.every((proof) => proof !== null && wanted.every((stem) => proof.stems.has(stem)));
  return hasWords && proofs.some((proof) => proof !== null && numbers.every((number) => proof.numbers.has(number)));
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
