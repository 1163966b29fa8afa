import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countedD1 } from "../../bench/support/counted-d1.ts";
import { loadShop } from "../../bench/support/load.ts";
import { endpoints } from "../../src/app.ts";
import { parseLimit } from "../../src/core/limits.ts";
import { limitsOf } from "../../src/http/policy.ts";
import type { Endpoint } from "../../src/http/route.ts";
import { createClient, testDeps } from "../support/client.ts";
import { unique } from "../support/people.ts";
import { cheapDeps } from "../support/quick-passwords.ts";
import { aWorld, bodyOf, nameOf, pathOf, type World } from "../support/world.ts";

/**
 * What one stranger, one customer, and one mechanic with a stolen token can cause within an hour under the limits as they are
 * shipped: on every route the dearest of some requests, as many times as its limit lets in.
 */
const SHIPPED = Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith("RATE_LIMIT_")));
const { d1, ran } = countedD1(env.DB);
const deps = { ...testDeps(), ...cheapDeps(), d1 };
const client = createClient(deps);

const HOUR_MS = 3_600_000;
const ACTORS = ["stranger", "customer", "mechanic"] as const;
type Actor = (typeof ACTORS)[number];

/** How many requests of a route are let in within an hour. */
const perHour = ({ policy }: Endpoint, actor: Actor): number => {
  const name = limitsOf(policy)[actor === "mechanic" ? "staff" : "everyone"];
  const windows = name === "none" ? [] : (parseLimit(name, SHIPPED[`RATE_LIMIT_${name.toUpperCase()}`]) ?? []);
  return Math.min(...windows.map(({ limit, ms }) => limit * Math.max(1, HOUR_MS / ms)));
};

interface Cost {
  readonly read: number;
  readonly written: number;
  readonly bytes: number;
  readonly ms: number;
}
const NOTHING: Cost = { read: 0, written: 0, bytes: 0, ms: 0 };

const dearer = (one: Cost, other: Cost): Cost => ({
  read: Math.max(one.read, other.read),
  written: Math.max(one.written, other.written),
  bytes: Math.max(one.bytes, other.bytes),
  ms: Math.max(one.ms, other.ms),
});

/** As long a body as is taken, of which every field is wrong. */
const garbage = (): Record<string, number> => Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`field${index}`, index]));

/** What is tried on a route: what it is for, the longest page, words that search finds much by, and what is wrong everywhere. */
const attempts = (endpoint: Endpoint, world: World, token: string | undefined): { path: string; body?: unknown }[] => {
  const path = pathOf(endpoint, world, token);
  const with_ = (query: string) => `${path}${path.includes("?") ? "&" : "?"}${query}`;
  if (endpoint.spec.method === "get") return [{ path }, { path: with_("per_page=100") }, { path: with_("q=a%20e%20o&per_page=100") }];
  const body = bodyOf(endpoint, world);
  return [
    { path, body },
    { path, body },
    { path, body: garbage() },
  ];
};

const costOf = async (endpoint: Endpoint, { path, body }: { path: string; body?: unknown }, token: string | undefined): Promise<Cost> => {
  ran.length = 0;
  const start = performance.now();
  const answer = await client.send(endpoint.spec.method, path, { token, body });
  const ms = performance.now() - start;
  return {
    read: ran.reduce((sum, { read }) => sum + read, 0),
    written: ran.reduce((sum, { written }) => sum + written, 0),
    bytes: JSON.stringify(answer.body ?? "").length,
    ms,
  };
};

/** What an hour of each may cost at most; SECURITY.md has the table. */
const BUDGETS: Readonly<Record<Actor, Omit<Cost, "ms">>> = {
  stranger: { read: 60_000, written: 5_000, bytes: 10_000_000 },
  customer: { read: 120_000, written: 45_000, bytes: 13_000_000 },
  mechanic: { read: 5_400_000, written: 700_000, bytes: 345_000_000 },
};

const found: Record<string, Cost & { readonly requests: number }> = {};
/** A shop of some years, so that the longest pages are full. */
beforeAll(async () => {
  await loadShop(env.DB, 800);
  // The load has taken the e-mails with these numbers.
  while (unique() < 1_000);
}, 60_000);
afterAll(() => console.log(JSON.stringify(found)));

describe("an hour of an attacker", () => {
  it.each(ACTORS)("who is a %s stays within its budget of rows and bytes", async (actor) => {
    let total = NOTHING;
    let requests = 0;
    let untouched: World | undefined;
    for (const endpoint of endpoints.filter((candidate) => limitsOf(candidate.policy).everyone !== "none")) {
      const world = untouched ?? (await aWorld(client));
      untouched = endpoint.spec.method === "get" ? world : undefined;
      const token = actor === "stranger" ? undefined : world.shop[actor].token;
      let worst = NOTHING;
      for (const attempt of attempts(endpoint, world, token)) worst = dearer(worst, await costOf(endpoint, attempt, token));
      const times = perHour(endpoint, actor);
      expect(times, nameOf(endpoint)).toBeGreaterThan(0);
      requests += times;
      total = {
        read: total.read + worst.read * times,
        written: total.written + worst.written * times,
        bytes: total.bytes + worst.bytes * times,
        ms: total.ms + worst.ms * times,
      };
    }
    found[actor] = { requests, ...total, ms: Math.round(total.ms) };
    expect(
      Object.entries(BUDGETS[actor]).filter(([what, most]) => Number(Object.entries(total).find(([name]) => name === what)?.[1]) > most),
    ).toEqual([]);
  });
});
