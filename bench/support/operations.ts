import type { Call, Called } from "./caller.ts";
import type { Sizes } from "./load-parts.ts";

/** What an operation works with: the app over a loaded database, and the rows that its load made. */
export interface Bench {
  readonly call: Call;
  readonly d1: D1Database;
  readonly sizes: Sizes;
}

/** Something that clients do, in one request or in several that should cost alike. */
export interface Operation {
  readonly name: string;
  /** Carries it out. Only the calls that come back are measured, not those that prepare them. */
  readonly run: (bench: Bench) => Promise<readonly Called[]>;
  /** How many rows the answer with this body may read, besides a bounded count. */
  readonly budget: (body: Called["body"]) => number;
  /** How many rows the bounded counts of a filtered listing may read in one request. */
  readonly counts?: number;
  /** What is read depends on which rows there are, not only on how many are shown. */
  readonly varies?: boolean;
}

/** What a request of an operation cost. */
export interface Cost {
  /** Rows read besides those of bounded counts. */
  readonly read: number;
  /** Rows read to count, up to 1,000, what a filter finds. */
  readonly counted: number;
  readonly written: number;
  readonly budget: number;
}

/** The statements of a filtered page that look through at most 1,001 candidates: how many there are, and where they end. */
const COUNTS = /^select (t\.items|e\.key)/;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const costOf = ({ ran, body }: Called, { budget, counts }: Operation): Cost => {
  const isCount = (sql: string): boolean => counts !== undefined && COUNTS.test(sql);
  return {
    read: sum(ran.filter(({ sql }) => !isCount(sql)).map(({ read }) => read)),
    counted: sum(ran.filter(({ sql }) => isCount(sql)).map(({ read }) => read)),
    written: sum(ran.map(({ written }) => written)),
    budget: budget(body),
  };
};

/** Carries an operation out and tells what each of its requests cost. */
export const measure = async (bench: Bench, operation: Operation): Promise<readonly Cost[]> =>
  (await operation.run(bench)).map((called) => costOf(called, operation));

/** Is the request within its budgets? */
export const isWithin = ({ read, counted, budget }: Cost, { counts = 0 }: Operation): boolean => read <= budget && counted <= counts;

/** Are two costs of one request the same within 5 % (or a row)? Answers that differ in what they show are not compared. */
const isSame = (a: Cost, b: Cost): boolean =>
  a.budget !== b.budget || Math.abs(a.read - b.read) <= Math.max(1, 0.05 * Math.max(a.read, b.read));

/**
 * Does an operation cost the same in two databases of different sizes? How many candidates several filters have to look
 * through depends on the rows alone, so those are held to their budgets only.
 */
export const isAlike = (some: readonly Cost[], others: readonly Cost[], { varies = false }: Operation): boolean =>
  varies || some.every((cost, index) => isSame(cost, others[index] ?? cost));
