import { z } from "@hono/zod-openapi";
import { asTyped, hasDirectionControls, isVisible, isWellFormed } from "../core/text.ts";
import { type Cents, fromCents, hasAtMostTwoDecimals, MAX_CENTS, toCents } from "../core/money.ts";

/** The values that columns take and answers show, each with its limits; the document says the same. */

/** The format that says in how many bits the numbers between two fit. */
export const formatOf = (min: number, max: number): string => (Math.max(-min, max) < 2 ** 31 ? "int32" : "int64");

export const wholeNumber = (min: number, max: number) =>
  z
    .int()
    .min(min)
    .max(max)
    .openapi({ format: formatOf(min, max) });

/** How many of something there are. */
export const Count = wholeNumber(0, Number.MAX_SAFE_INTEGER);

/** A record's id. */
export const Id = wholeNumber(1, Number.MAX_SAFE_INTEGER).openapi({ example: 12 });

// Not as `multipleOf`: of 19.99 / 0.01 validators that reckon in binary fractions make no whole number.
const DECIMALS = "At most two decimals.";

/** An amount of money: a number with at most two decimals; cents inside. */
export const MoneyInput = z
  .number()
  .min(0)
  .max(fromCents(MAX_CENTS as Cents))
  .refine(hasAtMostTwoDecimals, { message: "At most two decimal places." })
  .transform(toCents)
  .openapi({ format: "double", description: DECIMALS, example: 49.9 });
export const Money = z.number().min(0).openapi({ format: "double", description: DECIMALS, example: 49.9 });

/** A moment with its offset, on the way in; UTC with milliseconds inside and on the way out. */
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

const readable = (max: number, form: RegExp) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(form, "Must not contain control characters.")
    .refine(isWellFormed, { message: "Must be well-formed Unicode." })
    .refine((value) => !hasDirectionControls(value), { message: "Must not contain controls of text direction." })
    .refine(isVisible, { message: "Must contain characters that can be seen." });

/** A line of text: trimmed, with something to see, without control characters. */
export const text = (max: number) => readable(max, NO_CONTROL);

/** Text of several lines. */
export const longText = (max: number) => readable(max, NO_CONTROL_IN_LINES);

/** Text that we make, of this form. */
export const pattern = (max: number, form: RegExp) => z.string().max(max).regex(form);

/** A name of ours, such as a code or a role. */
export const Identifier = pattern(60, /^[a-z][a-z_.]*$/);

/** A dot-atom (RFC 5322, 3.2.3), then a domain of at least two labels (RFC 1035), of which the last has letters. */
const EMAIL =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])$/;

/** E-mails are trimmed and lower-cased. */
export const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .regex(EMAIL, "Must be an e-mail address.")
  .refine((email) => email.indexOf("@") <= 64, { message: "The part before the @ has at most 64 characters." })
  .openapi({ format: "email", example: "ada@example.com" });

/** A number with its separators, and an extension after it. */
const PHONE = /^\+?[0-9 ()./-]{3,}( ext\. [0-9]{1,7})?$/;

/** The number with its extension in one spelling. */
const asPhone = (typed: string): string => asTyped(typed).replace(/[ ,;]*(?:extension|ext\.?|x|#) ?(\d{1,7})$/i, " ext. $1");

/** Pasted dashes, blanks and marks of direction become plain; a number has at least three digits. */
export const Phone = z
  .string()
  .max(60)
  .transform(asPhone)
  .pipe(
    z
      .string()
      .max(40)
      .regex(PHONE, "Digits with separators, an optional leading +, and an optional extension such as 'ext. 12'.")
      .refine((phone) => phone.replace(/\D/g, "").length >= 3, { message: "A phone number has at least three digits." }),
  )
  .openapi({ type: "string", maxLength: 60, example: "+1 555 0100" });

/** What scanners and people put around a VIN: blanks, and the letter I that begins the bar code of some makers. */
const asVin = (typed: string): string =>
  asTyped(typed)
    .replaceAll(/[ -]/g, "")
    .replaceAll(/[a-z]/g, (letter) => letter.toUpperCase())
    .replace(/^I(?=.{17}$)/, "");

/**
 * A vehicle identification number (ISO 3779): 17 characters without I, O and Q, in upper case. The check digit is not
 * enforced, since only North America has it; one character 17 times stands for a number that nobody has read.
 */
export const Vin = pattern(17, /^[A-HJ-NPR-Z0-9]{17}$/).openapi({ example: "1M8GDM9AXKP042788" });
export const VinInput = z
  .string()
  .max(60)
  .transform(asVin)
  .pipe(
    z
      .string()
      .regex(/^[A-HJ-NPR-Z0-9]{17}$/, "17 letters and digits, without I, O and Q.")
      .refine((vin) => !/^(.)\1{16}$/.test(vin), { message: "This is a placeholder, not a VIN." }),
  )
  .openapi({ type: "string", maxLength: 60, example: "1M8GDM9AXKP042788" });

/** Columns whose values are written in one way and read in another. */
export const MONEY = { answer: Money, input: MoneyInput };
export const TIMESTAMP = { answer: Timestamp, input: TimestampInput };
export const VIN = { answer: Vin, input: VinInput };

/** An IPv4 or IPv6 address. */
export const NetworkAddress = pattern(45, /^[\da-fA-F.:]+$/);

/** One of these words. */
export const oneOf = <const W extends readonly [string, ...string[]]>(words: W) => z.enum(words);
