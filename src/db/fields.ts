import { z } from "@hono/zod-openapi";
import { EMAIL, MAX_EMAIL, MAX_LOCAL_PART } from "../core/email.ts";
import { type Cents, fromCents, hasAtMostTwoDecimals, MAX_CENTS, toCents } from "../core/money.ts";
import { fromPpm, hasAtMostFourDecimals, MAX_PPM, type Ppm, toPpm } from "../core/percent.ts";
import { fromThousandths, hasAtMostThreeDecimals, MAX_THOUSANDTHS, type Thousandths, toThousandths } from "../core/quantity.ts";
import { asTyped, hasDirectionControls, isVisible, isWellFormed } from "../core/text.ts";

/** Types of the values in columns and answers, with their limits. The OpenAPI document is generated from them. */

/** The OpenAPI format (int32 or int64) into which all numbers from `min` to `max` fit. */
export const formatOf = (min: number, max: number): string => (Math.max(-min, max) < 2 ** 31 ? "int32" : "int64");

export const wholeNumber = (min: number, max: number) =>
  z
    .int()
    .min(min)
    .max(max)
    .openapi({ format: formatOf(min, max) });

/** A number of things. */
export const Count = wholeNumber(0, Number.MAX_SAFE_INTEGER);

/** A record's id. */
export const Id = wholeNumber(1, Number.MAX_SAFE_INTEGER).openapi({ example: 12 });

// Not as `multipleOf`: of 19.99 / 0.01 validators that reckon in binary fractions make no whole number.
const DECIMALS = "At most two decimals.";

/** An amount of money: in requests a number with at most two decimals, in the database whole cents. */
export const MoneyInput = z
  .number()
  .min(0)
  .max(fromCents(MAX_CENTS as Cents))
  .refine(hasAtMostTwoDecimals, { message: "At most two decimal places." })
  .transform(toCents)
  .openapi({ format: "double", description: DECIMALS, example: 49.9 });
export const Money = z.number().min(0).openapi({ format: "double", description: DECIMALS, example: 49.9 });

/** An amount that may be less than nothing: what came in less what went out. */
export const SignedMoney = z.number().openapi({ format: "double", description: DECIMALS, example: -49.9 });

const THREE_DECIMALS = "At most three decimals, and none for parts that come in whole pieces.";

/** A quantity of a part, and a change of it. */
export const Quantity = z.number().min(0).openapi({ format: "double", description: THREE_DECIMALS, example: 8 });
export const SignedQuantity = z.number().openapi({ format: "double", description: THREE_DECIMALS, example: -2 });
/** A quantity of a part: in requests a number with at most three decimals, in the database whole thousandths. */
export const quantity = (min: number) => ({
  answer: Quantity,
  input: z
    .number()
    .min(min)
    .max(fromThousandths(MAX_THOUSANDTHS as Thousandths))
    .refine(hasAtMostThreeDecimals, { message: "At most three decimal places." })
    .transform(toThousandths)
    .openapi({ format: "double", description: THREE_DECIMALS, example: 2 }),
});

const FOUR_DECIMALS = "At most four decimals.";

export const Percent = z.number().min(0).max(100).openapi({ format: "double", description: FOUR_DECIMALS, example: 9.25 });
/** A percentage: in requests a number with at most four decimals, in the database whole parts per million. */
export const percent = (min: number) => ({
  answer: Percent,
  input: z
    .number()
    .min(min)
    .max(fromPpm(MAX_PPM as Ppm))
    .refine(hasAtMostFourDecimals, { message: "At most four decimal places." })
    .transform(toPpm)
    .openapi({ format: "double", description: FOUR_DECIMALS, example: 9.25 }),
});
export const PERCENT = percent(0);
export const PercentInput = PERCENT.input;

/** A timestamp: in requests with any offset, in the database and in answers UTC with milliseconds. */
export const TimestampInput = z.iso
  .datetime({ offset: true })
  .max(40)
  .transform((text) => new Date(text).toISOString())
  .refine((text) => text.length === 24, { message: "The year must have four digits." })
  .openapi({ example: "2026-11-20T09:30:00Z" });
export const Timestamp = z.iso.datetime({ precision: 3 }).openapi({ maxLength: 24, example: "2026-11-20T09:30:00.000Z" });
export const CalendarDate = z.iso.date().openapi({ maxLength: 10, example: "2026-11-20" });

// Written with \x, which regular expressions of Go and PHP know too: the document shows these patterns.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
const NO_CONTROL = /^[^\x00-\x1f\x7f-\x9f]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused, but for line breaks and tabs.
const NO_CONTROL_IN_LINES = /^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$/;

/** Each place of a request is told one thing that is wrong with it, the first. */
const readable = (max: number, form: RegExp) =>
  z
    .string()
    .trim()
    .min(1, { abort: true })
    .max(max, { abort: true })
    .regex(form, { error: "Must not contain control characters.", abort: true })
    .refine(isWellFormed, { message: "Must be well-formed Unicode.", abort: true })
    .refine((value) => !hasDirectionControls(value), { message: "Must not contain controls of text direction.", abort: true })
    .refine(isVisible, { message: "Must contain characters that can be seen." });

