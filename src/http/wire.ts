import { z } from "@hono/zod-openapi";
import { isCommonPassword } from "../core/common-passwords.ts";
import { type Cents, fromCents, hasAtMostTwoDecimals, MAX_CENTS, toCents } from "../core/money.ts";

/** Shapes of single values on the wire, shared by the features' schemas. */

/** A record's id. */
export const Id = z
  .int()
  .positive()
  .max(2 ** 53 - 1)
  .openapi({ example: 12 });

/** An id in the path, as text. */
export const PathId = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, "An id is a whole number above 0.")
  .transform(Number)
  .openapi({ type: "integer", minimum: 1, example: 12 });

export const byId = z.strictObject({ id: PathId });

/** A whole number in the query, as text. */
export const queryInteger = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, "A whole number is wanted.")
    .transform(Number)
    .refine((value) => value >= min && value <= max, { message: `Between ${min} and ${max}.` })
    .openapi({ type: "integer", minimum: min, maximum: max });

/** An amount of money: a number with at most two decimals; cents inside. */
export const MoneyIn = z
  .number()
  .min(0)
  .max(fromCents(MAX_CENTS as Cents))
  .refine(hasAtMostTwoDecimals, { message: "At most two decimals." })
  .transform(toCents)
  .openapi({ multipleOf: 0.01, example: 49.9 });
export const Money = z.number().openapi({ multipleOf: 0.01, example: 49.9 });

/** A moment with its offset, on the way in; UTC with milliseconds inside and on the way out. */
export const MomentIn = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString())
  .refine((text) => text.length === 24, { message: "A year of four digits is wanted." })
  .openapi({ example: "2026-11-20T09:30:00Z" });
export const Moment = z.iso.datetime().openapi({ example: "2026-11-20T09:30:00.000Z" });
export const CalendarDate = z.iso.date().openapi({ example: "2026-11-20" });

const CONTROL = /\p{Cc}/u;
const CONTROL_IN_LINES = /[^\P{Cc}\n\r\t]/u;

/** A line of text: trimmed, not empty, without control characters. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !CONTROL.test(text), { message: "No control characters." });

/** Text of several lines. */
export const paragraph = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !CONTROL_IN_LINES.test(text), { message: "No control characters." });

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

export const wholeNumber = (min: number, max: number) => z.int().min(min).max(max);

/** A vehicle identification number (ISO 3779): 17 characters without I, O and Q, upper-cased; the check digit is not enforced. */
export const Vin = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-HJ-NPR-Z0-9]{17}$/, "17 letters and digits, without I, O and Q.")
  .openapi({ example: "1M8GDM9AXKP042788" });

/** Makes every field optional and wants at least one. */
export const someOf = <T extends z.ZodRawShape>(schema: z.ZodObject<T>) =>
  schema.partial().refine((body) => Object.keys(body).length > 0, { message: "Name at least one field to change." });

/** The answer of a delete. */
export const Deleted = z.object({ id: Id, deleted: z.literal(true), message: z.string() }).openapi("Deleted");
export const deletedExample = (what: string) => ({ id: 12, deleted: true, message: `${what} 12 was deleted.` });
export const deleted = (what: string, id: number) => ({ body: { id, deleted: true as const, message: `${what} ${id} was deleted.` } });
