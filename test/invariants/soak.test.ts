import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { type Answer, createClient } from "../support/client.ts";
import { aMechanic, anAdmin, type Person, rows } from "../support/people.ts";
import { createRandom, type Random } from "../support/random.ts";
import { brokenRules } from "../support/recount.ts";
import { aPart, aShop, type Shop } from "../support/shop.ts";

const CLIENTS = 50;
const OPERATIONS = env.DRAWS.soak.operations;
const SEED = 20_261_120;

const client = createClient();

interface World {
  readonly shops: readonly Shop[];
  readonly parts: readonly { id: number }[];
  readonly mechanics: readonly Person[];
  /** Ids of tickets that someone opened; some are gone by now. */
  readonly tickets: number[];
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** One hour of the next three days, so that bookings meet often. */
const aSlot = (random: Random) => {
  const start = Date.UTC(2026, 10, 23, random.below(72));
  return {
    scheduled_start: new Date(start).toISOString(),
    scheduled_end: new Date(start + (1 + random.below(3)) * 3_600_000).toISOString(),
  };
};

const someOf = <T>(random: Random, items: readonly T[], most: number): T[] => [
  ...new Set(Array.from({ length: random.below(most + 1) }, () => random.pick(items))),
];

const STATUSES = ["in_progress", "completed", "closed", "cancelled", "open", "cancelled", "open"] as const;

const aNewTicket = (random: Random, { shops, parts, mechanics }: World): Operation => {
  const { customer, vehicle } = random.pick(shops);
  return {
    method: "post",
    path: "/service-tickets",
    body: {
      customer_id: customer.id,
      vehicle_id: vehicle.id,
      service_desc: "Soak",
      service_date: "2026-11-24",
      ...(random.below(3) > 0 ? aSlot(random) : {}),
      mechanic_ids: someOf(random, mechanics, 2).map(({ id }) => id),
      parts: someOf(random, parts, 2).map(({ id }) => ({ inventory_id: id, quantity: 1 + random.below(3) })),
    },
  };
};

/** What a client does next to some ticket, or a new one. */
const anOperation = (random: Random, world: World): Operation => {
  if (world.tickets.length < 20 || random.below(6) === 0) return aNewTicket(random, world);
  const ticket = `/service-tickets/${random.pick(world.tickets)}`;
  const mechanic = random.pick(world.mechanics).id;
  const part = random.pick(world.parts).id;
  const operations: (() => Operation)[] = [
    () => ({ method: "put", path: `${ticket}/assign-mechanic/${mechanic}` }),
    () => ({ method: "put", path: `${ticket}/remove-mechanic/${mechanic}` }),
    () => ({
      method: "put",
      path: `${ticket}/edit-mechanics`,
      body: { mechanic_ids: someOf(random, world.mechanics, 3).map(({ id }) => id) },
    }),
    () => ({ method: "patch", path: ticket, body: aSlot(random) }),
    () => ({ method: "put", path: `${ticket}/add-part/${part}`, body: { quantity: 1 + random.below(4) } }),
    () => ({ method: "delete", path: `${ticket}/parts/${part}` }),
    () => ({ method: "put", path: `${ticket}/inventory`, body: { add: [{ inventory_id: part, quantity: 1 + random.below(2) }] } }),
    () => ({ method: "put", path: `${ticket}/status`, body: { status: random.pick(STATUSES) } }),
    () => ({ method: "put", path: `${ticket}/status`, body: { status: random.pick(STATUSES) } }),
    () => ({ method: "delete", path: ticket }),
  ];
  return random.pick(operations)();
};

const isDone = ({ status }: Answer): boolean => status < 300;
const isReplay = ({ headers }: Answer): boolean => headers.get("Idempotent-Replayed") === "true";

/** Carries out one operation; some answers are "lost", and some requests are sent twice at once, each with its key. */
const carryOut = async (random: Random, world: World, token: string, key: string): Promise<Answer[]> => {
  const { method, path, body } = anOperation(random, world);
  const send = () => client.send(method, path, { token, body, headers: { "Idempotency-Key": key } });
  const fate = random.below(6);
  if (fate === 0) return [await send(), await send()];
  if (fate === 1) return Promise.all([send(), send()]);
  return [await send()];
};

const oneClient = async (index: number, world: World, token: string): Promise<Answer[][]> => {
  const random = createRandom(SEED + index);
  const done: Answer[][] = [];
  for (let i = 0; i < OPERATIONS / CLIENTS; i++) {
    const answers = await carryOut(random, world, token, `soak-${index}-${i}`);
    done.push(answers);
    const made = answers.find((answer) => answer.status === 201 && !isReplay(answer));
    if (made) world.tickets.push(made.body.id);
  }
  return done;
};

describe(`50 clients and ${OPERATIONS} random operations`, () => {
  it("leave no double booking, no lost or invented stock, no duplicate, and one audit entry per change", async () => {
    const world: World = {
      shops: await Promise.all(Array.from({ length: 8 }, () => aShop())),
      parts: await Promise.all(Array.from({ length: 10 }, () => aPart(40))),
      mechanics: await Promise.all(Array.from({ length: 6 }, () => aMechanic())),
      tickets: [],
    };
    const people = await Promise.all(Array.from({ length: CLIENTS }, (_, i) => (i % 10 === 0 ? anAdmin() : aMechanic())));
    const operations = (await Promise.all(people.map(({ token }, i) => oneClient(i, world, token)))).flat();

    expect(operations).toHaveLength(OPERATIONS);
    const answers = operations.flat();
    expect(
      [...new Set(answers.map(({ status }) => status))].sort().filter((status) => ![200, 201, 403, 404, 409].includes(status)),
    ).toEqual([]);
    for (const [first, second] of operations)
      if (first && second && isDone(first) && isDone(second)) expect(second.body).toEqual(first.body);

    const changes = answers.filter((answer) => isDone(answer) && !isReplay(answer)).map(({ headers }) => headers.get("X-Request-Id"));
    const audited = await rows<{ request_id: string }>("select request_id from audit_log where entity = 'service_ticket'");
    expect(audited.map(({ request_id }) => request_id).sort()).toEqual([...changes].sort());
    expect(new Set(changes).size).toBe(changes.length);
    expect(changes.length).toBeGreaterThan(OPERATIONS / 4);
    expect(await brokenRules()).toEqual({});
  }, 120_000);
});
