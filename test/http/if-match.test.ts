import { expect, it } from "vitest";
import { endpoints } from "../../src/app.ts";
import { failuresOf } from "../../src/http/document/document.ts";
import { createClient } from "../support/client.ts";
import { aMechanic, anAdmin } from "../support/people.ts";
import { aWorld } from "../support/world.ts";

const client = createClient();
const STALE = { "If-Match": '"999.0000000000000000"' };
const writesOnRecords = endpoints.filter(({ spec }) => spec.method !== "get" && spec.path.includes("{id}"));

it.each(writesOnRecords.map((endpoint) => [`${endpoint.spec.method.toUpperCase()} ${endpoint.spec.path}`, endpoint] as const))(
  "%s documents If-Match and 412 if, and only if, a version that has passed stops it",
  async (_name, endpoint) => {
    const [world, { token }, { id: mechanicId }] = [await aWorld(client), await anAdmin(), await aMechanic()];
    const ids = new Map(Object.entries(world.ids));
    const { method, path, bodyExample: body } = endpoint.spec;
    const place = path
      .replace("{id}", String(ids.get(path.split("/")[1] ?? "")))
      .replace("{mechanic_id}", String(mechanicId))
      .replace("{inventory_id}", String(world.ids.inventory));
    const { status } = await client.send(method, place, { token, body, headers: STALE });
    expect(status === 412).toBe(failuresOf(endpoint).includes("precondition_failed"));
  },
);
