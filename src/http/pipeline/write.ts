import { Failure } from "../../core/errors.ts";
import { type ClientKey, LISTING_TAGS } from "../../core/ports.ts";
import { type DbSession, openSession } from "../../db/client.ts";
import type { IdempotencyKey } from "../../db/write/commit.ts";
import type { AppContext, Result, WriteContext } from "../app-env.ts";
import type { Accepted } from "../route.ts";
import { setHeader } from "./answer.ts";
import { type Asked, admit, type Call, enter, isKnown, respond, whoAsks } from "./call.ts";
import { readIdempotencyKey, readIfMatch } from "./conditions.ts";

/** The key of this request: the client's within its account or address, else the request's own id. Auth routes keep nothing for replays. */
const idempotencyKey = (c: AppContext, { client, endpoint }: Call, { spec, key: input }: Accepted): IdempotencyKey => {
  const key = endpoint.policy.keepsNoAnswers ? null : readIdempotencyKey(c.req.header("Idempotency-Key"));
  if (key === null) return { scope: "request", key: c.get("requestId"), fingerprints: [""] };
  return { scope: client, key, fingerprints: c.get("deps").fingerprints(`${spec.method} ${spec.path} ${input}`) };
};

/** What a write is run with. */
interface Running {
  readonly session: DbSession;
  readonly admitted: Promise<unknown>;
  readonly beforeAnswer: WriteContext["beforeAnswer"];
}

const contextOf = (c: AppContext, call: Call, accepted: Accepted, { session, ...running }: Running): WriteContext => {
  const writer = {
    ...whoAsks(c, call),
    idempotency: idempotencyKey(c, call, accepted),
    ifMatch: readIfMatch(c.req.header("If-Match")),
    onReplay: () => setHeader(c, "Idempotent-Replayed", "true"),
  };
  const defer = (work: Promise<unknown>): void => c.executionCtx.waitUntil(work);
  return { ...running, actor: call.actor, db: session.db, now: writer.at, services: c.get("deps"), writer, network: call.network, defer };
};

/** Throws what `admit` throws, and `unavailable` when the gate is unreachable: nobody would know that the write is pending. */
const admitWrite = async (c: AppContext, call: Call, asked: Asked): Promise<void> => {
  const verdict = await asked;
  if (verdict.kind === "unreachable") throw call.accepted instanceof Failure ? call.accepted : new Failure("unavailable");
  admit(c, call, verdict);
};

/** The gate first, then the batch, then the gate again, while the watermarks of the listings are raised. */
const carryOut = async (c: AppContext, call: Call): Promise<Response> => {
  const { gate, cache } = c.get("deps");
  const { accepted, client, nowMs: now, endpoint } = call;
  const { startsEarly, invalidates = [] } = endpoint.policy;
  const write = c.get("requestId");
  const asked = enter(c, call);
  const admitted = admitWrite(c, call, asked);
  if (!startsEarly || isKnown(asked) || accepted instanceof Failure) await admitted;
  if (accepted instanceof Failure) throw accepted;

  const session = openSession(c.get("deps").d1, "first-primary", c.get("deps").retry);
  const works: Promise<unknown>[] = [];
  const running = { session, admitted, beforeAnswer: (work: Promise<unknown>) => void works.push(work) };
  const run = async (): Promise<Result<unknown>> => accepted.run(contextOf(c, call, accepted, running));
  const result = await run().catch((error: unknown) => {
    // A refusal changed nothing. After any other error, a lost answer too, it may have been carried out: the write stays pending.
    if (error instanceof Failure && error.code !== "unavailable")
      c.executionCtx.waitUntil(gate.completeWrite(client, { write, bookmark: null, tags: [], now }));
    throw error;
  });
  const bookmark = session.bookmark();
  const tags = result.invalidates ?? invalidates;
  if (bookmark) c.executionCtx.waitUntil(cache.advanceWatermarks(tags, bookmark));
  // Others take over all that this client has written so far, under whatever tag.
  const handOver = (key: ClientKey) => gate.completeWrite(key, { write, bookmark, tags: LISTING_TAGS, now });
  const completions = [gate.completeWrite(client, { write, bookmark, tags, now }), ...(result.readers ?? []).map(handOver)];
  const [[, ...lost]] = await Promise.all([Promise.all(completions), ...works]);
  // The others have no pending write: without this bookmark they could read their own past.
  if (lost.some(Boolean)) throw new Failure("unavailable");
  return respond(c, accepted, result);
};

/** Answers a write. It goes on when the client hangs up: once committed, it must be completed and its watermarks raised. */
export const answerWrite = (c: AppContext, call: Call): Promise<Response> => {
  const answering = carryOut(c, call);
  c.executionCtx.waitUntil(answering.catch(() => undefined));
  return answering;
};
