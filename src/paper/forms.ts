import { type Cents, fromCents } from "../core/money.ts";
import { fromPpm, type Ppm } from "../core/percent.ts";
import { fromThousandths, type Thousandths } from "../core/quantity.ts";
import { plain } from "./characters.ts";

/** How numbers and dates are written on a document. Digits are those of Latin, days those of the Gregorian calendar. */
export interface Forms {
  /** With the currency. */
  readonly money: (amount: Cents) => string;
  /** Without it, for columns. */
  readonly amount: (amount: Cents) => string;
  readonly quantity: (quantity: Thousandths) => string;
  readonly percent: (rate: Ppm) => string;
  /** A whole number, such as a mileage. */
  readonly count: (number: number) => string;
  /** @param day YYYY-MM-DD */
  readonly day: (day: string) => string;
  /** @param at ISO 8601; shown in the time zone of the forms */
  readonly moment: (at: string) => string;
}

/** Letters that the fonts have without the Chinese one. */
const IS_PRINTED = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}\p{P}\p{Sc}\p{Z}+]*$/u;

const CALENDAR = { calendar: "gregory", numberingSystem: "latn" } as const;
const DAY = { ...CALENDAR, year: "numeric", month: "2-digit", day: "2-digit" } as const;

/**
 * The forms of a place.
 * @param locale BCP 47
 * @param currency ISO 4217
 * @param timeZone IANA
 */
export const formsOf = (locale: string, currency: string, timeZone: string): Forms => {
  const numbers = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, { numberingSystem: "latn", ...options });
  const coded = (currencyDisplay: "symbol" | "code") => numbers({ style: "currency", currency, currencyDisplay });
  const symbol = coded("symbol");
  const money = IS_PRINTED.test(plain(symbol.format(1))) ? symbol : coded("code");
  const amount = numbers({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const quantity = numbers({ maximumFractionDigits: 3 });
  const percent = numbers({ maximumFractionDigits: 4 });
  const count = numbers({ maximumFractionDigits: 0 });
  const day = new Intl.DateTimeFormat(locale, { ...DAY, timeZone: "UTC" });
  const moment = new Intl.DateTimeFormat(locale, { ...DAY, hour: "2-digit", minute: "2-digit", timeZone });
  return {
    money: (cents) => money.format(fromCents(cents)),
    amount: (cents) => amount.format(fromCents(cents)),
    quantity: (thousandths) => quantity.format(fromThousandths(thousandths)),
    percent: (rate) => `${percent.format(fromPpm(rate))}%`,
    count: (number) => count.format(number),
    day: (date) => day.format(new Date(`${date}T00:00:00Z`)),
    moment: (at) => moment.format(new Date(at)),
  };
};
