import { AsyncLocalStorage } from "node:async_hooks";
import { createApp, endpoints } from "../../src/app.ts";
import { nameIn } from "../../src/core/epoch.ts";
import { type Limits, POLICY_NAMES, parseLimit } from "../../src/core/limits.ts";
import { type ClientKey, type Gate, TOKEN_SECONDS, type Tokens } from "../../src/core/ports.ts";
import { createGate } from "../../src/edge/gate/gate-client.ts";
import { createLocalGate } from "../../src/edge/gate/local-gate.ts";
import { rememberDenials } from "../../src/edge/gate/remembered-denials.ts";
import { CACHE_TIMEOUT_MS, createListingCache } from "../../src/edge/listing-cache.ts";
import type { Deps } from "../../src/http/app-env.ts";
import { testDeps } from "../support/client.ts";
import { createChance } from "./chance.ts";
import { createD1 } from "./d1.ts";
import { actorOf, type Content, endpoints as simulated } from "./endpoints.ts";
import { createGates } from "./gates.ts";
import { type Answered, type Begun, type Claims, createJudge, HUNG_UP } from "./judge.ts";
import { createKv, type KvModel } from "./kv.ts";
import { createLimitJudge } from "./limit-judge.ts";
import type { Profile } from "./profiles.ts";
import { createRequest, runIn, type SimulatedRequest, whileAlive } from "./requests.ts";
import { createTime } from "./time.ts";

const START = Date.parse("2026-11-20T09:30:00.000Z");
/** Places where isolates run, each with its replica and its view of KV. */
const PLACES = 2;
const SLOTS = 3;
/** No request takes longer, with all that it does after its answer. */
const LONGEST_MS = 25_000;

let requests = 0;
const common: Deps = { ...testDeps(), newId: () => `request-${++requests}` };
const current = new AsyncLocalStorage<Deps>();

/** The real app with the endpoints of the simulation added. It is built once: each request brings the parts of its isolate along. */
const app = createApp(new Proxy(common, { get: (own, name) => Reflect.get(current.getStore() ?? own, name) }), [
  ...endpoints,
  ...simulated,
]);

/** Tokens that say what they are: their signatures are not what is tried here. */
const tokens: Tokens = {
  sign: async ({ userId, session: { sid, gen } }, now) => `${userId}/${gen}/${sid}/${Math.floor(now / 1_000) + TOKEN_SECONDS}`,
  verify: async (token, now) => {
    const [id, gen, sid = "", end] = token.split("/");
    return Number(end) > Math.floor(now / 1_000) ? actorOf(Number(id), { sid, gen: Number(gen) }) : null;
  },
};

/** Safe: the entries are made from all names of the policies. */
const limitsOf = (text: string): Limits =>
  Object.fromEntries(POLICY_NAMES.map((policy) => [policy, parseLimit(policy, text) ?? []])) as Limits;

/** Safe: what the endpoints of the simulation answer, once the status has told that they did. */
const shownIn = (body: string): Content & { readonly at: string } => JSON.parse(body) as Content & { readonly at: string };

export interface Isolate {
  readonly name: string;
  readonly epoch: string;
  readonly deps: Deps;
  isAlive: boolean;
}

export interface Asking {
  readonly method: "GET" | "PUT" | "POST";
  readonly path: string;
  readonly address: string;
  readonly token?: string | undefined;
}

