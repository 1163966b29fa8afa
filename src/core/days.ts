/** Days as numbers: how many lie between 1 January 1970 and a date (YYYY-MM-DD). */

const DAY = 86_400_000;

export const toDay = (date: string): number => Date.parse(`${date}T00:00:00.000Z`) / DAY;

/** The date of a day from year 0 to 9999. */
export const fromDay = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

const firstOfMonth = (day: number, later: number): number => {
  const date = new Date(day * DAY);
  date.setUTCMonth(date.getUTCMonth() + later, 1);
  return date.getTime() / DAY;
};

export const INTERVALS = ["day", "week", "month"] as const;
export type Interval = (typeof INTERVALS)[number];

/** The first day of the interval that a day lies in; weeks begin on Monday (ISO 8601). */
export const startOf = (interval: Interval, day: number): number => {
  if (interval === "day") return day;
  return interval === "week" ? day - ((((day + 3) % 7) + 7) % 7) : firstOfMonth(day, 0);
};

/** The first day of the interval after the one that begins on a day. */
export const nextStart = (interval: Interval, start: number): number => {
  if (interval === "day") return start + 1;
  return interval === "week" ? start + 7 : firstOfMonth(start, 1);
};
