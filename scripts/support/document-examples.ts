import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/** What an example has to be: a place of a schema in the document, as a JSON Pointer, and one value that shall hold it. */
interface Shown {
  readonly schema: string;
  readonly at: string;
  readonly value: unknown;
}

const escaped = (key: string): string => encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));

/** The values that an object shows of the schema at this place: its example and its named examples. */
const valuesOf = ({ example, examples }: Fields, schema: string, at: string): Shown[] => [
  ...(example === undefined ? [] : [{ schema, at: `${at}/example`, value: example }]),
  ...(isFields(examples) ? Object.entries(examples) : []).flatMap(([name, shown]) =>
    isFields(shown) && shown.value !== undefined ? [{ schema, at: `${at}/examples/${name}`, value: shown.value }] : [],
  ),
];

/** Keys whose values are data, in which nothing is a schema. */
const DATA = new Set(["example", "examples", "default", "enum", "const"]);
/** Keys of a schema that hold schemas by name. */
const NAMED = new Set(["properties", "patternProperties", "$defs"]);

/** What stands at a place of the document: a schema, schemas by name, or something else. */
type Kind = "schema" | "schemas" | "other";

const kindOf = (key: string, parent: Kind, at: string): Kind => {
  if (parent === "schemas" || key === "schema") return "schema";
  if (parent === "schema") return NAMED.has(key) ? "schemas" : "schema";
  return `${at}/${key}` === "/components/schemas" ? "schemas" : "other";
};

/** Every example and default inside. Whatever has a `schema` shows that; a schema shows itself. */
const shownIn = (value: unknown, at: string, kind: Kind): Shown[] => {
  if (Array.isArray(value)) return value.flatMap((item, index) => shownIn(item, `${at}/${index}`, kind));
  if (!isFields(value)) return [];
  const { schema, default: otherwise } = value;
  const own = kind === "other" && isFields(schema) ? valuesOf(value, `${at}/schema`, at) : [];
  const itself = kind === "schema" ? valuesOf(value, at, at) : [];
  const unsaid = kind === "schema" && otherwise !== undefined ? [{ schema: at, at: `${at}/default`, value: otherwise }] : [];
  const inside = Object.entries(value).flatMap(([key, item]) =>
    kind !== "schemas" && DATA.has(key) ? [] : shownIn(item, `${at}/${escaped(key)}`, kindOf(key, kind, at)),
  );
  return [...own, ...itself, ...unsaid, ...inside];
};

/** Which examples and defaults of a document do not hold their own schema, each in a sentence. */
export const wrongExamples = (document: Fields): string[] => {
  const ajv = new Ajv({ strict: false, discriminator: true, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ ...document, $id: "document" });
  return shownIn(document, "", "other").flatMap(({ schema, at, value }) => {
    const isGood = ajv.getSchema(`document#${schema}`);
    if (!isGood) return [`${schema} is no schema.`];
    return isGood(value) ? [] : [`${at}: ${ajv.errorsText(isGood.errors)}.`];
  });
};
