/** The day (YYYY-MM-DD) that it is in a time zone (IANA) at a time (ISO 8601). Throws a RangeError for a zone that is none. */
export const localDate = (at: string, timeZone: string): string => {
  const form = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  const { year, month, day } = Object.fromEntries(form.formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
  return `${year}-${month}-${day}`;
};

/** Is this a time zone (IANA) whose days can be told? */
export const isTimeZone = (timeZone: string): boolean => {
  try {
    localDate("2026-01-01T00:00:00.000Z", timeZone);
    return true;
  } catch {
    return false;
  }
};

/** Is this a tag of BCP 47 for which forms of dates and amounts are known? */
export const isLocale = (tag: string): boolean => {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0 && Intl.NumberFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
};
