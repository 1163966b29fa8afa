import type { z } from "@hono/zod-openapi";
import type { LineKind } from "../schema/ticket-lines.ts";

/** What the lines of tickets and of service packages have in common. */

/** The fields that only lines of these kinds have. */
const ONLY_OF = {
  inventory_id: ["part"],
  part_number: ["part"],
  condition: ["part"],
  fee_kind: ["fee"],
  provider: ["sublet"],
  mechanic_id: ["labor"],
  unit_cost: ["part", "sublet"],
} as const satisfies Readonly<Record<string, readonly LineKind[]>>;

/** The kinds that have a field, or undefined for one that all of them have. */
export const kindsWith = (field: string): readonly LineKind[] | undefined =>
  new Map<string, readonly LineKind[]>(Object.entries(ONLY_OF)).get(field);

/** The fields that lines of a kind cannot do without. */
const NEEDED: Partial<Readonly<Record<LineKind, keyof typeof ONLY_OF>>> = { part: "condition", fee: "fee_kind" };

/** The fields of a whole line, as a request sends them. */
export type LineFields = { readonly kind: LineKind } & {
  readonly [K in keyof typeof ONLY_OF | "description" | "unit_price" | "flat_amount"]?: unknown;
};

/** Is the field sent, with a value? */
export const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** What is wrong with a line: at which field, a code, and advice. */
interface Misfit {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

const required = (field: string, message: string): Misfit => ({ field, code: "required", message });

const ofOtherKinds = (line: LineFields): Misfit[] =>
  Object.entries(ONLY_OF).flatMap(([field, kinds]: [string, readonly LineKind[]]) =>
    isGiven(Reflect.get(line, field)) && !kinds.includes(line.kind)
      ? [{ field, code: "not_of_kind", message: `Only lines of the kind ${kinds.map((kind) => `'${kind}'`).join(" or ")} have it.` }]
      : [],
  );

/** Every field of a whole line that does not go with its kind or with another field, each with what is wrong. */
export const misfitsOf = (line: LineFields): readonly Misfit[] => {
  const needed = NEEDED[line.kind];
  const isStocked = isGiven(line.inventory_id);
  const isPriced = isGiven(line.unit_price) || isGiven(line.flat_amount);
  return [
    ...ofOtherKinds(line),
    ...(needed && !isGiven(line[needed]) ? [required(needed, `A line of the kind '${line.kind}' says it.`)] : []),
    ...(isStocked || isGiven(line.description) ? [] : [required("description", "Only a part from the stock has a name of its own.")]),
    ...(isPriced || line.kind === "labor" || (line.kind === "part" && isStocked)
      ? []
      : [required("unit_price", "Only labor, and parts from the stock, have a price of their own. Send it, or flat_amount.")]),
    ...(isGiven(line.unit_price) && isGiven(line.flat_amount)
      ? [{ field: "flat_amount", code: "ambiguous", message: "Send unit_price or flat_amount, not both." }]
      : []),
    ...(isStocked && line.condition === "customer_supplied"
      ? [{ field: "inventory_id", code: "ambiguous", message: "What the customer brings does not come from the stock." }]
      : []),
  ];
};

/** Tells zod of every misfit of a whole line. */
export const fieldsOfKind = (line: LineFields, { addIssue }: z.RefinementCtx): void => {
  for (const { field, code, message } of misfitsOf(line)) addIssue({ code: "custom", path: [field], params: { code }, message });
};
