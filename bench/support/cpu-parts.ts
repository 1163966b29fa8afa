import { endpoints } from "../../src/app.ts";
import type { Actor } from "../../src/core/actor.ts";
import { openSession } from "../../src/db/client.ts";
import { UNCONDITIONAL } from "../../src/db/write/writer.ts";
import type { Deps, WriteContext } from "../../src/http/app-env.ts";
import { etagOf } from "../../src/http/pipeline/conditions.ts";
import type { RawInput } from "../../src/http/pipeline/request.ts";
import { rulesOf } from "../../src/http/policy.ts";
import type { Endpoint } from "../../src/http/route.ts";
import type { Asked } from "./asked.ts";

/** The parts of a request that can be run alone. */
export const PARTS = ["token", "validation", "gate", "cache", "query", "JSON", "ETag"] as const;
export type Part = (typeof PARTS)[number];

interface Given {
  readonly deps: Deps;
  readonly asked: Asked;
  /** What the app answers. */
  readonly body: string;
}

const endpointOf = ({ method, path }: Asked): Endpoint => {
  const plain = path.replace(/\?.*/, "").replace(/\/\d+/, "/{id}");
  const found = endpoints.find(({ spec }) => spec.method === method.toLowerCase() && spec.path === plain);
  if (!found) throw new Error(`no endpoint takes ${method} ${path}`);
  return found;
};

const inputOf = ({ path, body }: Asked): RawInput => ({
  params: Object.fromEntries([...path.matchAll(/\/(\d+)/g)].map(([, id]) => ["id", id])),
  query: Object.fromEntries(new URL(path, "https://shop.test").searchParams),
  body: body === undefined ? undefined : JSON.parse(body),
  cookie: null,
});

const actor: Actor = { role: "mechanic", mechanicId: 1, userId: 1, session: { sid: "bench-1", gen: 1 } };

/** What a handler is given, with a session of its own. */
const contextOf = (deps: Deps, nowMs: number): WriteContext => {
  const now = new Date(nowMs).toISOString();
  const requestId = deps.newId();
  const idempotency = { scope: "request", key: requestId, fingerprints: [""] } as const;
  const writer = {
    requestId,
    userId: 1,
    role: "mechanic",
    address: null,
    at: now,
    idempotency,
    conditions: UNCONDITIONAL,
    network: "",
    sealer: null,
    defer: null,
    onReplay: () => undefined,
  };
  const { db } = openSession(deps.d1, "first-primary", deps.retry);
  return {
    actor,
    db,
    now,
    services: deps,
    writer,
    network: "",
    origin: "",
    defer: () => undefined,
    beforeAnswer: () => undefined,
    admitted: Promise.resolve(),
  };
};

/** What runs one part of the request once. */
export const partsOf = ({ deps, asked, body }: Given): Record<Part, () => unknown> => {
  const endpoint = endpointOf(asked);
  const input = inputOf(asked);
  const token = (asked.headers.Authorization ?? "").slice("Bearer ".length);
  const { policy, bucket, spec } = endpoint;
  const validated = endpoint.validate(async () => input);
  const isWrite = spec.method !== "get";
  return {
    token: () => deps.tokens.verify(token, deps.clock()),
    validation: () => endpoint.validate(async () => input),
    gate: async () => {
      const now = deps.clock();
      const write = isWrite ? { write: "bench" } : {};
      await deps.gate.enter("user:1", { rules: rulesOf(policy, bucket, actor, deps.limits), now, session: actor.session, ...write });
      if (isWrite) await deps.gate.completeWrite("user:1", { write: "bench", bookmark: null, tags: policy.invalidates ?? [], now });
    },
    cache: async () => policy.cache && deps.cache.lookup(`${bucket} ${actor.role} ${(await validated).key}`, policy.cache.tags),
    query: async () => (await validated).run(contextOf(deps, deps.clock())),
    JSON: () => JSON.stringify(JSON.parse(body)),
    ETag: () => spec.versioned && etagOf(1, body),
  };
};
