import { runsOf, stemOf } from "./answer-words.ts";
import { isFinished, isOpen } from "./service-history.ts";
import type { LineState, Visit } from "./service-log.ts";

/** What one line, part or job of a ticket proves about work in one state. */
export interface Evidence {
  readonly words: ReadonlySet<string>;
  /** Those of its words. */
  readonly stems: ReadonlySet<string>;
  /** Dates and numbers, each as its digits. */
  readonly numbers: ReadonlySet<string>;
}

/** What a statement can say of work. */
export const STATES = ["done", "declined", "open"] as const;
export type WorkState = (typeof STATES)[number];

/** Dates, and numbers with marks between their digits, as people and models write them. */
const NUMBER = /\d{4}-\d{2}-\d{2}|\d{1,3}(?:,\d{3})+(?!\d)|\p{L}*\d[\p{L}\d.-]*/gu;

/** The dates, numbers and codes of a text, each in one spelling: `84,120` is `84120`. */
export const numbersIn = (text: string): readonly string[] =>
  [...text.toLowerCase().matchAll(NUMBER)].map(([found]) =>
    /^\d{1,3}(,\d{3})+$/.test(found) ? found.replaceAll(",", "") : found.replace(/[.-]+$/, ""),
  );

/** A text without its dates, numbers and codes. */
export const withoutNumbers = (text: string): string => text.toLowerCase().replaceAll(NUMBER, " ");

/** Each line by itself, and the title of a job that is wholly in the state: words of several together would say what none of them does. */
const textsOfJobs = ({ jobs }: Visit, isMeant: (state: LineState) => boolean): string[] =>
  jobs.flatMap(({ title, category, lines }) => {
    const meant = lines.filter(({ state }) => isMeant(state));
    const whole = meant.length > 0 && meant.length === lines.length ? [`${title ?? ""} ${category ?? ""}`] : [];
    return [...whole, ...meant.map(({ description }) => description)];
  });

const textsDone = (visit: Visit): string[] => {
  const parts = visit.parts.map(({ name, part_number, category }) => `${name} ${part_number ?? ""} ${category ?? ""}`);
  return isFinished(visit) ? [...textsOfJobs(visit, (state) => state === "done"), ...parts] : [];
};

const textsOpen = (visit: Visit): string[] =>
  isOpen(visit) ? textsOfJobs(visit, (state) => state === "approved" || state === "undecided") : [];

const TEXTS: Readonly<Record<WorkState, (visit: Visit) => string[]>> = {
  done: textsDone,
  declined: (visit) => textsOfJobs(visit, (state) => state === "declined"),
  open: textsOpen,
};

/** Who did the work of a ticket, where it was one person: of several none may have done this. */
const workerOf = ({ mechanics }: Visit): string[] => (mechanics.length === 1 ? mechanics.map(({ name }) => name) : []);

/**
 * What a ticket proves about work in a state: by its jobs, lines and parts, and for work that was done its mechanic. Descriptions
 * and notes prove nothing, since they repeat what people said.
 */
export const evidenceOf = (visit: Visit, state: WorkState): readonly Evidence[] => {
  const mileages = [visit.mileage, visit.mileage_out].flatMap((mileage) => (mileage === null ? [] : [String(mileage)]));
  const worker = state === "done" ? workerOf(visit) : [];
  return TEXTS[state](visit).map((text) => {
    const words = [text, ...worker].flatMap(runsOf);
    const numbers = [visit.service_date, ...mileages, text].flatMap(numbersIn);
    return { words: new Set(words), stems: new Set(words.map(stemOf)), numbers: new Set(numbers) };
  });
};
