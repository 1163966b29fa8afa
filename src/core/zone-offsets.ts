/** From when on (ISO 8601, UTC) a time zone is so many minutes ahead of UTC. */
export interface ZoneOffset {
  readonly from: string;
  readonly minutes: number;
}

const DAY = 86_400_000;
/** Two changes of a zone are further apart than this; Morocco's month of fasting is the shortest that is known. */
const STEP = 14 * DAY;
/** How far back work can have been completed that is billed today. */
const YEARS = 10;

const offsetAt = (form: Intl.DateTimeFormat, ms: number): number => {
  const parts = Object.fromEntries(form.formatToParts(new Date(ms)).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1_000) * 1_000) / 60_000);
};

/** The first minute between two times at which the offset is that of the later one. */
const changeBetween = (form: Intl.DateTimeFormat, early: number, late: number): number => {
  const wanted = offsetAt(form, late);
  let [before, after] = [early, late];
  while (after - before > 60_000) {
    const middle = before + Math.floor((after - before) / 120_000) * 60_000;
    if (offsetAt(form, middle) === wanted) after = middle;
    else before = middle;
  }
  return after;
};

/**
 * The offsets of a time zone (IANA) over the ten years until a time (ISO 8601), the earliest first, so that SQL, which knows no zones,
 * can tell the local day of a time that it finds. The first stands for all of before.
 */
export const offsetsUntil = (now: string, timeZone: string): readonly ZoneOffset[] => {
  const form = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const end = Math.floor(Date.parse(now) / 60_000) * 60_000 + 60_000;
  const first = end - YEARS * 365 * DAY;
  const offsets: ZoneOffset[] = [{ from: "", minutes: offsetAt(form, first) }];
  for (let ms = first; ms < end; ms += STEP) {
    const next = Math.min(ms + STEP, end);
    const minutes = offsetAt(form, next);
    if (minutes !== offsets.at(-1)?.minutes) offsets.push({ from: new Date(changeBetween(form, ms, next)).toISOString(), minutes });
  }
  return offsets;
};
