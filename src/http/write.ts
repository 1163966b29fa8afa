import { Failure } from "../core/errors.ts";
import { openSession } from "../db/client.ts";
import type { AppContext, Result, WriteContext } from "./app-env.ts";
import { admit, type Call, enter, respond } from "./call.ts";

const contextOf = (c: AppContext, { actor, network, nowMs }: Call): { context: WriteContext; session: ReturnType<typeof openSession> } => {
  const session = openSession(c.var.deps.d1, "first-primary");
  const now = new Date(nowMs).toISOString();
  const defer = (work: Promise<unknown>): void => c.executionCtx.waitUntil(work);
  const userId = actor.role === "anonymous" ? null : actor.userId;
  const writer = { requestId: c.var.requestId, userId, role: actor.role, address: c.req.header("CF-Connecting-IP") ?? null, at: now };
  return { session, context: { actor, db: session.db, now, services: c.var.deps, writer, network, defer } };
};

/** Answers a write: the gate first, then the batch, then the gate again beside the clocks of the listings. */
export const answerWrite = async (c: AppContext, call: Call): Promise<Response> => {
  const { gate, cache } = c.var.deps;
  const write = c.var.requestId;
  const verdict = await enter(c, call);
  if (verdict.kind === "silent") throw call.accepted instanceof Failure ? call.accepted : new Failure("unavailable");
  const { accepted } = admit(c, call, verdict);
  const { context, session } = contextOf(c, call);
  const result: Result<unknown> = await accepted.run(context).catch((error: unknown) => {
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
