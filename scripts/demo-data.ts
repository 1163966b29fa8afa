import type { Sealer } from "../src/core/ports.ts";
import { idempotencyKeys } from "../src/db/schema/idempotency.ts";
import { expectShopTimeZone } from "../src/db/shop-day.ts";
import { createCustomer } from "../src/features/customers/customers.commands.ts";
import { NewCustomer, NewTaxExemption } from "../src/features/customers/customers.schemas.ts";
import { exemptCustomer } from "../src/features/customers/tax-exemption.commands.ts";
import { createPart, receivePart, updatePart } from "../src/features/inventory/inventory.commands.ts";
import { NewPart, PartChange, Receipt } from "../src/features/inventory/inventory.schemas.ts";
import { createMechanic } from "../src/features/mechanics/mechanics.commands.ts";
import { NewMechanic } from "../src/features/mechanics/mechanics.schemas.ts";
import { createPackage } from "../src/features/service-packages/service-packages.commands.ts";
import { NewServicePackage } from "../src/features/service-packages/service-packages.schemas.ts";
import { changeStatus } from "../src/features/service-tickets/commands/change-status.ts";
import { createTicket } from "../src/features/service-tickets/commands/create-ticket.ts";
import { NewTicket } from "../src/features/service-tickets/service-tickets.schemas.ts";
import { updateShop } from "../src/features/shop/shop.commands.ts";
import { ShopChange } from "../src/features/shop/shop.schemas.ts";
import { createTax } from "../src/features/shop/taxes.commands.ts";
import { NewTax } from "../src/features/shop/taxes.schemas.ts";
import { createUser } from "../src/features/users/users.commands.ts";
import { NewUser } from "../src/features/users/users.schemas.ts";
import { createVehicle } from "../src/features/vehicles/vehicles.commands.ts";
import { NewVehicle } from "../src/features/vehicles/vehicles.schemas.ts";
import type { WriteContext } from "../src/http/app-env.ts";
import { ADMIN, ANYONE, mechanic, type Step } from "./demo/actors.ts";
import { makeBilling } from "./demo/billing.ts";
import { DAY, dateOf, HOUR, MINUTE } from "./demo/calendar.ts";
import { type Client, emailOf, makeCars, makeClients, makeTrailer, OPENED_DAYS_AGO, phone } from "./demo/clientele.ts";
import { makeDeliveries } from "./demo/deliveries.ts";
import { APPLICANT, CUSTOMERS, MECHANICS } from "./demo/people.ts";
import { createRandom } from "./demo/random.ts";
import { makeSales } from "./demo/sales.ts";
import { FROM_NOW_ON, PACKAGES, SALES_TAX, SHOP } from "./demo/shop.ts";
import { PARTS, partId, RETIRED } from "./demo/stock.ts";
import { makeWork, type Work } from "./demo/workload.ts";
import { createRecorder, type Query } from "./support/recorder.ts";
import { scriptContext } from "./support/script-context.ts";

/** Every demo account has this password. */
export const DEMO_PASSWORD = "demo-wrench-42";
export const DEMO_LOGINS = { admin: "admin@example.com", mechanic: "mechanic@example.com", customer: "customer@example.com" } as const;

const SEED = 20_261_120;
const SHOP_NETWORK = "192.0.2.10";
/** From where customers use their accounts. */
const HOME_NETWORK = "198.51.100.20";

const staffSteps = (opened: number, midnight: number): Step[] => [
  { at: opened, run: (c) => createUser(c, NewUser.parse({ email: DEMO_LOGINS.admin, role: "admin", password: DEMO_PASSWORD })) },
  ...[...MECHANICS, APPLICANT].map((person, index) => {
    const email = index === 0 ? DEMO_LOGINS.mechanic : emailOf(person.name);
    const input = NewMechanic.parse({ ...person, email, phone: phone(CUSTOMERS.length + index), password: DEMO_PASSWORD });
    const run = (c: WriteContext) => createMechanic(c, input);
    return person === APPLICANT ? { at: midnight - 38 * HOUR, by: ANYONE, run } : { at: opened + (index + 1) * 5 * MINUTE, by: ADMIN, run };
  }),
];

const shelfSteps = (opened: number): Step[] =>
  PARTS.map((part, index) => ({ at: opened + HOUR + index * MINUTE, by: ADMIN, run: (c) => createPart(c, NewPart.parse(part)) }));

/** The shop fills itself in when it opens. On the last evening it begins to work only on the customer's yes, and to write to customers. */
const shopSteps = (opened: number, midnight: number): Step[] => [
  { at: opened + HOUR - MINUTE, by: ADMIN, run: (c) => updateShop(c, ShopChange.parse(SHOP)) },
  { at: opened + HOUR - MINUTE / 2, by: ADMIN, run: (c) => createTax(c, NewTax.parse(SALES_TAX)) },
  ...PACKAGES.map((sold, index) => ({
    at: opened + 3 * HOUR + index * MINUTE,
    by: ADMIN,
    run: (c: WriteContext) => createPackage(c, NewServicePackage.parse(sold)),
  })),
  { at: midnight - MINUTE, by: ADMIN, run: (c) => updateShop(c, ShopChange.parse(FROM_NOW_ON)) },
];

