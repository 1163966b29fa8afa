import { createHash } from "node:crypto";
import { Failure } from "../../core/errors.ts";
import { type ClientKey, LISTING_TAGS } from "../../core/ports.ts";
import { type DbSession, openSession } from "../../db/client.ts";
import type { IdempotencyKey } from "../../db/write/writer.ts";
import type { AppContext, Result, WriteContext } from "../app-env.ts";
import type { Validated } from "../route.ts";
import { admit, askGate, type GateAnswer, type GuardedRequest, gateRequestOf, isRemembered, requesterOf, respond } from "./admit.ts";
import { setHeader } from "./answer.ts";
import { readConditions, readIdempotencyKey } from "./conditions.ts";
import { setCookieOf } from "./refresh-cookie.ts";

/** The key that a request has by what it is: the same for the same one, with the same conditions, within the seconds of the policy. */
const keyOfRepeat = (c: AppContext, { client, nowMs }: GuardedRequest, request: string, seconds: number): IdempotencyKey => {
  const key = createHash("sha256")
    .update(`${request} ${c.req.header("If-Match") ?? ""}`)
    .digest("hex");
  return { scope: `repeat ${client}`, key, fingerprints: [key], freeUntil: new Date(nowMs - seconds * 1_000).toISOString() };
};

/** Whose keys they are: neighbours in an IPv6 network have one gate, but no keys in common. */
const scopeOf = ({ client, network }: GuardedRequest): string => (client.startsWith("address:") ? `address:${network}` : client);

/**
 * The key of this request: the client's within its account or address, else that of a repeat or the request's own id.
 * Auth routes keep nothing for replays.
 */
const idempotencyKey = (c: AppContext, request: GuardedRequest, { spec, key: input }: Validated): IdempotencyKey => {
  const { ignoresIdempotencyKey, repeatSeconds } = request.endpoint.policy;
  const key = ignoresIdempotencyKey ? null : readIdempotencyKey(c.req.header("Idempotency-Key"));
  const text = `${spec.method} ${spec.path} ${input}`;
  if (key !== null) return { scope: scopeOf(request), key, fingerprints: c.get("deps").fingerprints(text) };
  if (repeatSeconds !== undefined) return keyOfRepeat(c, request, text, repeatSeconds);
  return { scope: "request", key: c.get("requestId"), fingerprints: [""] };
};

/** What a write is run with. */
interface Running {
  readonly session: DbSession;
  readonly admitted: Promise<unknown>;
  readonly beforeAnswer: WriteContext["beforeAnswer"];
}

const contextOf = (c: AppContext, request: GuardedRequest, validated: Validated, { session, ...running }: Running): WriteContext => {
  const writer = {
    ...requesterOf(c, request),
    idempotency: idempotencyKey(c, request, validated),
    conditions: readConditions((name) => c.req.header(name)),
    onReplay: () => setHeader(c, "Idempotent-Replayed", "true"),
  };
  return {
    ...running,
    actor: request.actor,
    db: session.db,
    now: writer.at,
    services: c.get("deps"),
    writer,
    network: request.network,
    origin: new URL(c.req.url).origin,
    defer: writer.defer,
  };
};

/** Throws what `admit` throws, and `unavailable` when the gate is unreachable: nobody would know that the write is pending. */
const admitWrite = async (c: AppContext, request: GuardedRequest, gateAnswer: GateAnswer): Promise<void> => {
  const verdict = await gateAnswer;
  if (verdict.kind === "unreachable") throw request.validated instanceof Failure ? request.validated : new Failure("unavailable");
  admit(c, request, verdict);
};

const isUnavailable = (error: unknown): boolean => error instanceof Failure && error.code === "unavailable";

/** Tells the gate, after the answer, how a request ended that counts only when it fails. */
const decider = (c: AppContext, request: GuardedRequest, admitted: Promise<void>): ((hasFailed: boolean) => void) => {
  const { rules } = gateRequestOf(c, request);
  if (!rules.some(({ failuresOnly }) => failuresOnly)) return () => undefined;
  const tell = (hasFailed: boolean) => () => c.get("deps").gate.decide(request.client, rules, hasFailed);
  return (hasFailed) => c.executionCtx.waitUntil(admitted.then(tell(hasFailed), () => undefined));
};

/** The gate first, then the batch, then the gate again, while the watermarks of the listings are raised. */
const carryOut = async (c: AppContext, request: GuardedRequest): Promise<Response> => {
  const { gate, cache } = c.get("deps");
  const { validated, client, nowMs: now, endpoint } = request;
  const { readsBeforeAdmission, invalidates = [] } = endpoint.policy;
  const write = c.get("requestId");
  const gateAnswer = askGate(c, request);
  const admitted = admitWrite(c, request, gateAnswer);
  if (!readsBeforeAdmission || isRemembered(gateAnswer) || validated instanceof Failure) await admitted;
  if (validated instanceof Failure) throw validated;

  const session = openSession(c.get("deps").d1, "first-primary", c.get("deps").retry);
  const works: Promise<unknown>[] = [];
  const running = { session, admitted, beforeAnswer: (work: Promise<unknown>) => void works.push(work) };
  const decide = decider(c, request, admitted);
  const run = async (): Promise<Result<unknown>> => validated.run(contextOf(c, request, validated, running));
  const result = await run().catch((error: unknown) => {
    decide(!isUnavailable(error));
    // A refusal changed nothing. After any other error, a lost answer too, it may have been carried out: the write stays pending.
    if (error instanceof Failure && !isUnavailable(error))
      c.executionCtx.waitUntil(gate.completeWrite(client, { write, bookmark: null, tags: [], now }));
    throw error;
  });
  decide(false);
  const bookmark = session.bookmark();
  const tags = result.invalidates ?? invalidates;
  if (bookmark) c.executionCtx.waitUntil(cache.advanceWatermarks(tags, bookmark));
  // Others take over all that this client has written so far, under whatever tag.
  const handOver = (key: ClientKey) => gate.completeWrite(key, { write, bookmark, tags: LISTING_TAGS, now });
  const completions = [gate.completeWrite(client, { write, bookmark, tags, now }), ...(result.readers ?? []).map(handOver)];
  const [[, ...lost]] = await Promise.all([Promise.all(completions), ...works]);
  // The others have no pending write: without this bookmark they could read their own past.
  if (lost.some(Boolean)) throw new Failure("unavailable");
  if (result.refreshCookie) setHeader(c, "Set-Cookie", setCookieOf(result.refreshCookie));
  return respond(c, validated, result);
};

/** Answers a write. It goes on when the client hangs up: once committed, it must be completed and its watermarks raised. */
export const answerWrite = (c: AppContext, request: GuardedRequest): Promise<Response> => {
  const answering = carryOut(c, request);
  c.executionCtx.waitUntil(answering.catch(() => undefined));
  return answering;
};
