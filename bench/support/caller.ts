import { createApp } from "../../src/app.ts";
import type { Actor } from "../../src/core/actor.ts";
import { FIRST_EPOCH } from "../../src/core/epoch.ts";
import { POLICY_NAMES } from "../../src/core/limits.ts";
import type { FontStore } from "../../src/core/paper-ports.ts";
import type { Admission, Anchor, Gate, NumberAnchor } from "../../src/core/ports.ts";
import { openSession } from "../../src/db/client.ts";
import type { Deps } from "../../src/http/app-env.ts";
import { countedD1, type Ran } from "./counted-d1.ts";

/** The time of every request; a load ends long before it. */
export const NOW = Date.parse("2026-11-20T09:30:00.000Z");

type Account = Exclude<Actor, { role: "anonymous" }>;

/** An answer, with what its request did in the database. */
export interface Called {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each operation knows the answer of its own route.
  readonly body: any;
  readonly ran: readonly Ran[];
}

export type Call = (actor: Actor, method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Called>;

const ADMITTED: Admission = { kind: "admitted", quotas: [], hasPendingWrite: false, bookmark: null, revoked: false };
const nothing = async (): Promise<undefined> => undefined;
const gate: Gate = {
  enter: async () => ADMITTED,
  remembered: () => null,
  completeWrite: nothing,
  decide: nothing,
  revoke: nothing,
  end: nothing,
};

const numbers: NumberAnchor = { given: async () => [], raise: nothing };
const fonts: FontStore = { read: async () => new Uint8Array() };
const anchor: Anchor = { head: async () => null, advance: nothing };

/** The app's parts around a database: a gate that lets everybody in, a cache that has nothing, passwords that always match. */
const partsOf = (d1: D1Database): Deps => {
  const retry = { sleep: nothing, timeoutMs: 10_000 };
  let requests = 0;
  return {
    epoch: FIRST_EPOCH,
    d1,
    retry,
    fonts,
    gate,
    localGate: gate,
    logins: { countAttempt: async () => ({ kind: "admitted", isKnown: true }), settleAttempt: nothing },
    cache: { lookup: async () => ({ entry: null, watermark: null }), keep: () => null, advanceWatermarks: nothing },
    languageModel: null,
    mail: { sender: null, events: null, shopName: "Mechanic Shop", links: "" },
    dateBounds: { pastYears: 10, futureYears: 500, bookingDays: 31 },
    tokens: { sign: async (actor) => JSON.stringify(actor), verify: async (token) => JSON.parse(atob(token)) },
    refreshTokens: {
      create: () => crypto.randomUUID(),
      familyOf: (token) => token,
      hash: (token) => token,
      successors: (token) => [`${token}_`],
    },
    emailTokens: { create: () => ({ nonce: "a nonce", hash: crypto.randomUUID() }), hash: (token) => token, tokenOf: ({ hash }) => hash },
    passwords: { hash: async () => "a hash", verify: async () => true, isOutdated: () => false },
    secondFactors: {
      create: () => ({ stored: "a secret", secret: "a secret", url: "a url" }),
      stepOf: () => 1,
      createRecoveryCodes: () => ["a code"],
      hashOf: (code) => code,
    },
    secondFactorRule: "optional",
    fingerprints: (text) => [text],
    sealer: { seal: () => "a seal" },
    archive: null,
    auditKeptMs: 3_650 * 86_400_000,
    anchor,
    numbers,
    epochSeen: { isNoted: true },
    anchorOf: () => anchor,
    primary: () => openSession(d1, "first-primary", retry).db,
    // Safe: the entries are made from all names of the policies.
    limits: Object.fromEntries(POLICY_NAMES.map((name) => [name, []])) as unknown as Deps["limits"],
    mechanicSignup: "approval",
    clock: () => NOW,
    bodyTimeoutMs: 10_000,
    newId: () => `request-${NOW}-${++requests}-${crypto.randomUUID()}`,
    allowedOrigins: new Set(),
    isDevelopment: false,
    log: () => undefined,
    probes: { database: nothing, cache: nothing, gate: nothing },
  };
};

/** An account of a load and its session, which have the same id. */
const account = (userId: number) => ({ userId, session: { sid: String(userId), gen: 1 } });
/** Who the accounts of a load are; see `loadShop`. */
export const ADMIN: Account = { role: "admin", mechanicId: null, ...account(1) };
export const mechanic = (id: number): Account => ({ role: "mechanic", mechanicId: id, ...account(id + 2) });
export const customer = (id: number): Account => ({ role: "customer", customerId: id, ...account(id + 202) });
export const ANYONE: Actor = { role: "anonymous" };

const headersOf = (actor: Actor, more: Record<string, string>): Record<string, string> => ({
  "CF-Connecting-IP": "192.0.2.10",
  "Content-Type": "application/json",
  ...(actor.role === "anonymous" ? {} : { Authorization: `Bearer ${btoa(JSON.stringify(actor))}` }),
  ...more,
});

/** Calls the app over a database; each answer comes with the statements of its request. Throws for what is refused. */
export const createCaller = (database: D1Database): Call => {
  const { d1, ran } = countedD1(database);
  const app = createApp(partsOf(d1));
  return async (actor, method, path, body, headers = {}) => {
    ran.length = 0;
    const deferred: Promise<unknown>[] = [];
    const context = { waitUntil: (work: Promise<unknown>) => void deferred.push(work), passThroughOnException: () => undefined, props: {} };
    const init = { method, headers: headersOf(actor, headers), ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await app.fetch(new Request(`https://shop.test${path}`, init), {}, context);
    const text = await response.text();
    const answer = text === "" ? null : JSON.parse(text);
    await Promise.all(deferred);
    if (response.status >= 400) throw new Error(`${method} ${path} answered ${response.status} ${JSON.stringify(answer)}`);
    return { status: response.status, body: answer, ran: [...ran] };
  };
};
