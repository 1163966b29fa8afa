import { fromDay, startOf, toDay } from "../../core/days.ts";
import { invalid } from "../../core/errors.ts";
import type { Period } from "./figure.ts";

/** How many days a period has at most. */
export const MAX_DAYS = 366;

/** What a request says of its period. */
export interface AskedPeriod {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The period that a request asks for: this month until today unless it says otherwise. Throws 422 for one that is none or too long. */
export const periodOf = (query: AskedPeriod, today: string): Period => {
  const to = query.to ?? today;
  const from = query.from ?? fromDay(startOf("month", toDay(to)));
  if (from > to) throw invalid("/query/from", "invalid_period", `Must not be after 'to', which is ${to}.`);
  if (toDay(to) - toDay(from) >= MAX_DAYS) throw invalid("/query/from", "too_long", `From 'from' to 'to' are at most ${MAX_DAYS} days.`);
  return { from, to };
};

/** The period of the same length that ends on the day before. */
export const periodBefore = ({ from, to }: Period): Period => {
  const length = toDay(to) - toDay(from) + 1;
  return { from: fromDay(toDay(from) - length), to: fromDay(toDay(from) - 1) };
};
