export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const iso = (ms: number): string => new Date(ms).toISOString();
export const dateOf = (ms: number): string => iso(ms).slice(0, 10);

/** The first moments of the working days from so many days before to so many after a midnight, the latter excluded. */
export const workingDays = (midnight: number, from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => midnight + (from + index) * DAY).filter((day) => {
    const weekday = new Date(day).getUTCDay();
    return weekday !== 0 && weekday !== 6;
  });
