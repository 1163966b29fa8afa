import { z } from "@hono/zod-openapi";
import { hasDirectionControls, isWellFormed } from "../../core/text.ts";

/** The most that a mail may have to say besides its template, in bytes: `params` in JSON. */
export const MAX_PARAMS = 2_000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: a line break would begin a new header.
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;

/** One line that shows in the order in which it is stored. */
const isLine = (text: string): boolean => !CONTROL.test(text) && isWellFormed(text) && !hasDirectionControls(text);

const Line = z.string().max(300).refine(isLine);

/** What the template of a kind names: texts and numbers by name. */
const Params = z.record(z.string().max(40), z.union([Line, z.number(), z.null()]));
export type Params = Readonly<z.infer<typeof Params>>;

/** The parameters that a row holds as JSON, or null for what no template can say. */
export const readParams = (json: string | null): Params | null => {
  try {
    return Params.safeParse(JSON.parse(json ?? "")).data ?? null;
  } catch {
    return null;
  }
};
