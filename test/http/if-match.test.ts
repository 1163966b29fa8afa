import { describe, expect, it } from "vitest";
import { endpoints } from "../../src/app.ts";
import { legacyNamesOf } from "../../src/http/pipeline/legacy-paths.ts";
import type { Endpoint } from "../../src/http/route.ts";
import { createClient } from "../support/client.ts";
import { anAdmin, rows } from "../support/people.ts";
import { wholeDocument } from "../support/whole-document.ts";
import { aWorld, bodyOf, nameOf, pathOf } from "../support/world.ts";

const client = createClient();
const { paths } = await wholeDocument(client);
const STALE = { "If-Match": '"999.0000000000000000"' };

/** Every write of both documents, with the endpoint that answers it. */
const writes = endpoints
  .filter(({ spec }) => spec.method !== "get")
  .flatMap((endpoint) => {
    const { method, path } = endpoint.spec;
    return [{ method: method.toUpperCase(), path }, ...legacyNamesOf(method.toUpperCase(), path)].map((place) => ({ endpoint, ...place }));
  });

const documented = (method: string, path: string) => {
  const { parameters = [], responses } = paths[path]?.[method.toLowerCase()] ?? { responses: {} };
  return { header: parameters.some(({ name }) => name === "If-Match"), failure: "412" in responses };
};

/** A path of either document, with what the endpoint's own path has in its places. */
const filled = (path: string, { spec }: Endpoint, own: string): string => {
  const places = new RegExp(`^${spec.path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`).exec(own)?.groups ?? {};
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => places[name] ?? "");
};

const changes = async () => (await rows("select count(*) as n from audit_log"))[0]?.n;

describe("a write with an ETag that has passed in If-Match", () => {
  it.each(writes.map((write) => [`${write.method} ${write.path}`, write] as const))(
    "%s answers 412 if it documents the header, else refuses the header, and changes nothing",
    async (_name, { endpoint, method, path }) => {
      const [world, { token }] = [await aWorld(client), await anAdmin()];
      const before = await changes();
      const sent = filled(path, endpoint, pathOf(endpoint, world, token));
      const { status, body } = await client.send(method, sent, { token, body: bodyOf(endpoint, world), headers: STALE });
      const { header, failure } = documented(method, path);
      expect([header, failure], nameOf(endpoint)).toEqual([status === 412, status === 412]);
      if (!header) expect(body).toMatchObject({ status: 422, errors: [{ pointer: "/header/If-Match", code: "not_supported" }] });
      expect(await changes()).toBe(before);
    },
  );

  it("is carried out with * where the header is refused", async () => {
    const [{ ids }, { token }] = [await aWorld(client), await anAdmin()];
    const { status } = await client.delete(`/assignments/${ids.assignments}`, { token, headers: { "If-Match": "*" } });
    expect(status).toBe(200);
  });
});