/** One run: the models, the isolates in front of them, and the judge who looks on. */
export const createWorld = (seed: number, profile: Profile) => {
  const chance = createChance(seed);
  const time = createTime(START);
  const d1 = createD1(time, chance, profile);
  let failure: string | null = null;
  const fail = (message: string): void => {
    failure ??= `seed ${seed}, step ${time.step()}, ${((time.now() - START) / 1_000).toFixed(3)} s: ${message}`;
  };
  const limitJudge = createLimitJudge(time, fail);
  const judge = createJudge(time, d1, () => kv, profile, limitJudge.isFull, fail);
  const kv: KvModel = createKv(time, chance, profile, judge.kv);
  const namespace = createGates(time, chance, profile, { ...limitJudge, completed: judge.completed });
  const limits = limitsOf(profile.limit);
  let isolates = 0;

  const createIsolate = (place: number): Isolate => {
    isolates += 1;
    const name = `isolate ${isolates}`;
    const epoch = String(d1.incarnation());
    const skew = chance.between(-profile.skewMs, profile.skewMs);
    const clock = () => time.now() + skew;
    const isolate: { isAlive: boolean } = { isAlive: true };
    // What a dead isolate still had to do is never done.
    const sleep = (ms: number): Promise<void> =>
      new Promise((resolve) =>
        time.plan(
          ms,
          whileAlive(() => isolate.isAlive && resolve()),
        ),
      );
    const deps: Deps = {
      ...common,
      d1: d1.near(place),
      gate: rememberDenials(createGate(namespace, epoch)),
      localGate: createLocalGate(),
      cache: createListingCache(kv.at(place, name), { epoch, version: "1", sleep, now: clock, timeoutMs: CACHE_TIMEOUT_MS }),
      tokens,
      limits,
      clock,
    };
    return Object.assign(isolate, { name, epoch, deps });
  };

  const slots = Array.from({ length: SLOTS }, (_, slot) => createIsolate(slot % PLACES));
  const replace = (slot: number): void => {
    const [old] = slots.splice(slot, 1, createIsolate(slot % PLACES));
    if (old) old.isAlive = false;
  };
  const plan = (slot: number): void =>
    void time.plan(chance.between(1_000, profile.isolateMs), () => {
      replace(slot);
      plan(slot);
    });
  for (const slot of slots.keys()) plan(slot);

  /** Begins a request that may end at any moment. The judge hears of its end, and of one that never comes. */
  const beginRequest = (isolate: Isolate, { path }: Asking, begun: Begun, requestId: () => string): SimulatedRequest => {
    const request = createRequest();
    let isStopped = false;
    const stop = (): void => {
      isStopped = true;
      request.stop();
    };
    const someTime = (): number => chance.below(chance.pick([60, 300, 2_500]));
    if (profile.hangUps > 0 && chance.percent(profile.hangUps)) time.plan(someTime(), request.leave);
    if (profile.stopped > 0 && chance.percent(profile.stopped)) time.plan(someTime(), stop);
    request.whenOver(() => isStopped || judge.ended(begun, { requestId: requestId(), isAlive: isolate.isAlive }));
    // A revocation that is not confirmed is delivered again and again.
    const mayLast = path === "/sim/revocations";
    time.plan(LONGEST_MS, () => mayLast || request.isOver() || !isolate.isAlive || judge.hung(begun));
    return request;
  };

  /** Sends a request to an isolate and tells what came back; the judge hears of unreachable gates and of revocations. */
  const send = async (isolate: Isolate, asking: Asking, begun: Begun): Promise<Answered & { readonly token?: string }> => {
    const { method, path, address, token } = asking;
    let requestId = "";
    let wasUnreachable = false;
    let denied: Answered["denied"] = null;
    const { gate } = isolate.deps;
    const watched: Gate = {
      ...gate,
      enter: async (client, entry) => {
        const verdict = await gate.enter(client, entry);
        wasUnreachable = verdict.kind === "unreachable";
        denied = verdict.kind === "denied" ? entry.rules : null;
        return verdict;
      },
      revoke: async (client, gen, now) => {
        judge.revoking(nameIn(isolate.epoch, client), gen);
        await gate.revoke(client, gen, now);
        judge.revoked(nameIn(isolate.epoch, client), gen);
      },
    };
    const headers = { "CF-Connecting-IP": address, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
    const request = new Request(`https://shop.test${path}`, { method, headers });
    const newId = (): string => {
      const id = common.newId();
      requestId ||= id;
      return id;
    };
    const running = beginRequest(isolate, asking, begun, () => requestId);
    // Safe: the app asks nothing else of it.
    const context = { waitUntil: running.waitUntil } as unknown as ExecutionContext;
    const fetched = runIn(running, () =>
      current.run({ ...isolate.deps, gate: watched, newId }, async () => app.fetch(request, {}, context)),
    );
    const response = await Promise.race([fetched, new Promise<null>((resolve) => running.whenLeft(() => resolve(null)))]);
    if (!response) return { status: HUNG_UP, cache: null, requestId, wasUnreachable, denied, shown: null };
    const body = await time.outside(response.text());
    running.leave();
    const { status } = response;
    const isShown = status === 200 && method === "GET";
    return {
      status,
      cache: response.headers.get("X-Cache"),
      requestId,
      wasUnreachable,
      denied,
      shown: isShown ? shownIn(body) : null,
      ...(status === 200 && path.startsWith("/sim/logins") ? { token: JSON.parse(body).token as string } : {}),
    };
  };

  return {
    time,
    chance,
    d1,
    judge,
    send,
    /** Some isolate that lives now. */
    anIsolate: (): Isolate => chance.pick(slots),
    /** All isolates are replaced: a new version of the Worker. */
    deploy: (): void => {
      for (const slot of slots.keys()) replace(slot);
    },
    failure: (): string | null => failure,
    begin: (isolate: Isolate, key: ClientKey, claims: Claims | null) =>
      judge.begin(key, claims, isolate.name, isolate.deps.clock(), isolate.epoch),
  };
};

export type World = ReturnType<typeof createWorld>;
