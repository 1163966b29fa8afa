import type { Actor } from "../../core/actor.ts";
import { Failure } from "../../core/errors.ts";
import type { Admission, ClientKey, Denial, Gate } from "../../core/ports.ts";
import type { AppContext, Result } from "../app-env.ts";
import { type Policy, rulesOf } from "../policy.ts";
import { type Accepted, type Guarded, isWrite } from "../route.ts";
import { send, setHeader } from "./answer.ts";
import { etagOf, isNamed } from "./conditions.ts";
import { setLimitHeaders } from "./limit-headers.ts";
import { recordRefusedAccess } from "./refused-access.ts";

/** A request that has been looked at; neither the gate nor the database has been asked yet. */
export interface Call {
  readonly endpoint: Guarded;
  readonly actor: Actor;
  readonly client: ClientKey;
  readonly network: string;
  readonly nowMs: number;
  /** What to run, or why nothing is run. */
  readonly accepted: Accepted | Failure;
}

/** Who asks, when, in which request and from which address, as the database records it. */
export const whoAsks = (c: AppContext, { actor, nowMs, endpoint }: Call) => ({
  requestId: c.get("requestId"),
  userId: actor.role === "anonymous" ? null : actor.userId,
  // 0 is no session: a token that names none writes nothing.
  sessionId: actor.role === "anonymous" || endpoint.policy.ignoresBadTokens ? null : Number(actor.session.sid) || 0,
  role: actor.role,
  address: c.req.header("CF-Connecting-IP") ?? null,
  at: new Date(nowMs).toISOString(),
});

/** What a gate says, or is about to say. */
export type Asked = ReturnType<Gate["enter"]>;

/** Is the answer there already? Then nothing needs to be started beside the question. */
export const isKnown = (asked: Asked): asked is Denial => "kind" in asked;

/** How the listing of this call is cached, if it is: a customer's listings are its own. */
export const cachingOf = ({ endpoint, actor }: Call): Policy["cache"] => (actor.role === "customer" ? undefined : endpoint.policy.cache);

/** Asks the client's gate, or another one in its place. A write that is going to run becomes pending there. */
export const enter = (c: AppContext, call: Call, gate = c.get("deps").gate): Asked => {
  const deps = c.get("deps");
  const { endpoint, actor, accepted, nowMs: now } = call;
  const caching = cachingOf(call);
  const willWrite = isWrite(endpoint) && !(accepted instanceof Failure);
  return gate.enter(call.client, {
    rules: rulesOf(endpoint.policy, endpoint.bucket, actor, deps.limits),
    now,
    ...(willWrite ? { write: c.get("requestId") } : {}),
    ...(actor.role === "anonymous" ? {} : { session: actor.session }),
    ...(caching ? { tags: caching.tags } : {}),
  });
};

interface Admitted {
  readonly admission: Admission;
  readonly accepted: Accepted;
}

const check = ({ accepted, endpoint }: Call, verdict: Admission | Denial): Admitted => {
  if (accepted instanceof Failure && accepted.status === 401) throw accepted;
  if (verdict.revoked && !endpoint.policy.ignoresBadTokens) throw new Failure("unauthenticated");
  if (verdict.kind === "denied")
    throw new Failure("rate_limited", { policy: verdict.window, retry_after: Math.ceil(verdict.retryMs / 1_000) });
  if (accepted instanceof Failure) throw accepted;
  return { admission: verdict, accepted };
};

/**
 * What the gate lets through, with the limit headers set. What it counted and the policy refuses may be recorded.
 * Throws, in this order: 401, 429, then what the request was refused for before.
 */
export const admit = (c: AppContext, call: Call, verdict: Admission | Denial): Admitted => {
  setLimitHeaders(c, verdict.quotas);
  try {
    return check(call, verdict);
  } catch (error) {
    if (error instanceof Failure && verdict.kind === "admitted") recordRefusedAccess(c, call.endpoint, whoAsks(c, call), error);
    throw error;
  }
};

/** The answer of a route that went well; a record has its ETag, and is not sent again to who has it. */
export const respond = (c: AppContext, { spec }: Accepted, { body, version, location, link }: Result<unknown>): Response => {
  const text = JSON.stringify(body);
  if (location) setHeader(c, "Location", location);
  if (version === undefined) return respondText(c, spec.status ?? 200, text, "private, no-store", link);
  const etag = etagOf(version, text);
  setHeader(c, "ETag", etag);
  setHeader(c, "Cache-Control", "private, no-cache");
  if (spec.method === "get" && isNamed(c.req.header("If-None-Match"), etag)) return send(c, 304, null);
  return respondText(c, spec.status ?? 200, text, "private, no-cache", link);
};

/** The same for a body that is text already. */
export const respondText = (c: AppContext, status: 200 | 201, body: string, caching: string, link: string | undefined): Response => {
  if (link) setHeader(c, "Link", link);
  setHeader(c, "Cache-Control", caching);
  setHeader(c, "Content-Type", "application/json");
  return send(c, status, body);
};
