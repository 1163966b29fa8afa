import { invalid } from "../../../core/errors.ts";
import type { DateBounds } from "../../../http/app-env.ts";

const DAY = 86_400_000;

interface Dates {
  readonly service_date?: string | undefined;
  readonly scheduled_start?: string | null | undefined;
  readonly scheduled_end?: string | null | undefined;
}

/** The day so many years before or after a moment, ISO 8601. */
const yearsFrom = (now: string, years: number): string => {
  const moment = new Date(now);
  moment.setUTCFullYear(moment.getUTCFullYear() + years);
  return moment.toISOString().slice(0, 10);
};

/**
 * Dates of a ticket are near enough to be meant, and a booking is not longer than one can be. Throws `invalid` with the bounds.
 * @param now ISO 8601
 */
export const checkDates = (dates: Dates, now: string, { pastYears, futureYears, bookingDays }: DateBounds): void => {
  const [first, last] = [yearsFrom(now, -pastYears), yearsFrom(now, futureYears)];
  for (const name of ["service_date", "scheduled_start", "scheduled_end"] as const) {
    const day = dates[name]?.slice(0, 10);
    if (day !== undefined && (day < first || day > last))
      throw invalid(`/body/${name}`, "out_of_bounds", `Send a date from ${first} to ${last}.`);
  }
  const { scheduled_start: start, scheduled_end: end } = dates;
  if (start && end && Date.parse(end) - Date.parse(start) > bookingDays * DAY)
    throw invalid("/body/scheduled_end", "out_of_bounds", `A booking lasts at most ${bookingDays} days.`);
};
