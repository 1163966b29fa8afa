import { z } from "@hono/zod-openapi";
import { isCommonPassword } from "../core/common-passwords.ts";
import { formatOf, Id, pattern, text } from "../db/fields.ts";

/** What features' schemas share besides the values of columns. */

/** An id in the path, as text. */
export const PathId = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, "An id is a whole number greater than 0.")
  .transform(Number)
  .openapi({ type: "integer", format: "int64", minimum: 1, maximum: 999_999_999_999_999, example: 12 });

export const byId = z.strictObject({ id: PathId });

/** A whole number in the query, as text. */
export const queryInteger = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, "Must be a whole number.")
    .transform(Number)
    .refine((value) => value >= min && value <= max, { message: `Must be between ${min} and ${max}.` })
    .openapi({ type: "integer", format: formatOf(min, max), minimum: min, maximum: max });

/** Yes or no in the query, as text. */
export const queryBoolean = z
  .enum(["true", "false"])
  .transform((text) => text === "true")
  .openapi({ type: "boolean", example: true });

/** Where something is, from the root of the API. */
export const UriPath = pattern(200, /^\/[\w./?=&-]*$/).openapi({ format: "uri-reference" });

/** A password that is to be set: long enough, and none of those that are guessed first. */
export const Password = z
  .string()
  .min(8)
  .max(128)
  .refine((password) => !isCommonPassword(password), {
    params: { code: "too_common" },
    message: "This password is too common; choose another one.",
  })
  .openapi({
    format: "password",
    example: "correct horse battery",
    description: "Must not be one of the 10,000 most common passwords, in upper or lower case.",
  });

/** A password as it is checked, whatever the rules were when it was set. */
export const Secret = z.string().min(1).max(128).openapi({ format: "password", example: "correct horse battery" });

/** The caller's own password, for routes that ask for it again. */
export const CurrentPassword = Secret.optional().openapi({
  description: "Your own password. Not needed within five minutes of your login.",
});

/** The body of a request that needs nothing but, maybe, the password again. */
export const PasswordAgain = z.strictObject({ current_password: CurrentPassword }).openapi("PasswordAgain");
export type PasswordAgain = z.output<typeof PasswordAgain>;

/** Makes every field optional and wants at least one; the password beside them changes nothing. */
export const atLeastOneOf = <T extends z.ZodRawShape>(schema: z.ZodObject<T>) =>
  schema
    .partial()
    .refine((body) => Object.keys(body).some((name) => name !== "current_password"), { message: "Send at least one field to change." });

/** The other of two records of one thing. */
export const Merge = z.strictObject({ from_id: Id.openapi({ description: "The record that becomes part of this one." }) }).openapi("Merge");

/** The answer of a delete. */
export const Deleted = z.object({ id: Id, deleted: z.literal(true), message: text(200) }).openapi("Deleted");
export const deletedExample = (what: string) => ({ id: 12, deleted: true, message: `${what} 12 was deleted.` });
export const deleted = (what: string, id: number) => ({ body: { id, deleted: true as const, message: `${what} ${id} was deleted.` } });
