import { decodeJwt } from "jose";
import { endpoints } from "../../src/app.ts";
import type { Endpoint } from "../../src/http/route.ts";
import type { Client } from "./client.ts";
import { aShop, aTicket, type Shop } from "./shop.ts";

/** Records that every route can be asked for: those of a customer and a mechanic. */
export interface World {
  readonly shop: Shop;
  /** The id that `{id}` stands for, by the first part of the path. */
  readonly ids: Readonly<Record<string, number>>;
}

/** `GET /customers/{id}`. */
export const nameOf = ({ spec }: Endpoint): string => `${spec.method.toUpperCase()} ${spec.path}`;

/** The endpoint of that name. */
export const endpointNamed = (name: string): Endpoint => {
  const found = endpoints.find((endpoint) => nameOf(endpoint) === name);
  if (!found) throw new Error(`no endpoint ${name}`);
  return found;
};

/** A customer with a vehicle and a ticket, with a part on it, that its mechanic works on. */
export const aWorld = async (client: Client): Promise<World> => {
  const shop = await aShop();
  const ticket = await aTicket(client, shop, { mechanic_ids: [shop.mechanic.id], parts: [{ inventory_id: shop.part.id, quantity: 1 }] });
  const { body } = await client.get(`/assignments?service_ticket_id=${ticket.id}`, { token: shop.mechanic.token });
  const ids = {
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

/** What some routes cannot be asked without. */
const QUERIES: Readonly<Record<string, string>> = {
  "/mechanics/available": "?start=2026-11-24T09:00:00Z&end=2026-11-24T10:00:00Z",
  "/mechanics/{id}/schedule": "?from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z",
};

/** The session of a token; nobody has another's. */
const sessionOf = (token: string | undefined): string => String(token ? decodeJwt(token).sid : 1);

/** The path of an endpoint, with the ids of the world in its places, and the session of the token. */
export const pathOf = ({ spec }: Endpoint, { shop, ids }: World, token?: string): string =>
  (spec.path + (QUERIES[spec.path] ?? ""))
    .replace("sessions/{id}", `sessions/${sessionOf(token)}`)
    .replace("{mechanic_id}", String(shop.mechanic.id))
    .replace("{inventory_id}", String(shop.part.id))
    .replace("{id}", String(ids[spec.path.split("/")[1] ?? ""]));

/** The example of the document, about the customer of this world. */
export const bodyOf = ({ spec }: Endpoint, { shop }: World): unknown => {
  const example = spec.bodyExample;
  return typeof example === "object" && example !== null && "customer_id" in example
    ? { ...example, customer_id: shop.customer.id }
    : example;
};
