import { legacyNamesOf } from "../pipeline/legacy-paths.ts";
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

const deprecated = (operation: Operation, legacy: string, canonical: string): Operation => ({
  ...operation,
  operationId: `${operation.operationId}At${nameOf(legacy)}`,
  description: `Legacy path of \`${canonical}\`: same request, answer and limits. Answers have \`Deprecation\`, and a \`Link\` to the canonical path.`,
  tags: [TAG.name],
  responses: announced(operation.responses),
  // These paths were for admins only, which OpenAPI 3.1 can say: roles of a security requirement.
  ...(legacy.includes("/admin/") ? { security: [{ bearer: ["admin"] }] } : {}),
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
        paths[legacy.path] = { ...paths[legacy.path], [legacy.method.toLowerCase()]: deprecated(operation, legacy.path, canonical) };
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
