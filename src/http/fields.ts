import { z } from "@hono/zod-openapi";
import { isCommonPassword } from "../core/common-passwords.ts";
import { type Cents, fromCents, hasAtMostTwoDecimals, MAX_CENTS, toCents } from "../core/money.ts";

/** Shapes of single values on the wire, shared by the features' schemas. */

/** The format that says in how many bits the numbers between two fit. */
const formatOf = (min: number, max: number): string => (Math.max(-min, max) < 2 ** 31 ? "int32" : "int64");

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

/** An id in the path, as text. */
export const PathId = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, "An id is a whole number above 0.")
  .transform(Number)
  .openapi({ type: "integer", format: "int64", minimum: 1, maximum: 999_999_999_999_999, example: 12 });

export const byId = z.strictObject({ id: PathId });

/** A whole number in the query, as text. */
export const queryInteger = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, "A whole number is wanted.")
    .transform(Number)
    .refine((value) => value >= min && value <= max, { message: `Between ${min} and ${max}.` })
    .openapi({ type: "integer", format: formatOf(min, max), minimum: min, maximum: max });

/** An amount of money: a number with at most two decimals; cents inside. */
export const MoneyInput = z
  .number()
  .min(0)
  .max(fromCents(MAX_CENTS as Cents))
  .refine(hasAtMostTwoDecimals, { message: "At most two decimals." })
  .transform(toCents)
  .openapi({ multipleOf: 0.01, example: 49.9 });
export const Money = z.number().min(0).openapi({ multipleOf: 0.01, example: 49.9 });

/** A moment with its offset, on the way in; UTC with milliseconds inside and on the way out. */
export const TimestampInput = z.iso
  .datetime({ offset: true })
  .max(40)
  .transform((text) => new Date(text).toISOString())
  .refine((text) => text.length === 24, { message: "A year of four digits is wanted." })
  .openapi({ example: "2026-11-20T09:30:00Z" });
export const Timestamp = z.iso.datetime({ precision: 3 }).openapi({ maxLength: 24, example: "2026-11-20T09:30:00.000Z" });
export const CalendarDate = z.iso.date().openapi({ maxLength: 10, example: "2026-11-20" });

// Spelled out, since not every tool that reads the document knows \p{Cc}.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
const NO_CONTROL = /^[^\u0000-\u001f\u007f-\u009f]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused, but for line breaks and tabs.
const NO_CONTROL_IN_LINES = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$/;

/** A line of text: trimmed, not empty, without control characters. */
export const text = (max: number) => z.string().trim().min(1).max(max).regex(NO_CONTROL, "No control characters.");

/** Text of several lines. */
export const longText = (max: number) => z.string().trim().min(1).max(max).regex(NO_CONTROL_IN_LINES, "No control characters.");

/** Text that we make, of this form. */
export const pattern = (max: number, pattern: RegExp) => z.string().max(max).regex(pattern);

/** A name of ours, such as a code or a role. */
export const Identifier = pattern(60, /^[a-z][a-z_.]*$/);

/** Where something is, from the root of the API. */
export const UriPath = pattern(200, /^\/[\w./?=&-]*$/).openapi({ format: "uri-reference" });

/** E-mails are trimmed and lower-cased. */
export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email()).openapi({ format: "email", example: "ada@example.com" });
export const Phone = z
  .string()
  .trim()
  .max(30)
  .regex(/^\+?[\d\s()./-]{3,}$/, "Digits, with an optional + and separators.")
  .openapi({ example: "+1 555 0100" });
/** A password that is to be set: long enough, and none of those that are guessed first. */
export const Password = z
  .string()
  .min(8)
  .max(128)
  .refine((password) => !isCommonPassword(password), { params: { code: "too_common" }, message: "Choose one that fewer people have." })
  .openapi({ format: "password", example: "correct horse battery", description: "None of the 10,000 most common, in any case." });

/** A vehicle identification number (ISO 3779): 17 characters without I, O and Q, upper-cased; the check digit is not enforced. */
export const Vin = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-HJ-NPR-Z0-9]{17}$/, "17 letters and digits, without I, O and Q.")
  .openapi({ maxLength: 17, example: "1M8GDM9AXKP042788" });

/** Makes every field optional and wants at least one. */
export const atLeastOneOf = <T extends z.ZodRawShape>(schema: z.ZodObject<T>) =>
  schema.partial().refine((body) => Object.keys(body).length > 0, { message: "Name at least one field to change." });

/** The answer of a delete. */
export const Deleted = z.object({ id: Id, deleted: z.literal(true), message: text(200) }).openapi("Deleted");
export const deletedExample = (what: string) => ({ id: 12, deleted: true, message: `${what} 12 was deleted.` });
export const deleted = (what: string, id: number) => ({ body: { id, deleted: true as const, message: `${what} ${id} was deleted.` } });
