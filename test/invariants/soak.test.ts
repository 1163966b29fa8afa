import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { type Answer, createClient } from "../support/client.ts";
import { aMechanic, anAdmin, type Person, rows } from "../support/people.ts";
import { createRandom, type Random } from "../support/random.ts";
import { brokenRules } from "../support/recount.ts";
import { aPackage, aPart, aShop, type Shop } from "../support/shop.ts";

const CLIENTS = 50;
const OPERATIONS = env.DRAWS.soak.operations;
const SEED = 20_261_120;

const client = createClient();

interface World {
  readonly shops: readonly Shop[];
  readonly parts: readonly { id: number }[];
  readonly mechanics: readonly Person[];
  readonly packages: number[];
  /** Ids of tickets that someone opened; some are gone by now. */
  readonly tickets: number[];
  /** What a ticket sold when it was last priced. */
  readonly sold: Map<number, Sold>;
  /** Estimates that were presented, newest last, with the jobs and lines that they show; most are superseded by now. */
  readonly shown: Shown[];
}

interface Sold {
  readonly jobs: readonly number[];
  readonly lines: readonly number[];
}

interface Shown extends Sold {
  readonly id: number;
  /** The token of the customer whom it is for. */
  readonly customer: string;
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** Who does it instead of the client. */
  readonly token?: string;
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

const aLine = (random: Random, { parts }: World) => {
  const price = { unit_price: 10 + random.below(90), ...(random.below(4) === 0 ? { discount: { percent: 1 + random.below(100) } } : {}) };
  return random.pick([
    { kind: "labor", description: "Soak", quantity: 0.5 + random.below(4), ...price },
    { kind: "part", inventory_id: random.pick(parts).id, condition: "new", quantity: 1 + random.below(2), ...price },
    { kind: "fee", fee_kind: "other", description: "Fluid", unit_price: 4.5, taxable: false },
  ]);
};

/** What happens to what some ticket sells. */
const onSold = (random: Random, world: World, id: number): Operation => {
  const ticket = `/service-tickets/${id}`;
  const { jobs, lines } = world.sold.get(id) ?? { jobs: [], lines: [] };
  const line = `${ticket}/lines/${lines.length > 0 ? random.pick(lines) : 999_999}`;
  const job = `${ticket}/jobs/${jobs.length > 0 ? random.pick(jobs) : 999_999}`;
  const new_ = () => ({ title: "Soak", by_line: random.below(2) === 0, lines: [aLine(random, world), aLine(random, world)] });
  const operations: (() => Operation)[] = [
    () => ({ method: "post", path: `${ticket}/jobs`, body: new_() }),
    () => ({ method: "post", path: `${ticket}/jobs`, body: { service_package_id: random.pick(world.packages) } }),
    () => ({ method: "patch", path: job, body: { title: `Soak ${random.below(9)}`, by_line: random.below(2) === 0 } }),
    () => ({ method: "delete", path: job }),
    () => ({ method: "post", path: `${ticket}/lines`, body: aLine(random, world) }),
    () => ({ method: "patch", path: line, body: random.pick([{ unit_price: random.below(200) }, { quantity: 1 + random.below(3) }]) }),
    () => ({ method: "patch", path: line, body: { description: `Soak ${random.below(9)}` } }),
    () => ({ method: "delete", path: line }),
    () => ({ method: "put", path: `${ticket}/discount`, body: { percent: 1 + random.below(100), reason: "Soak" } }),
    () => ({ method: "delete", path: `${ticket}/discount` }),
    () => ({ method: "post", path: `${ticket}/estimates`, body: {} }),
    () => ({ method: "post", path: `${ticket}/estimates`, body: {} }),
    () => ({ method: "post", path: `${ticket}/draw-parts` }),
  ];
  return random.pick(operations)();
};

/** The customer, or staff for them, says yes or no to jobs or lines of one of the last estimates. */
const aDecision = (random: Random, { shown }: World): Operation => {
  const { id, jobs, lines, customer } = random.pick(shown.slice(-10));
  const decision = random.pick(["approved", "approved", "declined"]);
  const decisions =
    random.below(3) > 0 && jobs.length > 0 ? jobs.map((job_id) => ({ job_id, decision })) : [{ line_id: random.pick(lines), decision }];
  const path = `/estimates/${id}/authorizations`;
  return random.below(2) === 0
    ? { method: "post", path, body: { decisions }, token: customer }
    : { method: "post", path, body: { decisions, channel: "phone", contact: "+1 555 1", person_name: "Cara", capacity: "owner" } };
};

/** What a client does next to some ticket, or a new one. */
const anOperation = (random: Random, world: World): Operation => {
  if (world.tickets.length < 20 || random.below(6) === 0) return aNewTicket(random, world);
  const id = random.pick(world.tickets);
  const fate = random.below(8);
  if (fate < 3) return onSold(random, world, id);
  if (fate === 3 && world.shown.length > 0) return aDecision(random, world);
  const ticket = `/service-tickets/${id}`;
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
const carryOut = async (
  random: Random,
  world: World,
  token: string,
  key: string,
): Promise<{ ticket: number | null; answers: Answer[] }> => {
  const { method, path, body, token: other } = anOperation(random, world);
  const send = () => client.send(method, path, { token: other ?? token, body, headers: { "Idempotency-Key": key } });
  const fate = random.below(6);
  const [, id] = /^\/service-tickets\/(\d+)/.exec(path) ?? [];
  const ticket = id === undefined ? null : Number(id);
  if (fate === 0) return { ticket, answers: [await send(), await send()] };
  if (fate === 1) return { ticket, answers: await Promise.all([send(), send()]) };
  return { ticket, answers: [await send()] };
};

type Listed = readonly { id: number; lines?: Listed }[];
const idsOf = (listed: Listed): number[] => listed.map(({ id }) => id);

/** Keeps the ids in an answer: of a new ticket, of what a ticket sells, of what an estimate shows. */
const remember = ({ shops, tickets, sold, shown }: World, ticket: number | null, { status, body }: Answer): void => {
  if (typeof body?.number === "string") {
    const customer = shops.find((shop) => shop.customer.id === body.customer.id)?.customer.token ?? "";
    shown.push({
      id: body.id,
      jobs: idsOf(body.jobs),
      lines: [...idsOf(body.lines), ...body.jobs.flatMap((job: { lines: Listed }) => idsOf(job.lines))],
      customer,
    });
  } else if (ticket !== null && Array.isArray(body?.jobs)) {
    const lines = [...idsOf(body.lines), ...body.jobs.flatMap((job: { lines: Listed }) => idsOf(job.lines))];
    sold.set(ticket, { jobs: idsOf(body.jobs), lines });
  } else if (status === 201 && body?.service_desc) tickets.push(body.id);
};

/** An admin changes now and then what needs the customer's yes. */
const changeMode = async (index: number, token: string): Promise<void> => {
  const authorization = ["posting", "work", "posting", "none"][index % 4];
  const changed = await client.patch("/shop", { authorization }, { token });
  if (changed.status !== 200) throw new Error(JSON.stringify(changed.body));
};

const oneClient = async (index: number, world: World, token: string): Promise<Answer[][]> => {
  const random = createRandom(SEED + index);
  const done: Answer[][] = [];
  for (let i = 0; i < OPERATIONS / CLIENTS; i++) {
    if (index === 0 && i % 3 === 0) await changeMode(i / 3, token);
    const { ticket, answers } = await carryOut(random, world, token, `soak-${index}-${i}`);
    done.push(answers);
    for (const answer of answers) if (isDone(answer) && !isReplay(answer)) remember(world, ticket, answer);
  }
  return done;
};

describe(`50 clients and ${OPERATIONS} random operations`, () => {
  it("leave no double booking, no lost or invented stock, no duplicate, and one audit entry per change", async () => {
    const world: World = {
      shops: await Promise.all(Array.from({ length: 8 }, () => aShop())),
      parts: await Promise.all(Array.from({ length: 10 }, () => aPart(40))),
      mechanics: await Promise.all(Array.from({ length: 6 }, () => aMechanic())),
      packages: [],
      tickets: [],
      sold: new Map(),
      shown: [],
    };
    world.packages.push(...(await Promise.all(world.parts.slice(0, 3).map((part) => aPackage(part)))));
    const people = await Promise.all(Array.from({ length: CLIENTS }, (_, i) => (i % 10 === 0 ? anAdmin() : aMechanic())));
    const operations = (await Promise.all(people.map(({ token }, i) => oneClient(i, world, token)))).flat();

    expect(operations).toHaveLength(OPERATIONS);
    const answers = operations.flat();
    const isExpected = ({ status, body }: Answer) => [200, 201, 403, 404, 409].includes(status) || body.code === "decide_whole_job";
    expect(answers.filter((answer) => !isExpected(answer)).map(({ body }) => body)).toEqual([]);
    for (const [first, second] of operations)
      if (first && second && isDone(first) && isDone(second)) expect(second.body).toEqual(first.body);

    const changes = answers.filter((answer) => isDone(answer) && !isReplay(answer)).map(({ headers }) => headers.get("X-Request-Id"));
    const audited = await rows<{ request_id: string }>("select request_id from audit_log where entity in ('service_ticket', 'estimate')");
    expect(audited.map(({ request_id }) => request_id).sort()).toEqual([...changes].sort());
    expect(new Set(changes).size).toBe(changes.length);
    expect(await rows("select id from authorizations")).not.toEqual([]);
    expect(changes.length).toBeGreaterThan(OPERATIONS / 4);
    expect(await brokenRules()).toEqual({});
  }, 120_000);
});
