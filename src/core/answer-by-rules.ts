import { askedIn, rankingBy, stemsOf } from "./answer-words.ts";
import { shortened } from "./service-history.ts";
import type { ServiceLog, Statement, Topic } from "./service-log.ts";

/** A text that somebody wrote on a ticket. */
export interface Passage {
  readonly ticket_id: number;
  /** Of the ticket (YYYY-MM-DD). */
  readonly date: string;
  readonly text: string;
  /** Only staff reads it, and no model. */
  readonly isInternal: boolean;
}

/** A sentence of an answer, with the tickets that it rests on: what follows from them, or a text of one in its words. */
export interface Answered {
  readonly kind: "fact" | "quote";
  readonly text: string;
  readonly ticket_ids: readonly number[];
}

/** The log of one vehicle, and what its statements call it where there are several. */
export interface NamedLog {
  readonly name: string | null;
  readonly log: ServiceLog;
}

const MOST_FACTS = 10;
const MOST_QUOTES = 5;
const QUOTED = 280;

/** Stems by which a question asks for a kind of statement. */
const ASKS_FOR: Readonly<Record<Topic, ReadonlySet<string>>> = {
  visits: stemsOf("visit visited history often summary summarise summarize overview"),
  mileage: stemsOf("mileage odometer kilometers kilometres miles reading"),
  mileage_back: stemsOf("mileage odometer back tampered rolled reading"),
  open: stemsOf("open unfinished pending progress planned due upcoming next waiting outstanding still"),
  declined: stemsOf("declined refused rejected postponed recommended outstanding"),
  work: stemsOf("work job done serviced repaired"),
  part: stemsOf("part parts"),
};

/** What a vehicle is told of when nothing in its log is about the question. */
const IN_GENERAL: readonly Topic[] = ["visits", "mileage", "mileage_back", "open", "declined"];

/** Every statement of the logs, with the name of its vehicle where there are several. */
export const factsOf = (logs: readonly NamedLog[]): readonly Statement[] =>
  logs.flatMap(({ name, log }) => log.statements.map((said) => (name === null ? said : { ...said, text: `${name}: ${said.text}` })));

const isOfGeneral = ({ topic }: Statement): boolean => IN_GENERAL.includes(topic);

/** The sentence of a text that is most about the question, with what follows it. */
const excerptOf = (text: string, score: (sentence: string) => number): string => {
  const sentences = text.split(/(?<=[.!?])\s+|\n+/).filter((sentence) => sentence.trim() !== "");
  const best = sentences.reduce((at, sentence, index) => (score(sentence) > score(sentences[at] ?? "") ? index : at), 0);
  return shortened(sentences.slice(best).join(" "), QUOTED);
};

/**
 * An answer without a model: the statements that are about the question, and what people wrote on tickets about it; else what is
 * known of the vehicle in general.
 * @param passages texts of tickets that the caller may read
 */
export const answerByRules = (question: string, logs: readonly NamedLog[], passages: readonly Passage[]): readonly Answered[] => {
  const asked = askedIn(question);
  const facts = factsOf(logs).map((said) => ({ said, stems: stemsOf(said.text) }));
  const texts = passages.map((passage) => ({ passage, stems: stemsOf(passage.text) }));
  const rank = rankingBy(asked, [...facts, ...texts]);
  const ofFact = ({ said, stems }: (typeof facts)[number]): number => {
    const isAskedFor = asked.some((stem) => ASKS_FOR[said.topic].has(stem));
    return rank({ stems }) + (isAskedFor ? 1 : 0);
  };
  const about = facts.map((fact) => ({ ...fact, score: ofFact(fact) })).filter(({ score }) => score > 0);
  const chosen = about.sort((one, other) => other.score - one.score).map(({ said }) => said);
  const told = chosen.length > 0 ? chosen : factsOf(logs).filter(isOfGeneral);
  const quoted = texts
    .map((text) => ({ ...text.passage, score: rank(text) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score);
  const scoreOf = (sentence: string): number => rank({ stems: stemsOf(sentence) });
  return [
    ...told.slice(0, MOST_FACTS).map(({ text, ticket_ids }): Answered => ({ kind: "fact", text, ticket_ids })),
    ...quoted.slice(0, MOST_QUOTES).map(
      ({ ticket_id, date, text }): Answered => ({
        kind: "quote",
        text: `The ticket of ${date} says: "${excerptOf(text, scoreOf)}"`,
        ticket_ids: [ticket_id],
      }),
    ),
  ];
};
