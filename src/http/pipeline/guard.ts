import { type Actor, ANONYMOUS } from "../../core/actor.ts";
import { Failure } from "../../core/errors.ts";
import type { ClientKey } from "../../core/ports.ts";
import type { AppContext } from "../app-env.ts";
import { checkRole, type Policy, refusalOfOwner } from "../policy.ts";
import { type Accepted, type Guarded, heedsIfMatch, isWrite } from "../route.ts";
import type { Call } from "./call.ts";
import { networkOf } from "./client-address.ts";
import { refuseIfMatch } from "./conditions.ts";
import { answerRead } from "./read.ts";
import { readInput } from "./request.ts";
import { answerWrite } from "./write.ts";

/** The actor of the bearer token (RFC 6750), anonymous without one, or 401 for one that does not verify. */
const identify = async (c: AppContext, { ignoresBadTokens }: Policy, nowMs: number): Promise<Actor | Failure> => {
  const header = c.req.header("Authorization");
  if (header === undefined) return ANONYMOUS;
  const [, token] = /^Bearer +(\S+) *$/i.exec(header) ?? [];
  const actor = token === undefined ? null : await c.get("deps").tokens.verify(token, nowMs);
  return actor ?? (ignoresBadTokens ? ANONYMOUS : new Failure("unauthenticated"));
};

/** 403 before the input is looked at, 404 after it: what is refused first is what the client is told. */
const accept = async (c: AppContext, endpoint: Guarded, actor: Actor): Promise<Accepted | Failure> => {
  const { policy } = endpoint;
  try {
    checkRole(policy, actor);
    const refusal = refusalOfOwner(policy, actor, c.req.param("id"));
    if (refusal?.status === 403) return refusal;
    const accepted = await endpoint.accept(() => readInput(c));
    if (isWrite(endpoint) && !heedsIfMatch(endpoint)) refuseIfMatch(c.req.header("If-Match"));
    return refusal ?? accepted;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
};

/** Runs requests of one endpoint under its policy: what can be decided at once is, then it reads beside the gate or writes behind it. */
export const guard =
  (endpoint: Guarded) =>
  async (c: AppContext): Promise<Response> => {
    const nowMs = c.get("deps").clock();
    const identity = await identify(c, endpoint.policy, nowMs);
    const actor = identity instanceof Failure ? ANONYMOUS : identity;
    const accepted = identity instanceof Failure ? identity : await accept(c, endpoint, actor);
    const network = networkOf(c.req.header("CF-Connecting-IP"));
    const byAddress = actor.role === "anonymous" || endpoint.policy.limit === "login";
    const client: ClientKey = byAddress ? `address:${network}` : `user:${actor.userId}`;
    const call: Call = { endpoint, actor, client, network, nowMs, accepted };
    return isWrite(endpoint) ? answerWrite(c, call) : answerRead(c, call);
  };
