import { expect, it } from "vitest";
import { wrongExamples } from "../../scripts/support/document-examples.ts";

const Name = { type: "object", properties: { name: { type: "string", maxLength: 3, example: "Ada" } }, required: ["name"] };
const REF = { $ref: "#/components/schemas/Name" };

/** A document with one operation, whose answer and query are these. */
const documentOf = (media: object, query: object = { schema: { type: "integer" }, example: 1 }, schemas: object = {}) => ({
  openapi: "3.1.0",
  paths: {
    "/names/{id}": {
      get: {
        parameters: [{ name: "limit", in: "query", ...query }],
        responses: { 200: { description: "", content: { "application/json": media } } },
      },
    },
  },
  components: { schemas: { Name, ...schemas } },
});

it("finds nothing in a document whose examples hold their schemas", () => {
  expect(wrongExamples(documentOf({ schema: REF, examples: { one: { value: { name: "Ada" } } } }))).toEqual([]);
});

it.each([
  ["an answer", documentOf({ schema: REF, example: { name: 1 } }), "/content/application~1json/example: data/name must be string"],
  ["a named answer", documentOf({ schema: REF, examples: { one: { value: {} } } }), "/examples/one: data must have required property"],
  ["a query", documentOf({ schema: REF }, { schema: { type: "integer" }, example: "a" }), "/parameters/0/example: data must be integer"],
  ["a default", documentOf({ schema: REF }, { schema: { type: "integer", default: 1.5 } }), "/parameters/0/schema/default: data must be"],
  ["a format", documentOf({ schema: { type: "string", format: "email" }, example: "ada" }), 'data must match format "email"'],
  [
    "a property that is named like a keyword",
    documentOf({ schema: REF }, undefined, { Odd: { type: "object", properties: { example: { type: "string", example: 1 } } } }),
    "/components/schemas/Odd/properties/example/example: data must be string",
  ],
  [
    "an item of a list inside",
    documentOf({ schema: { type: "array", items: { type: "object", properties: { a: { type: "boolean", example: "no" } } } } }),
    "/schema/items/properties/a/example: data must be boolean",
  ],
])("finds the wrong example of %s", (_, document, said) => {
  const wrong = wrongExamples(document);
  expect(wrong).toHaveLength(1);
  expect(wrong[0]).toContain(said);
});
