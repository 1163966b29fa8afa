import Ajv from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import current from "../../openapi.json?raw";
import legacy from "../../openapi-legacy.json?raw";

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Schema = { readonly [key: string]: Json };

const DOCUMENTS: readonly Json[] = [JSON.parse(current), JSON.parse(legacy)];
const isObject = (value: Json): value is Schema => typeof value === "object" && value !== null && !Array.isArray(value);

/** Every object inside, with where it stands. */
const objectsIn = (value: Json, at = ""): [string, Schema][] => {
  const inside =
    Array.isArray(value) || isObject(value) ? Object.entries(value).flatMap(([key, item]) => objectsIn(item, `${at}/${key}`)) : [];
  return isObject(value) ? [[at, value], ...inside] : inside;
};

const schemas = DOCUMENTS.flatMap((document) => objectsIn(document));
const patterns = [...new Set(schemas.flatMap(([, { pattern }]) => (typeof pattern === "string" ? [pattern] : [])))];
/** Schemas of numbers with decimals: amounts of money, and quantities. */
const decimals = schemas.filter(([, { type, format }]) => format === "double" || type === "number");
const isOptional = ({ type }: Schema): boolean => Array.isArray(type) && type.includes("null");

/** What patterns may consist of: Go's RE2 and PHP's PCRE know all of it, and mean the same by it as JavaScript does. */
const PORTABLE = /^(?:\\[dws]|\\x[0-9a-f]{2}|\\[./()+?*[\]{}^$|\\-]|\(\?:|\((?!\?)|\{\d{1,3}(?:,\d{0,3})?\}|[^\\({]|\{(?!\d))*$/;

describe("the document", () => {
  it("has amounts and quantities that validators accept to the last decimal", () => {
    expect(decimals.length).toBeGreaterThan(20);
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const forms = new Map(decimals.map(([at, { $ref: _, ...schema }]) => [JSON.stringify({ ...schema, description: "", example: 0 }), at]));
    for (const [form, at] of forms) {
      const schema = z.record(z.string(), z.json()).parse(JSON.parse(form));
      const isValid = ajv.compile(schema);
      const [least, most] = [Number(schema.minimum ?? 0), Number(schema.maximum ?? 1_000)];
      const refused = Array.from({ length: 100_001 }, (_, cents) => cents / 100).filter(
        (amount) => amount >= least && amount <= most && !isValid(amount),
      );
      expect(refused, at).toEqual([]);
      const isQuantity = least === 0.001 || at.includes("quantity");
      const thousandths = Array.from({ length: 10_000 }, (_, count) => (count + 1) / 1_000).filter((amount) => !isValid(amount));
      expect(isQuantity ? thousandths : [], at).toEqual([]);
      expect([isValid("19.99"), isValid(null)], at).toEqual([false, isOptional(schema)]);
    }
  });

  it("names no step of a number's decimals, which validators reckon in binary fractions", () => {
    expect(schemas.filter(([, schema]) => "multipleOf" in schema).map(([at]) => at)).toEqual([]);
  });

  it.each(patterns)("has the pattern %s, which Go and PHP read as JavaScript does", (pattern) => {
    expect(pattern).toMatch(PORTABLE);
    expect(() => new RegExp(pattern)).not.toThrow();
    expect(() => new RegExp(pattern, "u")).not.toThrow();
    expect(() => new Ajv({ strict: false }).compile({ type: "string", pattern })).not.toThrow();
  });

  it.each(["\\u0000", "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?<name>a)", "(a)\\1", "\\p{L}", "a{1,1001}", "\\cA", "[\\b]"])(
    "would be told of %s, which one of them does not know",
    (form) => {
      expect(`^${form}$`).not.toMatch(PORTABLE);
    },
  );

  it("has examples of text that its own patterns accept", () => {
    const shown = schemas.filter(([, { pattern, example }]) => typeof pattern === "string" && typeof example === "string");
    for (const [at, { pattern, example }] of shown) expect(example, at).toMatch(new RegExp(String(pattern), "u"));
  });
});
