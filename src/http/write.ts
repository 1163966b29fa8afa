import { Failure } from "../core/errors.ts";
import { type DbSession, openSession } from "../db/client.ts";
import type { OnceKey } from "../db/commit.ts";
import type { AppContext, Result, WriteContext } from "./app-env.ts";
import { admit, type Call, enter, respond, whoAsks } from "./call.ts";
import { readIdempotencyKey, readIfMatch } from "./conditions.ts";
import type { Accepted } from "./route.ts";

/** The key of this request: the client's within its account or address, else the request's own id. Auth routes keep nothing for replays. */
const onceKey = (c: AppContext, { client, endpoint }: Call, { key: input }: Accepted): OnceKey => {
  const key = endpoint.policy.keepsNoAnswers ? null : readIdempotencyKey(c.req.header("Idempotency-Key"));
  if (key === null) return { scope: "request", key: c.var.requestId, fingerprints: [""] };
  return { scope: client, key, fingerprints: c.var.deps.fingerprints(`${endpoint.spec.method} ${endpoint.spec.path} ${input}`) };
};

const contextOf = (c: AppContext, call: Call, accepted: Accepted, session: DbSession): WriteContext => {
  const { actor, network, nowMs } = call;
  const now = new Date(nowMs).toISOString();
  const writer = {
    ...whoAsks(c, call),
    once: onceKey(c, call, accepted),
    ifMatch: readIfMatch(c.req.header("If-Match")),
    onReplay: () => c.header("Idempotent-Replayed", "true"),
  };
  const defer = (work: Promise<unknown>): void => c.executionCtx.waitUntil(work);
  return { actor, db: session.db, now, services: c.var.deps, writer, network, defer };
};

/** Answers a write: the gate first, then the batch, then the gate again beside the clocks of the listings. */
export const answerWrite = async (c: AppContext, call: Call): Promise<Response> => {
  const { gate, cache } = c.var.deps;
  const write = c.var.requestId;
  const verdict = await enter(c, call);
  if (verdict.kind === "silent") throw call.accepted instanceof Failure ? call.accepted : new Failure("unavailable");
  const { accepted } = admit(c, call, verdict);
  const session = openSession(c.var.deps.d1, "first-primary");
  const run = async (): Promise<Result<unknown>> => accepted.run(contextOf(c, call, accepted, session));
  const result = await run().catch((error: unknown) => {
    // A refusal changed nothing. After any other error the write may stand, so the client stays unsettled.
    if (error instanceof Failure) c.executionCtx.waitUntil(gate.settle(call.client, { write, bookmark: null, tags: [], now: call.nowMs }));
    throw error;
  });
  const bookmark = session.bookmark();
  const tags = result.moves ?? call.endpoint.policy.invalidates ?? [];
  const clients = [call.client, ...(result.seenBy ?? [])];
  if (bookmark) c.executionCtx.waitUntil(cache.advance(tags, bookmark));
  await Promise.all(clients.map((client) => gate.settle(client, { write, bookmark, tags, now: call.nowMs })));
  return respond(c, call.endpoint, result);
};
