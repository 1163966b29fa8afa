import type { z } from "@hono/zod-openapi";
import { TAX } from "../../db/records/tax.ts";
import { atLeastOneOf } from "../../http/fields.ts";
import { listOf, listQuery, sortsOf } from "../../http/page.ts";

export const Tax = TAX.staffAnswer.openapi("Tax");

const fields = TAX.staffInput.strict();

interface Period {
  readonly valid_from?: string | undefined;
  readonly valid_until?: string | null | undefined;
}

const endsAfterStart = ({ valid_from, valid_until }: Period): boolean => !valid_from || !valid_until || valid_until >= valid_from;
const ENDS_AFTER_START = { path: ["valid_until"], params: { code: "invalid_period" }, message: "Must not be before 'valid_from'." };

export const NewTax = fields.refine(endsAfterStart, ENDS_AFTER_START).openapi("NewTax");
export type NewTax = z.output<typeof NewTax>;

export const TaxChange = atLeastOneOf(fields).refine(endsAfterStart, ENDS_AFTER_START).openapi("TaxChange");
export type TaxChange = z.output<typeof TaxChange>;

export const TaxQuery = listQuery(sortsOf(TAX), {});
export const TaxList = listOf("taxes", Tax).openapi("TaxList");

const { name, rate, applies_to, valid_from } = TAX.example;
export const newTaxExample = { name, rate, applies_to, valid_from };
