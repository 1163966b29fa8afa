import { describe, expect, it } from "vitest";
import { endpoints } from "../../src/app.ts";
import type { Deps } from "../../src/http/app-env.ts";
import { createClient, testDeps } from "../support/client.ts";
import { aCustomer } from "../support/people.ts";

const client = createClient();

describe("GET /", () => {
  it("says what this is and where to go on, to everyone, and the links lead somewhere", async () => {
    const { status, body, headers } = await client.get("/");
    expect([status, headers.get("Content-Type")]).toEqual([200, "application/json"]);
    expect(body).toEqual({
      name: "Mechanic Shop API",
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      links: { docs: "/docs", openapi: "/openapi.json", health: "/health" },
    });
    for (const link of Object.values<string>(body.links)) expect((await client.get(link)).status, link).toBe(200);
    expect((await client.get("/", { token: (await aCustomer()).token })).status).toBe(200);
  });

  it("takes no query", async () => {
    expect((await client.get("/?x=1")).status).toBe(422);
  });
});

describe("GET /health", () => {
  const broken = (...parts: (keyof Deps["probes"])[]) => {
    const deps = testDeps();
    const fail = () => Promise.reject(new Error("secret-host.internal 10.0.0.1"));
    return createClient({ ...deps, probes: { ...deps.probes, ...Object.fromEntries(parts.map((part) => [part, fail])) } });
  };

  it("asks all parts and tells how long each took", async () => {
    const { status, body, headers } = await client.get("/health");
    const ok = { ok: true, ms: expect.any(Number) };
    expect([status, headers.get("Cache-Control")]).toEqual([200, "private, no-store"]);
    expect(body).toEqual({ status: "ok", checks: { database: ok, cache: ok, gate: ok } });
  });

  it.each([[["database"]], [["cache"]], [["gate"]], [["database", "gate"]]] as const)(
    "is 503 and names %j when it fails, and nothing else of it",
    async (parts) => {
      const { status, body, headers } = await broken(...parts).get("/health");
      expect([status, body.code, headers.get("Retry-After")]).toEqual([503, "unavailable", "5"]);
      expect(body.failing).toEqual(parts);
      for (const part of ["database", "cache", "gate"] as const)
        expect(body.checks[part].ok, part).toBe(!parts.some((failing) => failing === part));
      expect(JSON.stringify(body)).not.toMatch(/secret-host|10\.0\.0/);
    },
  );

  it("does not wait for a part that never answers", async () => {
    const deps = testDeps();
    const probes = { ...deps.probes, database: () => new Promise(() => undefined) };
    const { status, body } = await createClient({ ...deps, probes }).get("/health");
    expect([status, body.failing]).toEqual([503, ["database"]]);
    expect(body.checks.database.ms).toBeLessThan(5_000);
  });
});

describe("GET /openapi.json", () => {
  it("may be cached, and is not sent again to who has it", async () => {
    const { headers } = await client.get("/openapi.json");
    const etag = headers.get("ETag") ?? "";
    expect([etag, headers.get("Cache-Control")]).toEqual([expect.stringMatching(/^"[0-9a-f]{32}"$/), "public, max-age=300"]);
    const again = await client.get("/openapi.json", { headers: { "If-None-Match": etag } });
    expect([again.status, again.body, again.headers.get("ETag")]).toEqual([304, "", etag]);
    expect((await client.get("/openapi.json", { headers: { "If-None-Match": '"other"' } })).status).toBe(200);
  });

  interface Operation {
    readonly deprecated?: boolean;
  }
  const read = async () => {
    const { status, body, headers } = await client.get("/openapi.json");
    expect([status, headers.get("Content-Type")]).toEqual([200, "application/json"]);
    const operations = Object.entries<Record<string, Operation>>(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    return { document: body, operations };
  };

  it("has every endpoint once, and no other that is not deprecated", async () => {
    const { document, operations } = await read();
    expect(document.openapi).toBe("3.1.0");
    const declared = endpoints.map(({ spec }) => `${spec.method} ${spec.path}`);
    const documented = operations.filter(({ operation }) => !operation.deprecated).map(({ method, path }) => `${method} ${path}`);
    expect(new Set(declared).size).toBe(declared.length);
    expect(documented.toSorted()).toEqual(declared.toSorted());
  });

  it("refers only to what it has", async () => {
    const { document } = await read();
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+\/[^"]+)"/g)].map(([, place = ""]) => place);
    expect(references.length).toBeGreaterThan(10);
    for (const place of new Set(references)) expect(document.components, place).toHaveProperty(place.split("/"));
    expect(document.components.securitySchemes.bearer).toMatchObject({ type: "http", scheme: "bearer", bearerFormat: "JWT" });
  });
});

describe("GET /docs", () => {
  it("is a page that loads scripts and styles from here only, and none inline", async () => {
    const { status, body, headers } = await client.get("/docs");
    expect([status, headers.get("Content-Type")]).toEqual([200, "text/html; charset=UTF-8"]);
    const policy = headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
    expect(body).not.toMatch(/<script(?![^>]* src="\/assets\/)|<style|https?:\/\/| on\w+=/);
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
  });
});
