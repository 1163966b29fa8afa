import { aRecord } from "../support/accounts.ts";
import type { Client } from "../support/client.ts";
import { anAdmin, type Person, rows } from "../support/people.ts";
import { quick } from "../support/quick-passwords.ts";
import { begin } from "../support/sessions.ts";
import { aPart, aVehicle } from "../support/shop.ts";
import { partOf } from "../support/sold.ts";
import { aWorld, type World } from "../support/world.ts";

/** What is there to be asked for: ids by what they are called in requests, e-mails, and tokens to refresh. */
export interface Pools {
  readonly ids: Readonly<Record<string, readonly number[]>>;
  readonly emails: readonly string[];
  readonly refreshTokens: readonly string[];
}

export const ROLES = ["anonymous", "customer", "mechanic", "admin"] as const;
export type Role = (typeof ROLES)[number];
export type People = Readonly<Partial<Record<Role, Person>>>;

/** Lets each ticket plan a part, in a shop where no customer has to agree before it is drawn. */
const plan = async (client: Client, worlds: readonly World[]): Promise<void> => {
  await rows("update shop set authorization = 'none'");
  for (const { shop, ids } of worlds)
    await client.post(`/service-tickets/${ids["service-tickets"]}/lines`, partOf(shop), { token: shop.mechanic.token });
};

/** Two shops with their people, and records that nothing hangs on. */
export const newPools = async (client: Client): Promise<{ pools: Pools; people: People }> => {
  const worlds = [await aWorld(client), await aWorld(client)];
  await plan(client, worlds);
  const [{ shop }] = worlds as [(typeof worlds)[0]];
  const [customer, mechanic, spare] = [await aRecord("customers"), await aRecord("mechanics"), await aVehicle(shop.customer.id)];
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
    service_ticket_id: of("service-tickets"),
    assignment_id: of("assignments"),
    job_id: worlds.map(({ sold }) => sold.job_id),
    estimate_id: of("estimates"),
    line_id: worlds.flatMap(({ sold, shown }) => [sold.line_id, shown.line_id]),
    user_id: of("users", people.admin.userId),
    tax_id: of("taxes"),
    service_package_id: of("service-packages"),
    session_id: sessions.map(({ sid }) => sid),
    ...Object.fromEntries(["mechanic_id", "mechanic_ids", "add_ids", "remove_ids"].map((name) => [name, mechanics])),
  };
  const refreshTokens = sessions.map(({ refresh }) => refresh);
  return { pools: { ids, refreshTokens, emails: [people.customer.email, people.mechanic.email, people.admin.email] }, people };
};

const RESOURCES: Readonly<Record<string, string>> = {
  customers: "customer_id",
  mechanics: "mechanic_id",
  vehicles: "vehicle_id",
  inventory: "inventory_id",
  assignments: "assignment_id",
  estimates: "estimate_id",
  users: "user_id",
  taxes: "tax_id",
  "service-packages": "service_package_id",
  auth: "session_id",
};

/** What `{id}` of a path is called elsewhere. */
export const idNameOf = (path: string): string => RESOURCES[path.split("/")[1] ?? ""] ?? "service_ticket_id";
