import { aRecord } from "../support/accounts.ts";
import type { Client } from "../support/client.ts";
import { anInvoiceOver, owedBack } from "../support/paid.ts";
import { anAdmin, type Person, rows } from "../support/people.ts";
import { aBillableTicket } from "../support/posted.ts";
import { quick } from "../support/quick-passwords.ts";
import { begin } from "../support/sessions.ts";
import { aLink } from "../support/share-links.ts";
import { aPart, aTicket, aVehicle } from "../support/shop.ts";
import { partOf } from "../support/sold.ts";
import { aWorld, type World } from "../support/world.ts";

/** What is there to be asked for: ids by what they are called in requests, e-mails, and tokens to refresh. */
export interface Pools {
  readonly ids: Readonly<Record<string, readonly number[]>>;
  readonly emails: readonly string[];
  readonly refreshTokens: readonly string[];
  /** Tokens of links to tickets. */
  readonly shareTokens: readonly string[];
}

export const ROLES = ["anonymous", "customer", "mechanic", "admin"] as const;
export type Role = (typeof ROLES)[number];
export type People = Readonly<Partial<Record<Role, Person>>>;

/**
 * Lets each ticket plan more of a part than it has, in a shop where no customer has to agree before it is drawn, and shows its lines.
 * Answers the ids of the estimates.
 */
const plan = async (client: Client, worlds: readonly World[]): Promise<number[]> => {
  await rows("update shop set authorization = 'none'");
  const estimates: number[] = [];
  for (const { shop, ids } of worlds) {
    const [path, as] = [`/service-tickets/${ids["service-tickets"]}`, { token: shop.mechanic.token }];
    await client.post(`${path}/lines`, { ...partOf(shop), quantity: 3 }, as);
    estimates.push((await client.post(`${path}/estimates`, {}, as)).body.id);
  }
  return estimates;
};

/** Tickets that can be invoiced, an invoice that any amount fits, and one of which all is owed back. */
const billable = async (client: Client, worlds: readonly World[]) => {
  const tickets: number[] = [];
  for (const { shop } of worlds) tickets.push(await aBillableTicket(client, shop), await aBillableTicket(client, shop));
  const [large, owed] = [await anInvoiceOver(client, 999_999_999), await owedBack(client, 900_000_000)];
  return { tickets, invoices: [large.id, owed.id] };
};

/** Two shops with their people, and records that nothing hangs on. */
export const newPools = async (client: Client, withMoney = false): Promise<{ pools: Pools; people: People }> => {
  const worlds = [await aWorld(client), await aWorld(client)];
  const estimates = await plan(client, worlds);
  const money = withMoney ? await billable(client, worlds) : { tickets: [], invoices: [] };
  const [{ shop }] = worlds as [(typeof worlds)[0]];
  const [customer, mechanic, spare] = [await aRecord("customers"), await aRecord("mechanics"), await aVehicle(shop.customer.id)];
  const billed = await rows<{ id: number }>(
    "select service_ticket_id as id from invoices where id in (?, ?)",
    ...worlds.map(({ ids }) => ids.invoices),
  );
  const links = await Promise.all(billed.map(({ id }) => aLink(client, id, shop.mechanic)));
  const people = {
    customer: await quick(Promise.resolve(shop.customer)),
    mechanic: await quick(Promise.resolve(shop.mechanic)),
    admin: await quick(anAdmin()),
  };
  const of = (name: keyof World["ids"], ...more: number[]): number[] => [...worlds.map(({ ids }) => ids[name]), ...more];
  const mechanics = of("mechanics", mechanic.id);
  const sessions = [await begin(client, people.admin), await begin(client, people.admin), await begin(client, people.admin)];
  const ids = {
    customer_id: of("customers", customer.id, ...worlds.map(({ doubles }) => doubles.customers)),
    vehicle_id: of("vehicles", spare.id, ...worlds.map(({ doubles }) => doubles.vehicles)),
    from_id: [...of("vehicles", spare.id), ...of("customers", customer.id)],
    inventory_id: of("inventory", (await aPart()).id),
    service_ticket_id: of("service-tickets", (await aTicket(client, shop)).id, ...money.tickets),
    assignment_id: of("assignments"),
    job_id: worlds.map(({ sold }) => sold.job_id),
    estimate_id: estimates,
    invoice_id: of("invoices", ...money.invoices),
    payment_id: of("payments"),
    link_id: worlds.map(({ link }) => link.link_id),
    mail_id: of("mails"),
    line_id: worlds.flatMap(({ sold, billed }) => [sold.line_id, billed.line_id]),
    user_id: of("users", people.admin.userId),
    tax_id: of("taxes"),
    service_package_id: of("service-packages"),
    session_id: sessions.map(({ sid }) => sid),
    ...Object.fromEntries(["mechanic_id", "mechanic_ids", "add_ids", "remove_ids"].map((name) => [name, mechanics])),
  };
  const refreshTokens = sessions.map(({ refresh }) => refresh);
  return {
    pools: {
      ids,
      refreshTokens,
      shareTokens: [...worlds.map(({ link }) => link), ...links].map(({ token }) => token),
      emails: [people.customer, people.mechanic, people.mechanic, people.admin].map(({ email }) => email),
    },
    people,
  };
};

const RESOURCES: Readonly<Record<string, string>> = {
  customers: "customer_id",
  mechanics: "mechanic_id",
  vehicles: "vehicle_id",
  inventory: "inventory_id",
  assignments: "assignment_id",
  estimates: "estimate_id",
  invoices: "invoice_id",
  mails: "mail_id",
  payments: "payment_id",
  users: "user_id",
  taxes: "tax_id",
  "service-packages": "service_package_id",
  auth: "session_id",
};

/** What `{id}` of a path is called elsewhere. */
export const idNameOf = (path: string): string => RESOURCES[path.replace("/shared/", "/").split("/")[1] ?? ""] ?? "service_ticket_id";
