import { describe, expect, it } from "vitest";
import { endpoints } from "../../src/app.ts";
import type { Endpoint } from "../../src/http/route.ts";
import { createClient } from "../support/client.ts";
import { aMechanic, anAdmin } from "../support/people.ts";
import { aShop } from "../support/shop.ts";
import { aWorld, bodyOf, nameOf, pathOf, type World } from "../support/world.ts";
import { expected, outcome, WHO_MAY } from "./who-may.ts";

const client = createClient();

const ask = async (endpoint: Endpoint, world: World, token: string | undefined) =>
  outcome(await client.send(endpoint.spec.method, pathOf(endpoint, world, token), { token, body: bodyOf(endpoint, world, token) }));

/** Everyone who may ask: by role, and whether the records asked for are its own. */
const callers = async (world: World) => {
  const stranger = await aShop();
  return [
    { role: "anonymous", isOwn: false, token: undefined },
    { role: "customer", isOwn: true, token: world.shop.customer.token },
    { role: "customer", isOwn: false, token: stranger.customer.token },
    { role: "mechanic", isOwn: true, token: world.shop.mechanic.token },
    { role: "mechanic", isOwn: false, token: (await aMechanic()).token },
    { role: "admin", isOwn: false, token: (await anAdmin()).token },
  ];
};

/** A world and its callers, for as long as nobody has changed them. */
let untouched: { readonly world: World; readonly asking: Awaited<ReturnType<typeof callers>> } | undefined;
const aPlace = async () => {
  const world = await aWorld(client);
  return { world, asking: await callers(world) };
};

describe("the contract of who may call what", () => {
  it("names every route of the app and no other", () => {
    expect(endpoints.map(nameOf).sort()).toEqual(Object.keys(WHO_MAY).sort());
  });

  it.each(endpoints.map((endpoint) => [nameOf(endpoint), endpoint] as const))(
    "%s lets in whom it should, and nobody else",
    async (name, endpoint) => {
      const rule = WHO_MAY[name];
      if (!rule) throw new Error(`${name} is not in the contract`);
      const place = untouched ?? (await aPlace());
      untouched = undefined;
      let { world } = place;
      for (const { role, isOwn, token } of place.asking) {
        expect(await ask(endpoint, world, token), `${role}, ${isOwn ? "own" : "another's"} record`).toBe(expected(rule, role, isOwn));
        const isUsedUp = endpoint.spec.method === "delete" || name.endsWith("/merge");
        if (isUsedUp && expected(rule, role, isOwn) === "in") world = await aWorld(client);
      }
      if (endpoint.spec.method === "get") untouched = place;
    },
  );
});
