import { describe, expect, it } from "vitest";
import current from "../../openapi.json?raw";
import legacy from "../../openapi-legacy.json?raw";

interface Described {
  readonly $ref?: string;
  readonly description?: string;
}
interface Media {
  readonly schema?: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, Described>>;
}
interface Response extends Described {
  readonly headers?: Readonly<Record<string, Described>>;
  readonly content?: Readonly<Record<string, Media>>;
}
interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly deprecated?: boolean;
  readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Response>>;
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: Record<string, Record<string, unknown>>;
}
const DOCUMENTS: readonly Document[] = [JSON.parse(current), JSON.parse(legacy)];

/** What a reference stands for. Safe: a reference into the components has the type of what it replaces. */
const resolved = <T extends Described>(value: T, document: Document): T => {
  if (value.$ref === undefined) return value;
  const [, kind = "", name = ""] = /^#\/components\/(\w+)\/(.+)$/.exec(value.$ref) ?? [];
  const found = document.components[kind]?.[name];
  expect(found, value.$ref).toBeDefined();
  return found as T;
};

const operations = DOCUMENTS.flatMap((document) =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation, document] as const),
  ),
);
const headersOf = (response: Response): string[] => Object.keys(response.headers ?? {});
const EVERYWHERE = ["X-Request-Id", "RateLimit-Policy", "RateLimit", "Cache-Control", "Access-Control-Allow-Origin"];

describe("the document", () => {
  it("gives every operation a name of its own", () => {
    const names = operations.map(([, { operationId }]) => operationId);
    expect(names.length).toBeGreaterThan(100);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z]+$/);
  });

  it.each(operations)(
    "tells of %s what it does, takes and answers, with an example of each and with its headers",
    (name, operation, document) => {
      const { summary, description, tags, security, requestBody, responses } = operation;
      expect([summary, description, tags?.[0]].every((text) => text !== undefined && text.length > 3)).toBe(true);
      expect(security).toBeInstanceOf(Array);
      if (requestBody) {
        const { schema, example } = requestBody.content["application/json"] ?? {};
        expect([typeof schema, typeof example]).toEqual(["object", "object"]);
        const needed = resolved<Described & { readonly required?: readonly string[] }>(schema ?? {}, document).required ?? [];
        expect(requestBody.required).toBe(!name.startsWith("DELETE ") || needed.length > 0);
      }
      const successes = Object.entries(responses).filter(([status]) => status.startsWith("2"));
      expect(successes.map(([status]) => status)).toHaveLength(1);
      for (const [status, success] of successes) {
        const { schema, example } = success.content?.["application/json"] ?? {};
        if (name.endsWith("/pdf")) expect(success.content).toEqual({ "application/pdf": { schema: { $ref: "#/components/schemas/Pdf" } } });
        else expect([typeof schema, typeof example]).toEqual(["object", "object"]);
        const more = [...(status === "201" ? ["Location"] : []), ...(operation.deprecated ? ["Deprecation", "Link"] : [])];
        expect(headersOf(success)).toEqual(expect.arrayContaining([...EVERYWHERE, ...more]));
      }
    },
  );

  it("says what limits staff have, where they have others", () => {
    const limitIn = (name: string) => /Limit: (.+)\./.exec(operations.find(([found]) => found === name)?.[1].description ?? "")?.[1];
    expect(limitIn("GET /customers")).toBe("`default`, for mechanics and admins `staff`");
    expect(limitIn("POST /customers")).toBe("`register`, for mechanics and admins `staff`");
    expect(limitIn("DELETE /customers/{id}")).toBe("`destroy`, for mechanics and admins `destroy_staff`");
    expect([limitIn("POST /auth/login"), limitIn("GET /")]).toEqual(["`login`", "none"]);
  });

  it.each(operations)("tells of %s how it fails, with an example of each code", (_name, { responses, security = [] }, document) => {
    const failures = Object.entries(responses).filter(([status]) => /^[45]/.test(status));
    const asked = ["422", "500", "503", ...(security.length > 0 ? ["401", "429"] : [])];
    expect(failures.map(([status]) => status)).toEqual(expect.arrayContaining(asked));
    for (const [status, reference] of failures) {
      const { description, headers, content } = resolved(reference, document);
      const media = content?.["application/problem+json"];
      const examples = Object.entries(media?.examples ?? {});
      expect(media?.schema).toEqual({ $ref: "#/components/schemas/Problem" });
      expect(examples.map(([code]) => `\`${code}\``).join(", ")).toBe(description);
      for (const [code, example] of examples)
        expect(resolved(example, document)).toMatchObject({ value: { code, status: Number(status) } });
      const more = { 401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After" }[status];
      expect(Object.keys(headers ?? {})).toEqual(expect.arrayContaining(more ? [...EVERYWHERE, more] : EVERYWHERE));
    }
  });
});
