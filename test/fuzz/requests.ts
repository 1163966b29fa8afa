import fc from "fast-check";
import { cookieFor, headersFor, linkFor, type Mood } from "./headers.ts";
import { idNameOf, type Pools } from "./pools.ts";
import { edge, hostile, hostileText, idFrom, rawBody, resolve, type Schema, type Schemas, valid, validEmail, validVin } from "./values.ts";

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
}
interface Media {
  readonly schema: Schema;
  readonly example: unknown;
}
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Media | undefined;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

export interface Request {
  readonly path: string;
  /** Text is sent as it is, all else as JSON; undefined: none. */
  readonly body: unknown;
  readonly headers: Record<string, string>;
}

interface Reference {
  readonly $ref?: string;
}
type Item = Readonly<
  Record<
    string,
    {
      readonly parameters?: readonly (Parameter & Reference)[];
      readonly requestBody?: { readonly content: { readonly "application/json": Media } };
      readonly responses: Readonly<Record<string, Operation["responses"][string] & Reference>>;
    }
  >
>;
export interface Document {
  readonly paths: Readonly<Record<string, Item>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>> & { readonly schemas: Schemas };
}

/** What a reference of the document stands for, or the thing itself. Safe: the document's own tests check its references. */
const resolved = <T extends Reference>(thing: T, { components }: Document): T => {
  const [, , part = "", name = ""] = thing.$ref?.split("/") ?? [];
  return name ? ((components[part]?.[name] ?? thing) as T) : thing;
};

/** Every operation of a document, those of legacy paths too. */
export const operationsOf = (document: Document): Operation[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { parameters = [], requestBody, responses }]) => ({
      method,
      path,
      parameters: parameters.map((parameter) => resolved(parameter, document)),
      body: requestBody?.content["application/json"],
      responses: Object.fromEntries(Object.entries(responses).map(([status, response]) => [status, resolved(response, document)])),
    })),
  );

const mood = fc.oneof<fc.WeightedArbitrary<Mood>[]>(
  { weight: 4, arbitrary: fc.constant("valid") },
  { weight: 2, arbitrary: fc.constant("edge") },
  { weight: 4, arbitrary: fc.constant("hostile") },
);

const textOf = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? "")).toWellFormed();

