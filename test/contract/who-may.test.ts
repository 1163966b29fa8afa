import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { endpoints } from "../../src/app.ts";
import type { Endpoint } from "../../src/http/route.ts";
import { type Answer, createClient } from "../support/client.ts";
import { aMechanic, anAdmin } from "../support/people.ts";
import { aShop, aTicket } from "../support/shop.ts";
import { expected, WHO_MAY } from "./who-may.ts";

const client = createClient();
const nameOf = ({ spec }: Endpoint): string => `${spec.method.toUpperCase()} ${spec.path}`;

/** Records of a customer and a mechanic, and the same of two others, with everyone who may ask for them. */
const aWorld = async () => {
  const shop = await aShop();
  const ticket = await aTicket(client, shop, { mechanic_ids: [shop.mechanic.id], parts: [{ inventory_id: shop.part.id, quantity: 1 }] });
  const { body } = await client.get(`/assignments?service_ticket_id=${ticket.id}`, { token: shop.mechanic.token });
  const ids: Record<string, number> = {
    customers: shop.customer.id,
    mechanics: shop.mechanic.id,
    users: shop.customer.userId,
    vehicles: shop.vehicle.id,
    "service-tickets": ticket.id,
    assignments: body.assignments[0].id,
    inventory: shop.part.id,
  };
  return { shop, ids };
};
type World = Awaited<ReturnType<typeof aWorld>>;

/** The session of a token; nobody has another's. */
const sessionOf = (token: string | undefined): string => String(token ? decodeJwt(token).sid : 1);

const pathOf = ({ spec }: Endpoint, { shop, ids }: World, token: string | undefined): string =>
  spec.path
    .replace("sessions/{id}", `sessions/${sessionOf(token)}`)
    .replace("{mechanic_id}", String(shop.mechanic.id))
    .replace("{inventory_id}", String(shop.part.id))
    .replace("{id}", String(ids[spec.path.split("/")[1] ?? ""]));

const outcome = ({ status, body }: Answer): "in" | number =>
  ["unauthenticated", "forbidden", "not_found"].includes(body.code) ? status : "in";

/** The example of the document, about the customer of this world. */
const bodyOf = ({ spec }: Endpoint, { shop }: World): unknown => {
  const example = spec.bodyExample;
  return typeof example === "object" && example !== null && "customer_id" in example
    ? { ...example, customer_id: shop.customer.id }
    : example;
};

const ask = async (endpoint: Endpoint, world: World, token: string | undefined) =>
  outcome(await client.send(endpoint.spec.method, pathOf(endpoint, world, token), { token, body: bodyOf(endpoint, world) }));

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

describe("the contract of who may call what", () => {
  it("names every route of the app and no other", () => {
    expect(endpoints.map(nameOf).sort()).toEqual(Object.keys(WHO_MAY).sort());
  });

  it.each(endpoints.map((endpoint) => [nameOf(endpoint), endpoint] as const))(
    "%s lets in whom it should, and nobody else",
    async (name, endpoint) => {
      const rule = WHO_MAY[name];
      if (!rule) throw new Error(`${name} is not in the contract`);
      let world = await aWorld();
      for (const { role, isOwn, token } of await callers(world)) {
        expect(await ask(endpoint, world, token), `${role}, ${isOwn ? "own" : "another's"} record`).toBe(expected(rule, role, isOwn));
        if (endpoint.spec.method === "delete" && expected(rule, role, isOwn) === "in") world = await aWorld();
      }
    },
  );
});
