import { type CollectionResult, convertV2 } from "openapi-to-postmanv2";
import { type Chapter, type Step, textOf } from "./steps.ts";

interface Parameter {
  readonly key: string;
  readonly value: string;
  readonly disabled?: boolean;
  readonly description?: unknown;
}

/** A request as openapi-to-postmanv2 makes it, in Postman's format v2.1. */
interface Item {
  readonly request: {
    readonly method: string;
    readonly description?: { readonly content: string };
    readonly url: { readonly path: readonly string[]; readonly query: readonly Parameter[]; readonly variable: readonly Parameter[] };
    readonly header: readonly Parameter[];
    readonly body: { readonly raw?: string };
  };
}

interface Folder {
  readonly item: readonly (Item | Folder)[];
}

/** Safe: what openapi-to-postmanv2 answers is a collection, which is a folder of folders of requests. */
const asFolder = (collection: object): Folder => collection as Folder;

interface Operation {
  readonly summary: string;
  readonly deprecated?: boolean;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: { example?: unknown; enum?: unknown[] } }[];
  readonly responses: Readonly<
    Record<string, { readonly content?: { readonly "application/json"?: { readonly schema: { $ref: string } } } }>
  >;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: object };
}

/** A document with the operations of another one, whose components it has. */
export const withPathsOf = (document: Document, other: Document): Document => {
  const both = Object.entries(other.paths).map(([path, operations]) => [path, { ...document.paths[path], ...operations }]);
  return { ...document, paths: { ...document.paths, ...Object.fromEntries(both) } };
};

const OPTIONS = { folderStrategy: "Tags", parametersResolution: "Example", schemaFaker: false, enableOptionalParameters: false } as const;

const convert = async (document: Document): Promise<Item[]> => {
  const { promise, resolve, reject } = Promise.withResolvers<CollectionResult | undefined>();
  convertV2({ type: "string", data: JSON.stringify(document) }, OPTIONS, (error, conversion) =>
    error ? reject(error) : resolve(conversion),
  );
  const conversion = await promise;
  const [collection] = conversion?.output ?? [];
  if (!collection) throw new Error(`openapi-to-postmanv2: ${JSON.stringify(conversion)}`);
  const itemsIn = (folder: Folder): Item[] => folder.item.flatMap((item) => ("item" in item ? itemsIn(item) : [item]));
  return itemsIn(asFolder(collection.data));
};

/** `GET /customers/{id}`. */
const nameOf = ({ request: { method, url } }: Item): string => `${method} /${url.path.join("/").replaceAll(/:(\w+)/g, "{$1}")}`;

const script = (listen: "test" | "prerequest", exec: readonly string[]) => ({ listen, script: { type: "text/javascript", exec } });

const COMPONENTS = "components";

/** What holds for every answer. */
const EVERY_ANSWER = script("test", [
  'pm.test("is JSON or a PDF", () => pm.expect(pm.response.headers.get("Content-Type")).to.match(/^application\\/((problem\\+)?json|pdf)$/));',
  'pm.test("names the request", () => pm.expect(pm.response.headers.get("X-Request-Id")).to.match(/^[0-9a-f-]{36}$/));',
]);

/** Passwords of the people that a run makes up. */
const MAKE_UP = script("prerequest", [
  'for (const name of ["customerPassword", "mechanicPassword"])',
  '  if (!pm.collectionVariables.get(name)) pm.collectionVariables.set(name, pm.variables.replaceIn("{{$guid}}"));',
]);

/** How the answer is found to be what its schema says; one without a schema of JSON is a PDF. */
const formOf = (schema: string | undefined): readonly string[] =>
  schema === undefined
    ? ['pm.test("is a PDF", () => pm.expect(pm.response.text().slice(0, 5)).to.equal("%PDF-"));']
    : [
        `pm.test("is as the document says", () => pm.response.to.have.jsonSchema(`,
        `  { $ref: "${schema}", components: JSON.parse(pm.collectionVariables.get("${COMPONENTS}")) },`,
        '  { unknownFormats: "ignore", multipleOfPrecision: 6 }',
        "));",
      ];

/** Whether the answer is the one that the document promises, and what is kept of it. */
const testsOf = (step: Step, { responses, deprecated }: Operation) => {
  const [status = "", response] = Object.entries(responses).find(([code]) => code.startsWith("2")) ?? [];
  if (step.refusedWith)
    return script("test", [`pm.test("is refused with ${step.refusedWith}", () => pm.response.to.have.status(${step.refusedWith}));`]);
  const schema = response?.content?.["application/json"]?.schema.$ref;
  return script("test", [
    `pm.test("answers ${status}", () => pm.response.to.have.status(${status}));`,
    ...formOf(schema),
    ...(deprecated ? ['pm.test("says that it is deprecated", () => pm.response.to.have.header("Deprecation"));'] : []),
    ...Object.entries(step.keep ?? {}).map(
      ([variable, field]) => `pm.collectionVariables.set("${variable}", pm.response.json().${field});`,
    ),
  ]);
};

