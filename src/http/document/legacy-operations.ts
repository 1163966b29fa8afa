import { legacyNamesOf, type QueryPart } from "../pipeline/legacy-paths.ts";
import type { Document } from "./document.ts";
import { references } from "./headers.ts";

type Paths = NonNullable<Document["paths"]>;
type Operation = NonNullable<Paths[string]["get"]>;

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

/** `/service-tickets/{id}/edit` as `ServiceTicketsEdit`. */
const nameOf = (path: string): string =>
  path
    .replaceAll(/\{\w+\}/g, "")
    .split(/[^a-z]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");

const TAG = { name: "Legacy paths", description: "Paths of earlier systems." };

const TITLE = "Mechanic Shop API: legacy paths";
const DESCRIPTION =
  "Paths of earlier systems, for clients that already use them. New clients use the canonical paths, which have [their own document](/docs).";

/** The responses of an operation; a success says that the path is deprecated, and where to go. */
const announced = (responses: Operation["responses"]): NonNullable<Operation["responses"]> =>
  Object.fromEntries(
    Object.entries(responses ?? {}).map(([status, response]) => [
      status,
      status.startsWith("2") ? { ...response, headers: { ...response.headers, ...references(["Deprecation", "Link"]) } } : response,
    ]),
  );

type Parameters = NonNullable<Operation["parameters"]>;

/** A parameter as the legacy path has it: in the path, by another name, or as it is. */
const renamed = (parameter: Parameters[number], query: readonly QueryPart[]): Parameters[number] => {
  if ("$ref" in parameter || parameter.in !== "query") return parameter;
  const part = query.find(({ name }) => name === parameter.name);
  if (!part || part.from === "constant") return parameter;
  return { ...parameter, name: part.value, ...(part.from === "path" ? { in: "path", required: true } : {}) };
};

const parametersOf = ({ parameters = [] }: Operation, query: readonly QueryPart[]) =>
  parameters.length === 0 ? {} : { parameters: parameters.map((parameter) => renamed(parameter, query)) };

/** `?per_page=5`, or nothing. */
const constantsOf = (query: readonly QueryPart[]): string => {
  const constants = query.filter(({ from }) => from === "constant").map(({ name, value }) => `${name}=${value}`);
  return constants.length === 0 ? "" : `?${constants.join("&")}`;
};

const deprecated = (operation: Operation, legacy: string, query: readonly QueryPart[], canonical: string): Operation => ({
  ...operation,
  ...parametersOf(operation, query),
  operationId: `${operation.operationId}At${nameOf(legacy)}`,
  description: `Legacy path of \`${canonical}${constantsOf(query)}\`: same request, answer and limits. Answers have \`Deprecation\`, and a \`Link\` to the canonical path.`,
  tags: [TAG.name],
  responses: announced(operation.responses),
  // These paths were for admins only, which OpenAPI 3.1 can say: roles of a security requirement.
  ...(/\/admin\/(?!login)/.test(legacy) ? { security: [{ bearer: ["admin"] }] } : {}),
  deprecated: true,
});

/** The legacy paths of a document's operations, each as a deprecated operation. */
const legacyPathsOf = (document: Document): Paths => {
  const paths: Paths = {};
  for (const [path, item] of Object.entries(document.paths ?? {}))
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      const canonical = `${method.toUpperCase()} ${path}`;
      for (const legacy of legacyNamesOf(method.toUpperCase(), path))
        paths[legacy.path] = {
          ...paths[legacy.path],
          [legacy.method.toLowerCase()]: deprecated(operation, legacy.path, legacy.query, canonical),
        };
    }
  return paths;
};

/** The document of all legacy paths, made of that of the canonical ones. */
export const legacyDocumentOf = (document: Document): Document => ({
  ...document,
  info: { ...document.info, title: TITLE, description: DESCRIPTION },
  tags: [TAG],
  paths: legacyPathsOf(document),
});
