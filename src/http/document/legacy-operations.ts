import type { OpenAPIHono } from "@hono/zod-openapi";
import { olderNamesOf } from "../pipeline/legacy-paths.ts";
import { references } from "./headers.ts";

type Document = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;
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

const TAG = {
  name: "Older spellings",
  description: "Paths of earlier systems, for clients that exist already; new clients use the others.",
};
/** The responses; a success tells that the path is deprecated, and where to go. */
const announced = (responses: Operation["responses"]): NonNullable<Operation["responses"]> =>
  Object.fromEntries(
    Object.entries(responses ?? {}).map(([status, response]) => [
      status,
      status.startsWith("2") ? { ...response, headers: { ...response.headers, ...references(["Deprecation", "Link"]) } } : response,
    ]),
  );

const deprecated = (operation: Operation, older: string, canonical: string): Operation => ({
  ...operation,
  operationId: `${operation.operationId}At${nameOf(older)}`,
  description: `An older spelling of \`${canonical}\`: the same request, answer and limits. Answers carry \`Deprecation\`, and a \`Link\` to the canonical path.`,
  tags: [TAG.name],
  responses: announced(operation.responses),
  // What these names were for, and all that the document promises of them (OpenAPI 3.1: roles of a security requirement).
  ...(older.includes("/admin/") ? { security: [{ bearer: ["admin"] }] } : {}),
  deprecated: true,
});

/** Adds what the operations of a document were called before, each as a deprecated operation. */
export const withOlderOperations = (document: Document): Document => {
  const paths: Paths = { ...document.paths };
  for (const [path, item] of Object.entries(document.paths ?? {}))
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      const canonical = `${method.toUpperCase()} ${path}`;
      for (const older of olderNamesOf(method.toUpperCase(), path))
        paths[older.path] = { ...paths[older.path], [older.method.toLowerCase()]: deprecated(operation, older.path, canonical) };
    }
  return { ...document, tags: [...(document.tags ?? []), TAG], paths };
};