const authOf = ({ as = "admin" }: Step) => {
  if (as === "nobody") return { type: "noauth" };
  const values = as === "link" ? { key: "Share-Token", value: "{{shareToken}}", in: "header" } : { token: `{{${as}Token}}` };
  const type = as === "link" ? "apikey" : "bearer";
  return { type, [type]: Object.entries(values).map(([key, value]) => ({ key, value, type: "string" })) };
};

/** A parameter of the query: with the step's value, or there to be switched on. */
const queryOf = ({ query = {} }: Step, { parameters = [] }: Operation, { key, description }: Parameter) => {
  const { example, enum: values } = parameters.find((parameter) => parameter.in === "query" && parameter.name === key)?.schema ?? {};
  const value = query[key] ?? String(example ?? values?.[0] ?? "");
  return { key, value, description, disabled: query[key] === undefined };
};

/** Headers that are there to be switched on, with values that go with every request. */
const OPTIONAL: Readonly<Record<string, string>> = {
  "Idempotency-Key": "{{$guid}}",
  "If-Match": "*",
  "If-None-Match": "*",
  "Sec-Fetch-Site": "same-origin",
};

const requestOf = (step: Step, chapter: Chapter, { request }: Item, operation: Operation) => {
  const { method, header, body, url } = request;
  const raw = step.body === undefined ? body.raw : textOf(step.body);
  return {
    method,
    description: [operation.summary, request.description?.content].filter(Boolean).join("\n\n"),
    auth: authOf(step),
    header: header.map(({ key, value, description, disabled = false }) => ({ key, value: OPTIONAL[key] ?? value, description, disabled })),
    url: {
      raw: `{{baseUrl}}/${url.path.join("/")}`,
      host: ["{{baseUrl}}"],
      path: url.path,
      query: url.query.map((parameter) => queryOf(step, operation, parameter)),
      variable: url.variable.map(({ key }) => ({ key, value: `{{${{ id: chapter.id, ...step.path }[key]}}}` })),
    },
    ...(raw === undefined ? {} : { body: { mode: "raw", raw, options: { raw: { language: "json" } } } }),
  };
};

/**
 * The Postman collection of a document: each step of the chapters as openapi-to-postmanv2 made it, with what it needs
 * of earlier ones. The same document and chapters give the same collection.
 * Throws the names of the operations that no step has, and of steps that are no operation.
 */
export const collectionOf = async (document: Document, chapters: readonly Chapter[]) => {
  const items = new Map((await convert(document)).map((item) => [nameOf(item), item]));
  const planned = new Set<string>(chapters.flatMap(({ steps }) => steps.map(({ operation }) => operation)));
  const missing = [...items.keys()].filter((name) => !planned.has(name));
  if (missing.length > 0) throw new Error(`scripts/postman/chapters.ts has no step for:\n${missing.join("\n")}`);
  const itemOf = (step: Step, chapter: Chapter) => {
    const [method = "", path = ""] = step.operation.split(" ");
    const [item, operation] = [items.get(step.operation), document.paths[path]?.[method.toLowerCase()]];
    if (!item || !operation) throw new Error(`scripts/postman/chapters.ts: ${step.operation} is not in the document.`);
    const name = operation.deprecated ? step.operation : operation.summary;
    return {
      name,
      event: [...(step.before ? [script("prerequest", step.before)] : []), testsOf(step, operation)],
      request: requestOf(step, chapter, item, operation),
      response: [],
    };
  };
  return {
    info: {
      _postman_id: "0b5f1f3c-6d0a-4d3f-9c58-2f1a7e9d4c11",
      name: "Mechanic Shop API",
      description:
        "Made from openapi.json and openapi-legacy.json by `npm run postman`. Run it from top to bottom: requests use what earlier ones made.",
      schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    item: chapters.map((chapter) => ({
      name: chapter.name,
      description: chapter.description,
      item: chapter.steps.map((step) => itemOf(step, chapter)),
    })),
    event: [MAKE_UP, EVERY_ANSWER],
    variable: [{ key: COMPONENTS, value: JSON.stringify({ schemas: document.components.schemas }) }],
  };
};
