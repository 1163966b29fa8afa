import { type SQL, sql } from "drizzle-orm";
import { Failure, invalid } from "../../../core/errors.ts";
import { serviceTickets } from "../../../db/schema/service-tickets.ts";
import { type Precondition, requires } from "../../../db/write/commit.ts";
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

const tooLong = (days: number) => ({
  pointer: "/body/scheduled_end",
  code: "out_of_bounds",
  detail: `A booking lasts at most ${days} days.`,
});

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
  if (start && end && Date.parse(end) - Date.parse(start) > bookingDays * DAY) throw new Failure("invalid", {}, [tooLong(bookingDays)]);
};

/** Where a change has only one end of the schedule, the booking with the other end of the ticket is not longer than one can be. */
export const requiresBookingLength = (
  ticket: number,
  { scheduled_start: start, scheduled_end: end }: Dates,
  { bookingDays }: DateBounds,
): Precondition[] => {
  if ((start === undefined) === (end === undefined)) return [];
  const seconds = (moment: SQL | string) => sql`unixepoch(${moment})`;
  const length = sql`${seconds(end ?? sql`${serviceTickets.scheduled_end}`)} - ${seconds(start ?? sql`${serviceTickets.scheduled_start}`)}`;
  const isTooLong = sql`${serviceTickets.id} = ${ticket} and ${length} > ${(bookingDays * DAY) / 1_000}`;
  return [requires("invalid", sql`not exists (select 1 from ${serviceTickets} where ${isTooLong})`, { errors: [tooLong(bookingDays)] })];
};