/** One field is replaced, taken away, or added. */
const spoiled = (body: fc.Arbitrary<unknown>, bad: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.tuple(body, bad, fc.nat(), fc.constantFrom("replace", "replace", "drop", "add"), hostileText).map(([good, value, n, how, name]) => {
    if (typeof good !== "object" || good === null || Array.isArray(good)) return value;
    const keys = Object.keys(good);
    const key = how === "add" ? name : keys[n % Math.max(1, keys.length)];
    const rest = Object.entries(good).filter(([other]) => other !== key);
    return Object.fromEntries(how === "drop" ? rest : [...rest, [key ?? name, value]]);
  });

/** The document's example, about what is there. */
const likeExample = (example: unknown, pools: Pools, name = ""): fc.Arbitrary<unknown> => {
  if (Array.isArray(example)) return fc.tuple(...example.map((item) => likeExample(item, pools, name)));
  if (typeof example === "object" && example !== null)
    return fc.record(Object.fromEntries(Object.entries(example).map(([key, value]) => [key, likeExample(value, pools, key)])));
  if (name === "email") return validEmail(pools);
  if (name.toLowerCase() === "vin") return validVin;
  if (name === "refresh_token") return fc.constantFrom(...pools.refreshTokens);
  return name in pools.ids ? idFrom(pools, name) : fc.constant(example);
};

const bodyFor = ({ body, method }: Operation, schemas: Schemas, pools: Pools, how: Mood): fc.Arbitrary<unknown> => {
  if (method === "get") return fc.constant(undefined);
  if (!body) return how === "hostile" ? fc.oneof(rawBody, hostile) : fc.constantFrom(undefined, {});
  const good = fc.oneof(
    { weight: 1, arbitrary: valid(body.schema, schemas, pools) },
    { weight: 2, arbitrary: likeExample(body.example, pools) },
  );
  if (how === "valid") return good;
  const fields = Object.values(resolve(body.schema, schemas).properties ?? {});
  if (how === "edge") return spoiled(good, fc.oneof(...fields.map((field) => edge(field, schemas)), fc.constant(null)));
  return fc.oneof({ weight: 6, arbitrary: spoiled(good, hostile) }, { weight: 1, arbitrary: rawBody }, { weight: 1, arbitrary: hostile });
};

/** A cursor as ours look, with anything in it. */
const cursor = fc
  .tuple(
    fc.oneof(fc.constantFrom("id", "name", "-name", "-id", "email", "quantity", "price", "created_at"), hostileText),
    hostile,
    fc.oneof(fc.nat(50), fc.double()),
  )
  .map((parts) => Buffer.from(JSON.stringify(parts)).toString("base64url"));

const queryValue = ({ name, schema }: Parameter, schemas: Schemas, pools: Pools, how: Mood): fc.Arbitrary<string> => {
  if (name === "cursor") return how === "valid" ? cursor : fc.oneof(cursor, hostileText.map(textOf));
  const bad = how === "edge" ? edge(schema, schemas) : hostile;
  return (how === "valid" ? valid(schema, schemas, pools, name) : fc.oneof(valid(schema, schemas, pools, name), bad)).map(textOf);
};

const queryFor = ({ parameters }: Operation, schemas: Schemas, pools: Pools, how: Mood): fc.Arbitrary<string> => {
  const known = parameters.filter((parameter) => parameter.in === "query");
  const required = known.filter((parameter) => parameter.required).map(({ name }) => name);
  // Most pages are not asked for with all there is to ask for: several filters and sorts exclude each other.
  const some = fc.subarray(
    known.map(({ name }) => name),
    { maxLength: Math.min(2, known.length) },
  );
  const values = fc.record(Object.fromEntries(known.map((parameter) => [parameter.name, queryValue(parameter, schemas, pools, how)])));
  const more = how === "hostile" ? fc.option(fc.tuple(hostileText, hostileText), { nil: null, freq: 3 }) : fc.constant(null);
  return fc.tuple(some, values, more).map(([names, given, extra]) => {
    const search = new URLSearchParams();
    for (const name of new Set([...required, ...names])) search.append(name, String(given[name]));
    if (extra) search.append(extra[0].toWellFormed(), extra[1].toWellFormed());
    return search.size > 0 ? `?${search}` : "";
  });
};

/** Segments that stay one segment, however they are spelled. */
const hostileSegment = fc.oneof(
  fc.constantFrom(
    "0",
    "-1",
    "1.5",
    "1e3",
    "01",
    "9".repeat(15),
    "9".repeat(16),
    "9".repeat(400),
    "%00",
    "%2F",
    "%ff",
    "%E0%A4%A",
    "%",
    "1%2e",
    "1;2",
    "1,2",
  ),
  hostileText.map((text) => encodeURIComponent(text.toWellFormed()) || "x").map((text) => (/^\.{1,2}$/.test(text) ? "x" : text)),
);

const pathFor = ({ path }: Operation, pools: Pools, how: Mood): fc.Arbitrary<string> => {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => (name === "id" ? idNameOf(path) : name));
  const segments = names.map((name) => {
    const known = idFrom(pools, name).map(String);
    return how === "hostile" ? fc.oneof({ weight: 3, arbitrary: known }, { weight: 1, arbitrary: hostileSegment }) : known;
  });
  const around = fc.tuple(fc.constantFrom("", "", "", "/v1"), fc.constantFrom("", "", "", "/"));
  return fc.tuple(fc.tuple(...segments), around).map(([values, [before, after]]) => {
    let next = 0;
    const filled = path.replaceAll(/\{\w+\}/g, () => values[next++] ?? "1");
    return filled === "/" ? filled : before + filled + after;
  });
};

/** Requests to an operation: valid, at the edge of that, and hostile. */
export const requestTo = (operation: Operation, schemas: Schemas, pools: Pools): fc.Arbitrary<Request> =>
  mood.chain((how) =>
    fc
      .tuple(
        pathFor(operation, pools, how),
        queryFor(operation, schemas, pools, how),
        bodyFor(operation, schemas, pools, how),
        headersFor(how),
        linkFor(operation.path, pools.shareTokens, how),
        cookieFor(operation.path, pools.refreshTokens, how),
      )
      .map(([path, query, body, headers, link, cookie]) => ({ path: path + query, body, headers: { ...headers, ...link, ...cookie } })),
  );
