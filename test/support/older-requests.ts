import { endpoints } from "../../src/app.ts";
import { canonicalOf } from "../../src/http/pipeline/legacy-paths.ts";
import type { Endpoint } from "../../src/http/route.ts";
import { type Client, createClient } from "./client.ts";
import { aCustomer, aMechanic, anAdmin, PASSWORD, type Person, unique } from "./people.ts";
import { cheapDeps, quick } from "./quick-passwords.ts";
import { aPart, aVehicle, aVin } from "./shop.ts";
import { aWorld, bodyOf, fillPath, nameOf, type World } from "./world.ts";

/** Requests at older paths, with what the route of today wants in its body, so that they succeed where it is there. */

export const client: Client = createClient(cheapDeps());

/** The endpoint that answers a request, if there is one. */
export const answering = (method: string, path: string): Endpoint | undefined => {
  const place = canonicalOf(method, path);
  const places = (pattern: string) => new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, "[^/]+")}/?$`).test(place.path);
  const here = endpoints.filter(({ spec }) => spec.method.toUpperCase() === place.method && places(spec.path));
  return here.find(({ spec }) => !spec.path.includes("{")) ?? here[0];
};

/** Records that nothing refers to, in the place of those that cannot be removed or added twice. */
const withFreshRecords = async (world: World, name: string): Promise<World> => {
  const ids = { ...world.ids };
  if (name === "DELETE /customers/{id}") ids.customers = (await aCustomer()).id;
  if (name === "DELETE /users/{id}") ids.users = (await aCustomer()).userId;
  if (name === "DELETE /mechanics/{id}") ids.mechanics = (await aMechanic()).id;
  if (name === "DELETE /inventory/{id}") ids.inventory = (await aPart()).id;
  if (name === "DELETE /vehicles/{id}") ids.vehicles = (await aVehicle(world.shop.customer.id)).id;
  const isAssigning = name.includes("/assign-mechanic/") || name === "POST /assignments";
  return { ...world, ids, shop: isAssigning ? { ...world.shop, mechanic: await aMechanic() } : world.shop };
};

const anEmail = (): string => `older${unique()}@example.com`;

/** A body with which the route does what it is for. */
const usefulBody = (endpoint: Endpoint, world: World, { email }: Person): unknown => {
  const name = nameOf(endpoint);
  if (name.endsWith("/login")) return { email, password: PASSWORD };
  if (name === "PUT /auth/password") return { current_password: PASSWORD, new_password: "staple correct horse" };
  if (name === "PUT /service-tickets/{id}/edit-mechanics") return { mechanic_ids: [] };
  if (name === "POST /service-tickets") {
    const { service_desc, service_date } = Object(endpoint.spec.bodyExample);
    return { customer_id: world.shop.customer.id, VIN: aVin(), service_desc, service_date };
  }
  const body = Object(bodyOf(endpoint, world) ?? {});
  const own = { email: anEmail, vin: aVin, part_number: () => `OLD-${unique()}` };
  const replaced = Object.entries(own).flatMap(([field, make]) => (field in body ? [[field, make()]] : []));
  return { ...body, ...Object.fromEntries(replaced) };
};

export interface Prepared {
  readonly method: string;
  readonly path: string;
  /** Nothing where no route of today takes the request. */
  readonly endpoint: Endpoint | undefined;
  readonly token: string;
  readonly body: Record<string, unknown> | undefined;
}

/** Makes a world and a request in it that should succeed, by an admin. `path` has `{id}` and the like in it. */
export const prepare = async (method: string, path: string): Promise<Prepared> => {
  const endpoint = answering(method, path.replaceAll(/\{\w+\}/g, "12"));
  const name = endpoint ? nameOf(endpoint) : "";
  const world = await withFreshRecords(await aWorld(client), name);
  const admin = await quick(anAdmin());
  const people = { "POST /customers/login": () => quick(aCustomer()), "POST /mechanics/login": () => quick(aMechanic()) };
  const person = (await new Map(Object.entries(people)).get(name)?.()) ?? admin;
  const filled = fillPath(path.replace("{line_id}", "1"), endpoint?.spec.path ?? canonicalOf(method, path).path, world, admin.token);
  const takesBody = endpoint !== undefined && method !== "GET" && endpoint.spec.bodyExample !== undefined;
  const body = takesBody ? Object(usefulBody(endpoint, world, person)) : undefined;
  return { method, path: filled, endpoint, token: admin.token, body };
};