/** A line of text: trimmed, with something to see, without control characters. */
export const text = (max: number) => readable(max, NO_CONTROL);

/** Text of several lines. */
export const longText = (max: number) => readable(max, NO_CONTROL_IN_LINES);

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused, but for tabs.
const TYPED = /^[^\x00-\x08\x0a-\x1f\x7f-\x9f]*$/;

/** Text that matches a regular expression. */
export const pattern = (max: number, form: RegExp) => z.string().max(max).regex(form);

/** A name that the API defines, such as a code or a role. */
export const Identifier = pattern(60, /^[a-z][a-z_.]*$/);

/** E-mails are trimmed and lower-cased. */
export const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(MAX_EMAIL, { abort: true })
  .regex(EMAIL, { error: "Must be an e-mail address.", abort: true })
  .refine((email) => email.indexOf("@") <= MAX_LOCAL_PART, {
    message: `The part before the @ has at most ${MAX_LOCAL_PART} characters.`,
  })
  .openapi({ format: "email", example: "ada@example.com" });

/** A number with its separators, and an extension after it. */
const PHONE = /^\+?[0-9 ()./-]{3,}( ext\. [0-9]{1,7})?$/;

/** The number with its extension in one spelling. */
const asPhone = (typed: string): string => asTyped(typed).replace(/[ ,;]*(?:extension|ext\.?|x|#) ?(\d{1,7})$/i, " ext. $1");

/** Pasted dashes, blanks and marks of direction become plain; a number has at least three digits. */
export const Phone = z
  .string()
  .max(60)
  .regex(TYPED, "Must not contain control characters.")
  .transform(asPhone)
  .pipe(
    z
      .string()
      .max(40, { abort: true })
      .regex(PHONE, { error: "Digits with separators, an optional leading +, and an optional extension such as 'ext. 12'.", abort: true })
      .refine((phone) => phone.replace(/ ext.*|\D/g, "").length >= 3, { message: "A phone number has at least three digits." }),
  )
  .openapi({ example: "+1 555 0100" });

const upper = (text: string): string => text.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase());
const asSerial = (typed: string): string => upper(asTyped(typed));

/** What scanners and people put around a VIN: blanks, and the letter I that begins the bar code of some makers. */
const asVin = (typed: string): string =>
  asSerial(typed)
    .replaceAll(/[ -]/g, "")
    .replace(/^I(?=.{17}$)/, "");

/**
 * A vehicle identification number (ISO 3779): 17 characters without I, O and Q, in upper case. The check digit is not
 * enforced, since only North America has it; one character 17 times stands for a number that nobody has read.
 */
export const Vin = pattern(17, /^[A-HJ-NPR-Z0-9]{17}$/).openapi({ example: "1M8GDM9AXKP042788" });
const VIN_FORM = z
  .string()
  .regex(/^[A-HJ-NPR-Z0-9]{17}$/, { error: "17 letters and digits, without I, O and Q.", abort: true })
  .refine((vin) => !/^(.)\1{16}$/.test(vin), { message: "This is a placeholder, not a VIN." });
export const VinInput = z
  .string()
  .max(60)
  .regex(TYPED, "Must not contain control characters.")
  .transform(asVin)
  .pipe(VIN_FORM)
  .openapi({ example: "1M8GDM9AXKP042788" });

const SERIAL_FORM = z.string().regex(/^[A-Z0-9][A-Z0-9 ./-]{1,39}$/, "Two to forty letters and digits, with blanks and . / - between.");

/** The number of a frame, an engine or a car from before 1981: letters, digits and a few marks. */
export const SerialNumber = z
  .string()
  .max(60)
  .regex(TYPED, "Must not contain control characters.")
  .transform(asSerial)
  .pipe(SERIAL_FORM)
  .openapi({ example: "SV30-0169266" });

/** Has the number the length of a VIN? Cars from before 1981, trailers and engines have others. */
export const isVin = (number: string): boolean => number.length === 17;

/** What people type as the number of a vehicle: with 17 characters a VIN, else a serial number. */
export const VehicleNumber = z
  .string()
  .max(60)
  .regex(TYPED, "Must not contain control characters.")
  .transform((typed) => (isVin(asVin(typed)) ? asVin(typed) : asSerial(typed)))
  .superRefine((number, { addIssue }) => {
    const { error } = (isVin(number) ? VIN_FORM : SERIAL_FORM).safeParse(number);
    for (const { message } of error?.issues ?? []) addIssue({ code: "custom", message });
  })
  .openapi({
    example: "1M8GDM9AXKP042788",
    description: "17 characters are a VIN. Any other number is kept as `serial_number`.",
  });

/** Types of columns whose values differ between requests and answers. */
export const MONEY = { answer: Money, input: MoneyInput };
export const TIMESTAMP = { answer: Timestamp, input: TimestampInput };
export const VIN = { answer: Vin, input: VehicleNumber };

/** An IPv4 or IPv6 address. */
export const NetworkAddress = pattern(45, /^[\da-fA-F.:]+$/);

/** One of these words. */
export const oneOf = <const W extends readonly [string, ...string[]]>(words: W) => z.enum(words);
