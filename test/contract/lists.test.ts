import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { endpoints } from "../../src/app.ts";
import { COUNTERS } from "../../src/db/list/counters.ts";
import { ENTITIES } from "../../src/db/records/entities.ts";
import { createClient } from "../support/client.ts";
import { anAdmin } from "../support/people.ts";
import { aWorld, endpointNamed, nameOf, pathOf } from "../support/world.ts";

const client = createClient();
const names = (values: readonly unknown[]): string[] => values.map(String).sort();

/** The names that a query parameter of an endpoint takes, as the document has them. */
const optionsOf = async (name: string, parameter: string): Promise<string[]> => {
  const { body } = await client.get("/openapi.json");
  const { spec } = endpointNamed(name);
  const parameters: { name: string; schema: { enum?: string[] } }[] = body.paths[spec.path][spec.method].parameters ?? [];
  return parameters.find((each) => each.name === parameter)?.schema.enum ?? [];
};

describe("what is named in two places", () => {
  it("counters: those of the code are those of the database", async () => {
    const { results } = await env.DB.prepare("select name from counters").all<{ name: string }>();
    expect(names(results.map(({ name }) => name))).toEqual(names(COUNTERS));
  });

  it("kinds of records: the audit log can be asked for each that is written to it", async () => {
    const { token } = await anAdmin();
    const kinds = [...ENTITIES.map(({ name }) => name), "route", "database"];
    const refused: string[] = [];
    for (const kind of kinds) if ((await client.get(`/audit-log?entity=${kind}`, { token })).status !== 200) refused.push(kind);
    expect(refused).toEqual([]);
    expect(names(await optionsOf("GET /audit-log", "entity"))).toEqual(names(kinds));
  });

  it("sorts: each listing gives all that it documents, without a filter or with one that it needs", async () => {
    const world = await aWorld(client);
    const { token } = await anAdmin();
    const refused: string[] = [];
    let asked = 0;
    for (const endpoint of endpoints.filter(({ spec }) => spec.method === "get")) {
      for (const sort of await optionsOf(nameOf(endpoint), "sort")) {
        const path = pathOf(endpoint, world, token);
        const answers = await Promise.all(
          (NARROWED[endpoint.spec.path] ?? [""]).map((filter) =>
            client.get(`${path}${path.includes("?") ? "&" : "?"}sort=${sort}${filter}`, { token }),
          ),
        );
        asked += 1;
        if (answers.every(({ status }) => status !== 200)) refused.push(`${nameOf(endpoint)} sort=${sort}`);
      }
    }
    expect(refused).toEqual([]);
    expect(asked).toBeGreaterThan(50);
  });
});

it("has every route of the features in the app", () => {
  const modules = import.meta.glob<Readonly<Record<string, unknown>>>("../../src/features/**/*.routes.ts", { eager: true });
  const exported = Object.entries(modules).flatMap(([file, module]) =>
    Object.values(module).flatMap((value) => (Array.isArray(value) ? value.map((endpoint) => ({ file, endpoint })) : [])),
  );
  const mounted = new Set<unknown>(endpoints);
  expect(exported.filter(({ endpoint }) => !mounted.has(endpoint)).map(({ file }) => file)).toEqual([]);
  expect(exported).toHaveLength(endpoints.length);
});

/** Filters that bring sorts which their listing does not have without them; the mechanic's own tickets always have one. */
const NARROWED: Readonly<Record<string, readonly string[]>> = {
  "/users": ["", "&email=ada@example.com"],
  "/mechanics/my-tickets": ["", "&status=open"],
  "/invoices": ["", "&owed=true"],
  "/assignments": ["", "&service_ticket_id=1", "&mechanic_id=1"],
  "/inventory/low-stock": ["", "&threshold=5"],
};
