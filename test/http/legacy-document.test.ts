import { describe, expect, it } from "vitest";
import { endpoints } from "../../src/app.ts";
import { canonicalOf } from "../../src/http/pipeline/legacy-paths.ts";
import { createClient } from "../support/client.ts";
import { split, TABLE } from "../support/legacy-table.ts";

const client = createClient();

describe("the document of legacy paths", () => {
  interface Operation {
    readonly operationId: string;
    readonly description: string;
    readonly deprecated?: boolean;
    readonly responses: Record<string, { readonly headers?: object }>;
  }
  const read = async (path: string) => {
    const { body } = await client.get(path);
    // Safe here: the answer is the document of the app itself.
    return body as { servers: unknown; paths: Record<string, Record<string, Operation>> };
  };

  it("has every legacy route as a deprecated operation that points to the canonical one", async () => {
    const [{ paths }, canonical] = [await read("/openapi-legacy.json"), await read("/openapi.json")];
    const generic = (path: string) =>
      path
        .replace(/\/12\b/, "/{id}")
        .replace(/(?<=part)\/3$/, "/{inventory_id}")
        .replace(/(?<=customer)\/3\b/, "/{customer_id}")
        .replace(/(?<=mechanic)\/3\b/, "/{mechanic_id}")
        .replace(/\/3$/, "/{mechanic_id}");
    for (const [older, current] of TABLE.filter(([, to]) => to !== "GET /docs" && to !== "GET /openapi.json").slice(0, -3)) {
      const [[method, path], [, now]] = [split(older), split(current)];
      const operation = paths[generic(path)]?.[method.toLowerCase()];
      expect(operation, older).toMatchObject({ deprecated: true });
      expect(operation?.description, older).toContain(generic(now).replace(/(?<=parts)\/\{mechanic_id\}$/, "/{inventory_id}"));
    }
    for (const { spec } of endpoints.filter(({ spec: { path } }) => path.startsWith("/service-tickets")))
      for (const prefix of ["/tickets", "/service_tickets"]) {
        const older = paths[spec.path.replace("/service-tickets", prefix)]?.[spec.method];
        const current = canonical.paths[spec.path]?.[spec.method];
        expect(older, spec.path).toMatchObject({ deprecated: true, tags: ["Legacy paths"], responses: current?.responses });
        expect(older?.responses[spec.status ?? 200]?.headers, spec.path).toHaveProperty("Deprecation");
        expect(older?.operationId).not.toBe(current?.operationId);
      }
  });

  it("has no other operation, and the main document has none of them; both name the base /v1", async () => {
    const [legacy, canonical] = [await read("/openapi-legacy.json"), await read("/openapi.json")];
    for (const [{ paths, servers }, isLegacy] of [
      [legacy, true],
      [canonical, false],
    ] as const) {
      expect(servers).toMatchObject([{ url: "/" }, { url: "/v1" }]);
      for (const [path, item] of Object.entries(paths))
        for (const [method, { deprecated = false }] of Object.entries(item)) {
          expect(canonicalOf(method.toUpperCase(), path).isLegacy, `${method} ${path}`).toBe(isLegacy);
          expect(deprecated, `${method} ${path}`).toBe(isLegacy);
        }
    }
    expect(Object.values(canonical.paths).flatMap((item) => Object.keys(item))).toHaveLength(endpoints.length);
  });
});
