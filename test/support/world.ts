import { decodeJwt } from "jose";
import { z } from "zod";
import { endpoints } from "../../src/app.ts";
import { takesLinks } from "../../src/http/policy.ts";
import type { Endpoint } from "../../src/http/route.ts";
import type { Client } from "./client.ts";
import { pay } from "./paid.ts";
import { aCustomer, rows, unique } from "./people.ts";
import { anInvoice } from "./posted.ts";
import { anEstimate, type Shown } from "./repair-order.ts";
import { aLink, type Link } from "./share-links.ts";
import { aPackage, aShop, aTax, aTicket, aVehicle, type Shop } from "./shop.ts";

/** What `{id}` stands for, by the first part of the path. */
type Ids = Readonly<
  Record<
    | ("customers" | "mechanics" | "users" | "vehicles" | "service-tickets" | "assignments" | "inventory")
    | ("taxes" | "service-packages" | "estimates" | "invoices" | "payments" | "mails"),
    number
  >
>;

/** An address that nothing was mailed to before. */
const anAddress = (): string => `mail${unique()}@example.com`;

/** Records that every route can be asked for: those of a customer and a mechanic. */
export interface World {
  readonly shop: Shop;
  readonly ids: Ids;
  readonly doubles: Doubles;
  /** What the ticket sells. */
  readonly sold: Sold;
  /** What was shown to the customer. */
  readonly shown: Shown;
  /** A line of the invoice. */
  readonly billed: { readonly line_id: number };
  /** A link to the ticket, and its token. */
  readonly link: Link;
}

/** A job of a ticket, and a line in it. */
export interface Sold {
  readonly job_id: number;
  readonly line_id: number;
}

/** Records that came twice, by the first part of the path, for routes that merge them. */
export type Doubles = Readonly<Record<"customers" | "vehicles", number>>;

/** The same customer once more, and the customer's vehicle. */
export const doublesOf = async ({ customer }: Pick<Shop, "customer">): Promise<Doubles> => {
  const double = await aCustomer();
  await rows("delete from users where id = ?", double.userId);
  return { customers: double.id, vehicles: (await aVehicle(customer.id)).id };
};

/** `GET /customers/{id}`. */
export const nameOf = ({ spec }: Endpoint): string => `${spec.method.toUpperCase()} ${spec.path}`;

/** The endpoint of that name. */
export const endpointNamed = (name: string): Endpoint => {
  const found = endpoints.find((endpoint) => nameOf(endpoint) === name);
  if (!found) throw new Error(`no endpoint ${name}`);
  return found;
};

/** A job with a line, added to the ticket. */
export const aJob = async (client: Client, ticket: number, { mechanic }: Shop, fields: Record<string, unknown> = {}): Promise<Sold> => {
  const lines = [{ kind: "labor", description: "Replace front pads", quantity: 1.5, unit_price: 120 }];
  const job = { title: "Front brakes", lines, ...fields };
  const { body } = await client.post(`/service-tickets/${ticket}/jobs`, job, { token: mechanic.token });
  return { job_id: body.jobs[0].id, line_id: body.jobs[0].lines[0].id };
};

/**
 * What belongs to the shop as a whole: a package that sells its part, and a tax that no test meets by accident. The tax is
 * made once, since a shop has few.
 */
export const ofTheShop = async ({ part }: Pick<Shop, "part">): Promise<Pick<Ids, "taxes" | "service-packages">> => {
  const [tax] = await rows<{ id: number }>("select min(id) as id from taxes having min(id) > 0");
  return { taxes: tax?.id ?? (await aTax({ valid_from: "2099-01-01" })), "service-packages": await aPackage(part) };
};

/** A customer with a vehicle and a ticket, with a part and a job on it, that its mechanic works on. */
export const aWorld = async (client: Client): Promise<World> => {
  const shop = await aShop();
  const ticket = await aTicket(client, shop, { mechanic_ids: [shop.mechanic.id], parts: [{ inventory_id: shop.part.id, quantity: 1 }] });
  const { body } = await client.get(`/assignments?service_ticket_id=${ticket.id}`, { token: shop.mechanic.token });
  const shown = await anEstimate(client, shop);
  const invoice = await anInvoice(client, shop);
  const paid = await pay(client, shop, invoice.id, 10);
  const mailed = await client.post(`/invoices/${invoice.id}/send`, { to: anAddress() }, { token: shop.mechanic.token });
  const ids = {
    estimates: shown.estimate_id,
    invoices: invoice.id,
    payments: paid.body.id,
    mails: mailed.body.id,
    customers: shop.customer.id,
    mechanics: shop.mechanic.id,
    users: shop.customer.userId,
    vehicles: shop.vehicle.id,
    "service-tickets": ticket.id,
    assignments: body.assignments[0].id,
    inventory: shop.part.id,
    ...(await ofTheShop(shop)),
  };
  return {
    shop,
    ids,
    doubles: await doublesOf(shop),
    sold: await aJob(client, ticket.id, shop),
    shown,
    billed: { line_id: invoice.lines[0].id },
    link: await aLink(client, ticket.id, shop.mechanic),
  };
};

