import { type Actor, ANONYMOUS, accountOf } from "../../core/actor.ts";
import { Failure } from "../../core/errors.ts";
import type { ClientKey } from "../../core/ports.ts";
import type { AppContext } from "../app-env.ts";
import { actingOn, checkRole, ownerFailure, type Policy, takesLinks } from "../policy.ts";
import { type Guarded, heedsConditions, isWrite, type Validated } from "../route.ts";
import { type Asking, type GuardedRequest, gateRequestOf, rateLimited } from "./admit.ts";
import { type Counted, countedBy, networkOf } from "./client-address.ts";
import { refuseConditions } from "./conditions.ts";
import { afterLink, isShareToken, openLink } from "./links.ts";
import { answerRead } from "./read.ts";
import { requireOwnPage } from "./refresh-cookie.ts";
import { BODY_BYTES, type RawInput, readInput } from "./request.ts";
import { answerWrite } from "./write.ts";

/** The actor of the bearer token (RFC 6750), anonymous without one, or 401 for one that does not verify, or a link's where none is taken. */
const identify = async (c: AppContext, { anonymousOnBadToken }: Policy, nowMs: number): Promise<Actor | Failure> => {
  const header = c.req.header("Authorization");
  if (header === undefined) return isShareToken(c) && !anonymousOnBadToken ? new Failure("unauthenticated") : ANONYMOUS;
  const [, token] = /^Bearer +(\S+) *$/i.exec(header) ?? [];
  const actor = token === undefined ? null : await c.get("deps").tokens.verify(token, nowMs);
  return actor ?? (anonymousOnBadToken ? ANONYMOUS : new Failure("unauthenticated"));
};

/** The valid input or the first failure: 403 comes before failures of the input, 404 of the owner after them. */
const validate = async (c: AppContext, endpoint: Guarded, actor: Actor, load: () => Promise<RawInput>): Promise<Validated | Failure> => {
  const { policy } = endpoint;
  try {
    checkRole(policy, actor);
    const failure = ownerFailure(policy, actor, c.req.param("id"));
    if (failure?.status === 403) return failure;
    if (policy.forOwnPages) requireOwnPage(c.req.raw);
    if (policy.requiresIdempotencyKey && c.req.header("Idempotency-Key") === undefined) return new Failure("idempotency_key_required");
    const validated = await endpoint.validate(load);
    if (isWrite(endpoint) && !heedsConditions(endpoint)) refuseConditions((name) => c.req.header(name));
    return failure ?? validated;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
};

/** Who is counted: the account or link, or the address of everybody else, of all who log in, and of what names no client itself. */
const clientOf = ({ policy, namesClient }: Guarded, actor: Actor, { gate }: Counted): ClientKey => {
  if (actor.role === "link") return `link:${actor.linkId}`;
  const account = accountOf(actor);
  return account === null || policy.limit === "login" || namesClient ? `address:${gate}` : `user:${account.userId}`;
};

/** Counts a valid request for the client that it names, if it names one of ours. */
const named = (c: AppContext, asking: Asking, validated: Validated | Failure): GuardedRequest => {
  const client = validated instanceof Failure ? null : validated.clientOf?.(c.get("deps"));
  return { ...asking, client: client ?? asking.client, validated };
};

/** The parameters, query and body of a request. A denial that this isolate remembers comes before the body. */
const loadInput = async (c: AppContext, endpoint: Guarded, early: Asking): Promise<RawInput> => {
  const { gate, bodyTimeoutMs } = c.get("deps");
  const denial = c.req.raw.body && !endpoint.namesClient && gate.remembered(early.client, gateRequestOf(c, early));
  if (denial) throw rateLimited(denial);
  const input = await readInput(c, { bytes: endpoint.policy.bodyBytes ?? BODY_BYTES, ms: bodyTimeoutMs });
  return endpoint.policy.forOwnPages ? { ...input, cookie: c.req.header("Cookie") ?? null } : input;
};

/**
 * Handles the requests of one endpoint under its policy. Reads start while the gate is asked, writes wait for it. A
 * request has one time, which is taken when it is complete: a client can hold its body back, but not the clock.
 */
export const guard =
  (endpoint: Guarded) =>
  async (c: AppContext): Promise<Response> => {
    const { clock } = c.get("deps");
    const address = c.req.header("CF-Connecting-IP");
    const [network, counted] = [networkOf(address), countedBy(address)];
    const link = takesLinks(endpoint.policy) ? await openLink(c, counted, clock()) : null;
    const identifyAt = async (nowMs: number) => {
      const identity = link ?? (await identify(c, endpoint.policy, nowMs));
      const actor = identity instanceof Failure ? ANONYMOUS : actingOn(endpoint.policy, identity);
      return { identity, asking: { endpoint, actor, client: clientOf(endpoint, actor, counted), network, counted, nowMs } };
    };
    const early = await identifyAt(clock());
    const { identity } = early;
    const input = () => loadInput(c, endpoint, early.asking);
    const valid = identity instanceof Failure ? identity : await validate(c, endpoint, early.asking.actor, input);
    const complete = c.req.raw.bodyUsed ? await identifyAt(clock()) : early;
    const validated = complete.identity instanceof Failure ? complete.identity : valid;
    const request = named(c, complete.asking, validated);
    const answer = await (isWrite(endpoint) ? answerWrite(c, request) : answerRead(c, request));
    return link ? afterLink(c, link, answer, request.nowMs) : answer;
  };
