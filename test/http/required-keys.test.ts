import { describe, expect, it } from "vitest";
import { endpoints } from "../../src/app.ts";
import { createClient } from "../support/client.ts";
import { anAdmin, unique } from "../support/people.ts";
import { bearer, jsonBody, rawClient } from "../support/raw.ts";

const client = createClient();
const aKey = (): string => `key-${unique()}`;

describe("a route that requires an Idempotency-Key", () => {
  const required = endpoints.filter(({ policy }) => policy.requiresIdempotencyKey);

  it("refuses a request without one, before it looks at what was sent, and changes nothing", async () => {
    const send = rawClient();
    const { token } = await anAdmin();
    expect(required.length).toBeGreaterThan(0);
    for (const { spec } of required) {
      const path = spec.path.replace("{id}", "999999");
      const asked = async (key?: string) => {
        const { body, headers } = jsonBody({ amount: "nothing" });
        const init = {
          method: spec.method.toUpperCase(),
          body,
          headers: { ...headers, ...bearer(token), ...(key && { "Idempotency-Key": key }) },
        };
        const answer = await send(path, init);
        return [answer.status, (await answer.json<{ code: string }>()).code];
      };
      expect(await asked(), path).toEqual([400, "idempotency_key_required"]);
      expect(await asked("a key"), path).toEqual([422, "invalid"]);
      expect(await asked(aKey()), path).toEqual([422, "invalid"]);
      const nobody = await send(path, { method: spec.method.toUpperCase(), ...jsonBody({}) });
      expect(nobody.status, path).toBe(401);
    }
  });

  it("says so in the document, and does not ignore it", async () => {
    const { body } = await client.get("/openapi.json");
    for (const { policy, spec } of required) {
      const { parameters } = body.paths[spec.path][spec.method];
      const [header] = parameters.filter(({ name }: { name: string }) => name === "Idempotency-Key");
      expect(header, spec.path).toMatchObject({ in: "header", required: true });
      expect(policy.ignoresIdempotencyKey ?? policy.repeatSeconds, spec.path).toBeUndefined();
    }
  });
});