/** What some routes cannot be asked without. */
const QUERIES: Readonly<Record<string, string>> = {
  "/mechanics/available": "?start=2026-11-24T09:00:00Z&end=2026-11-24T10:00:00Z",
  "/dashboard/series": "?figure=revenue",
  "/mechanics/{id}/schedule": "?from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z",
};

/** The session of a token; without one, nobody's. */
const sessionOf = (token: string | undefined): string => (token?.includes(".") ? z.string().parse(decodeJwt(token).sid) : "1");

/** The id that `{id}` stands for in a path. Throws when the world has none: then the answer would tell nothing. */
export const idIn = (path: string, { ids }: Pick<World, "ids">, token?: string): number | string => {
  const [resource = ""] = path.split("/").filter((part) => part !== "" && part !== "shared");
  const id = path.includes("sessions/{id}") ? sessionOf(token) : new Map<string, number>(Object.entries(ids)).get(resource);
  if (id === undefined) throw new Error(`no id for {id} in ${path}: add a record of that kind to test/support/world.ts`);
  return id;
};

/**
 * Puts the ids of the world into a path.
 * @param path as it is asked for, which may be a legacy path of `canonical`
 * @throws Error that names a place for which the world has no id
 */
export const fillPath = (path: string, canonical: string, world: World, token?: string): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, place: string) => {
    if (place === "id") return String(idIn(canonical, world, token));
    if (place === "session_id") return sessionOf(world.shop.customer.token);
    if (place === "customer_id") return String(world.shop.customer.id);
    if (place === "mechanic_id") return String(world.shop.mechanic.id);
    if (place === "inventory_id") return String(world.shop.part.id);
    if (place === "job_id" || place === "line_id") return String(world.sold[place]);
    if (place === "link_id") return String(world.link.link_id);
    throw new Error(`no id for {${place}} in ${path}: add it to test/support/world.ts`);
  });

/** What an endpoint cannot be asked without, or nothing. */
export const queryOf = ({ spec }: Endpoint): string => QUERIES[spec.path] ?? "";

/** The path of an endpoint with its query, with the ids of the world in its places, and the session of the token. */
export const pathOf = (endpoint: Endpoint, world: World, token?: string): string =>
  fillPath(endpoint.spec.path, endpoint.spec.path, world, token) + queryOf(endpoint);

/** A decision on what was shown. Only staff says how they were told of it. */
const decisionOf = ({ bodyExample }: Endpoint["spec"], { line_id }: Shown, token: string | undefined): unknown => {
  const decisions = [{ line_id, decision: "approved" }];
  return token?.includes(".") && decodeJwt(token).role === "customer" ? { decisions } : { ...Object(bodyExample), decisions };
};

/**
 * The example of the document, about the records of this world. An edit of parts names one part only, so it cannot also remove it.
 * @param token of whoever sends it
 */
export const bodyOf = ({ spec }: Endpoint, { shop, ids, doubles, sold, shown, billed }: World, token?: string): unknown => {
  if (spec.path === "/estimates/{id}/authorizations") return decisionOf(spec, shown, token);
  if (spec.path.endsWith("/send")) return { to: anAddress() };
  if (spec.operationId === "askAssistant") return { ...Object(spec.bodyExample), vehicle_id: shop.vehicle.id };
  if (spec.operationId === "recordPayment") return { ...Object(spec.bodyExample), amount: 1 };
  if (spec.path === "/service-tickets/{id}/inventory") return { add: [{ inventory_id: shop.part.id, quantity: 1 }] };
  const named: Readonly<Record<string, number>> = {
    from_id: spec.path.startsWith("/vehicles") ? doubles.vehicles : doubles.customers,
    customer_id: shop.customer.id,
    mechanic_id: shop.mechanic.id,
    inventory_id: shop.part.id,
    service_ticket_id: ids["service-tickets"],
    job_id: sold.job_id,
    ...billed,
  };
  const ofWorld = (name: string, value: unknown) => (typeof value === "number" ? (named[name] ?? value) : value);
  return spec.bodyExample === undefined ? undefined : JSON.parse(JSON.stringify(spec.bodyExample), ofWorld);
};

/** How a request to an endpoint says who asks: by the world's link where the route is for links, else by a token. */
export const asking = ({ policy }: Endpoint, { link }: World, token: string) =>
  takesLinks(policy) ? { headers: { "Share-Token": link.token } } : { token };
