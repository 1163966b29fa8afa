import { z } from "@hono/zod-openapi";
import { type Cents, fromCents, hasAtMostTwoDecimals, MAX_CENTS, toCents } from "../core/money.ts";

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

/** An amount of money: in requests a number with at most two decimals, in the database whole cents. */
export const MoneyInput = z
  .number()
  .min(0)
  .max(fromCents(MAX_CENTS as Cents))
  .refine(hasAtMostTwoDecimals, { message: "At most two decimal places." })
  .transform(toCents)
  .openapi({ multipleOf: 0.01, example: 49.9 });
export const Money = z.number().min(0).openapi({ multipleOf: 0.01, example: 49.9 });

/** A timestamp: in requests with any offset, in the database and in answers UTC with milliseconds. */
export const TimestampInput = z.iso
  .datetime({ offset: true })
  .max(40)
  .transform((text) => new Date(text).toISOString())
  .refine((text) => text.length === 24, { message: "The year must have four digits." })
  .openapi({ example: "2026-11-20T09:30:00Z" });
export const Timestamp = z.iso.datetime({ precision: 3 }).openapi({ maxLength: 24, example: "2026-11-20T09:30:00.000Z" });
export const CalendarDate = z.iso.date().openapi({ maxLength: 10, example: "2026-11-20" });

// Spelled out, since not every reader of the OpenAPI document knows \p{Cc}.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern excludes them.
const NO_CONTROL = /^[^\u0000-\u001f\u007f-\u009f]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern excludes them, except line breaks and tabs.
const NO_CONTROL_IN_LINES = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$/;

/** A line of text: trimmed, not empty, without control characters. */
export const text = (max: number) => z.string().trim().min(1).max(max).regex(NO_CONTROL, "Must not contain control characters.");

/** Text of several lines. */
export const longText = (max: number) =>
  z.string().trim().min(1).max(max).regex(NO_CONTROL_IN_LINES, "Must not contain control characters.");

/** Text that matches a regular expression. */
export const pattern = (max: number, form: RegExp) => z.string().max(max).regex(form);

/** A name that the API defines, such as a code or a role. */
export const Identifier = pattern(60, /^[a-z][a-z_.]*$/);

/** E-mails are trimmed and lower-cased. */
export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email()).openapi({ format: "email", example: "ada@example.com" });
export const Phone = z
  .string()
  .trim()
  .max(30)
  .regex(/^\+?[\d\s()./-]{3,}$/, "Digits with an optional leading + and separators.")
  .openapi({ example: "+1 555 0100" });
/** A vehicle identification number (ISO 3779): 17 characters without I, O and Q, upper-cased; the check digit is not enforced. */
export const Vin = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-HJ-NPR-Z0-9]{17}$/, "17 letters and digits, without I, O and Q.")
  .openapi({ maxLength: 17, example: "1M8GDM9AXKP042788" });

/** Types of columns whose values differ between requests and answers. */
export const MONEY = { answer: Money, input: MoneyInput };
export const TIMESTAMP = { answer: Timestamp, input: TimestampInput };

/** An IPv4 or IPv6 address. */
export const NetworkAddress = pattern(45, /^[\da-fA-F.:]+$/);

/** One of these words. */
export const oneOf = <const W extends readonly [string, ...string[]]>(words: W) => z.enum(words);