/** A customer who sells cars, and pays no tax on what goes into them; a ticket of theirs is among those with estimates. */
const exemptionStep = (work: readonly Work[], clients: readonly Client[], midnight: number): Step => {
  const at = midnight - 30 * DAY;
  const known = clients.filter(({ id, since }) => id !== 1 && since < at).map(({ id }) => id);
  const id = work.findLast(({ story, input }) => story?.yes && known.includes(input.customer_id))?.input.customer_id ?? 2;
  const exemption = NewTaxExemption.parse({ reason: "Resale", certificate: "RC-1029384", until: dateOf(midnight + 300 * DAY) });
  return { at, by: ADMIN, run: (c) => exemptCustomer(c, id, exemption) };
};

/** All writes of the shop's first months, in the order of their times. */
const historyOf = (today: string, seed: number): Step[] => {
  const random = createRandom(seed);
  const midnight = Date.parse(today);
  const opened = midnight - OPENED_DAYS_AGO * DAY + 8 * HOUR;
  const clients = makeClients(random, midnight);
  const cars = makeCars(random, clients);
  const work = makeWork(random, midnight, cars);
  const trailer = makeTrailer(clients, cars);
  const steps: Step[] = [
    ...staffSteps(opened, midnight),
    ...shelfSteps(opened),
    ...shopSteps(opened, midnight),
    ...clients.map(({ since, signsUp, input }) => ({
      at: since,
      by: mechanic(random.int(1, MECHANICS.length)),
      run: (c: WriteContext) => createCustomer(c, NewCustomer.parse({ ...input, ...(signsUp && { password: DEMO_PASSWORD }) })),
    })),
    ...cars.map(({ since, input }) => ({
      at: since,
      by: mechanic(random.int(1, MECHANICS.length)),
      run: (c: WriteContext) => createVehicle(c, NewVehicle.parse(input)),
    })),
    { at: trailer.since, by: mechanic(1), run: (c) => createVehicle(c, NewVehicle.parse(trailer.input)) },
    { at: midnight - 20 * DAY, by: ADMIN, run: (c) => updatePart(c, partId(RETIRED), PartChange.parse({ retired: true })) },
    ...makeDeliveries(work, midnight).map(({ at, inventory_id, quantity }) => ({
      at,
      by: ADMIN,
      run: (c: WriteContext) => receivePart(c, inventory_id, Receipt.parse({ quantity, reason: "delivery" })),
    })),
    exemptionStep(work, clients, midnight),
    ...makeSales(work, clients),
    ...makeBilling(work, midnight),
    ...work.flatMap(({ id, created, by, input, story, steps: taken }) => [
      {
        at: created,
        by: mechanic(by),
        run: (c: WriteContext) => createTicket(c, NewTicket.parse({ ...input, ...(story && { parts: [] }) })),
      },
      ...taken.map(({ at, status }) => ({
        at,
        by: status === "closed" ? ADMIN : mechanic(input.mechanic_ids[0] ?? by),
        run: (c: WriteContext) => changeStatus(c, id, { status }),
      })),
    ]),
  ];
  return steps.sort((a, b) => a.at - b.at);
};

interface DemoOptions {
  /** The day on which the shop is looked at, as 2026-11-20; everything was written before it. */
  readonly today: string;
  /** The hash of DEMO_PASSWORD. */
  readonly passwordHash: string;
  readonly seed?: number;
  /** Makes the codes of audit entries with the key of the Worker that will seal them; without it they are sealed as foreign. */
  readonly sealer?: Sealer;
}

/**
 * Half a year of a made-up shop, for a database in which nothing was ever written: what the app's own commands
 * write, as statements of one batch. The same options give the same statements.
 */
export const demoData = async ({ today, passwordHash, seed = SEED, sealer }: DemoOptions): Promise<readonly Query[]> => {
  const { db, queries } = createRecorder();
  const hash = async (): Promise<string> => passwordHash;
  expectShopTimeZone(SHOP.time_zone);
  for (const [index, { at, by, run }] of historyOf(today, seed).entries())
    await run(
      scriptContext({
        db,
        at,
        hash,
        requestId: `demo-${index + 1}`,
        address: by?.role === "customer" ? HOME_NETWORK : SHOP_NETWORK,
        ...(by && { actor: by }),
        ...(sealer && { sealer }),
      }),
    );
  await db.batch([db.delete(idempotencyKeys)]);
  return queries;
};
