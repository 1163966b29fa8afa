import fc from "fast-check";
import { PASSWORD } from "../support/people.ts";
import type { Pools } from "./pools.ts";

/** The part of JSON Schema 2020-12 that the document's requests are written in. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
}
export type Schemas = Readonly<Record<string, Schema>>;

/** Stands in every text that is sent, so that one which comes back in an error is seen. */
export const MARK = "zqfuzz";

export const resolve = (schema: Schema, all: Schemas): Schema => {
  const name = schema.$ref?.split("/").at(-1);
  return name === undefined ? schema : (all[name] ?? {});
};

const typesOf = ({ type }: Schema): readonly string[] => (typeof type === "string" ? [type] : (type ?? []));

/** An id that is there under that name, and seldom one that is not. */
export const idFrom = ({ ids }: Pools, name: string): fc.Arbitrary<number> =>
  fc.oneof({ weight: 24, arbitrary: fc.constantFrom(...(ids[name] ?? [1])) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 999 }) });

const moment = fc
  .date({ min: new Date("2026-11-20T00:00:00Z"), max: new Date("2026-12-20T00:00:00Z"), noInvalidDate: true })
  .map((date) => date.toISOString());

export const validVin: fc.Arbitrary<string> = fc.nat(999_999).map((n) => `1M8GDM9AXKP${String(n).padStart(6, "0")}`);

/** The e-mail of an account, or a new one. */
export const validEmail = ({ emails }: Pools): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(...emails),
    fc.nat(99_999).map((n) => `${MARK}${n}@example.com`),
  );

const validText = (name: string, pools: Pools, { format, minLength = 1, maxLength = 40 }: Schema): fc.Arbitrary<string> => {
  if (name === "email" || format === "email") return validEmail(pools);
  if (name === "phone") return fc.nat(9_999).map((n) => `+1 555 ${n + 10_000}`);
  if (name.includes("password"))
    return fc.oneof({ weight: 4, arbitrary: fc.constant(PASSWORD) }, { weight: 1, arbitrary: fc.constant(`${MARK} staple`) });
  if (name.toLowerCase() === "vin") return validVin;
  if (format === "date") return moment.map((text) => text.slice(0, 10));
  if (format === "date-time") return moment;
  return fc
    .string({
      minLength: Math.max(0, minLength - MARK.length),
      maxLength: Math.max(0, Math.min(maxLength, 40) - MARK.length),
      unit: "grapheme",
    })
    .map((text) => (maxLength > MARK.length ? MARK + text : text));
};

/** Values that a schema takes, or nearly always does. */
export const valid = (schema: Schema, all: Schemas, pools: Pools, name = ""): fc.Arbitrary<unknown> => {
  const here = resolve(schema, all);
  if (here.enum) return fc.constantFrom(...here.enum);
  const types = typesOf(here);
  if (types.includes("null") && types.length > 1)
    return fc.oneof(
      { weight: 1, arbitrary: fc.constant(null) },
      { weight: 4, arbitrary: valid({ ...here, type: types.filter((type) => type !== "null") }, all, pools, name) },
    );
  switch (types[0]) {
    case "object": {
      const fields = Object.entries(here.properties ?? {}).map(([key, field]) => [key, valid(field, all, pools, key)] as const);
      return fc.record(Object.fromEntries(fields), { requiredKeys: [...(here.required ?? [])] });
    }
    case "array":
      return fc.array(valid(here.items ?? {}, all, pools, name), { maxLength: Math.min(here.maxItems ?? 3, 3) });
    case "integer":
      if (/ids?$/.test(name)) return idFrom(pools, name);
      return fc.integer({ min: here.minimum ?? 0, max: Math.min(here.maximum ?? 50, (here.minimum ?? 0) + 50) });
    case "number":
      return fc.integer({ min: 0, max: 99_999 }).map((cents) => cents / 100);
    case "boolean":
      return fc.boolean();
    default:
      return validText(name, pools, here);
  }
};

/** Values at the ends of what a schema takes, inside and outside. */
export const edge = (schema: Schema, all: Schemas): fc.Arbitrary<unknown> => {
  const { minimum = 0, maximum = 999_999_999, minLength = 0, maxLength = 300 } = resolve(schema, all);
  return fc.constantFrom<unknown>(
    ...[minimum, minimum - 1, maximum, maximum + 1, 0, -0, -1, 0.001, 0.29, 9_999_999.99, 10_000_000, 2 ** 53 - 1, 2 ** 53],
    ...[
      "x".repeat(minLength),
      "x".repeat(maxLength),
      "x".repeat(maxLength + 1),
      "é".repeat(maxLength),
      "😀".repeat(Math.ceil(maxLength / 2)),
    ],
    ...["0000-01-01", "2026-02-30", "9999-12-31", "2026-11-20T24:00:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+14:00"],
    ...["", " ", null, [], {}],
  );
};

const deep = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth);

/** Texts that break what is built carelessly. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...["\u0000", `${MARK}\u0000${MARK}`, "\ud800", `${MARK}\udfff`, "\ufeff", "\u202e", "\u2028", "ﬀ", "İ", "ẞ", "e\u0301".repeat(50)],
    ...[
      `${MARK}' OR '1'='1`,
      `'; drop table customers; --`,
      `${MARK}" union select password_hash from users --`,
      "%",
      "_",
      "*",
      "\\",
      "`",
      "?1",
      ":x",
      "$1",
    ],
    ...[
      "__proto__",
      "constructor",
      "toString",
      "hasOwnProperty",
      "null",
      "undefined",
      "true",
      "NaN",
      "Infinity",
      "-0",
      "1e309",
      "0x10",
      "1_000",
    ],
    ...["../../etc/passwd", "%2e%2e%2f", "%00", "<script>alert(1)</script>", "{{7*7}}", "\r\nX-Injected: 1"],
    ...[`${MARK}@example.com`, "a@b", "@", "9".repeat(400), MARK.repeat(2_000)],
  ),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }).map((text) => MARK + text),
);

/** Anything that JSON can say, and more of what it should not. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], {}, 0, -0, -1, 1.5, 1e21, -1e308, 5e-324, 2 ** 53, 2 ** 63, 1e15),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.array(fc.integer(), { maxLength: 2_000, minLength: 200 }),
  fc.jsonValue({ maxDepth: 4 }),
  hostileText.map((text) => [text]),
  hostileText.map((text) => ({ [text]: text, $ne: null, $gt: "" })),
);

/** Bodies that are no JSON, or that no schema is ready for. */
export const rawBody: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...[
      "",
      " ",
      "{",
      "}",
      "nul",
      "NaN",
      "Infinity",
      "[1,]",
      "{'a':1}",
      '{"a":1}{"b":2}',
      '"\\ud800"',
      "\ufeff{}",
      "\ufeff",
      "\u0000",
      "1e999",
    ],
    ...[
      deep(2_000, "[", "]"),
      `${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}`,
      deep(50_000, "[", ""),
      `{"a":1e999,"__proto__":{"role":"admin"}}`,
    ],
    ...['{"__proto__":{"status":"active"},"constructor":{"prototype":{}}}', '{"email":"a@example.com","email":"b@example.com"}', "a=1&b=2"],
  ),
  fc.json(),
  fc.string({ unit: "binary", maxLength: 200 }),
);
