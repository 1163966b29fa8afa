import { type Actor, ANONYMOUS } from "../../core/actor.ts";
import { Failure } from "../../core/errors.ts";
import type { ClientKey } from "../../core/ports.ts";
import type { AppContext } from "../app-env.ts";
import { checkRole, ownerFailure, type Policy } from "../policy.ts";
import { type Guarded, heedsConditions, isWrite, type Validated } from "../route.ts";
import type { GuardedRequest } from "./admit.ts";
import { networkOf } from "./client-address.ts";
import { refuseConditions } from "./conditions.ts";
import { answerRead } from "./read.ts";
import { readInput } from "./request.ts";
import { answerWrite } from "./write.ts";

/** The actor of the bearer token (RFC 6750), anonymous without one, or 401 for one that does not verify. */
const identify = async (c: AppContext, { anonymousOnBadToken }: Policy, nowMs: number): Promise<Actor | Failure> => {
  const header = c.req.header("Authorization");
  if (header === undefined) return ANONYMOUS;
  const [, token] = /^Bearer +(\S+) *$/i.exec(header) ?? [];
  const actor = token === undefined ? null : await c.get("deps").tokens.verify(token, nowMs);
  return actor ?? (anonymousOnBadToken ? ANONYMOUS : new Failure("unauthenticated"));
};

/** The valid input or the first failure: 403 comes before failures of the input, 404 of the owner after them. */
const validate = async (c: AppContext, endpoint: Guarded, actor: Actor): Promise<Validated | Failure> => {
  const { policy } = endpoint;
  try {
    checkRole(policy, actor);
    const failure = ownerFailure(policy, actor, c.req.param("id"));
    if (failure?.status === 403) return failure;
    const validated = await endpoint.validate(() => readInput(c));
    if (isWrite(endpoint) && !heedsConditions(endpoint)) refuseConditions((name) => c.req.header(name));
    return failure ?? validated;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
};

/** Handles the requests of one endpoint under its policy. Reads start while the gate is asked, writes wait for it. */
export const guard =
  (endpoint: Guarded) =>
  async (c: AppContext): Promise<Response> => {
    const nowMs = c.get("deps").clock();
    const identity = await identify(c, endpoint.policy, nowMs);
    const actor = identity instanceof Failure ? ANONYMOUS : identity;
    const validated = identity instanceof Failure ? identity : await validate(c, endpoint, actor);
    const network = networkOf(c.req.header("CF-Connecting-IP"));
    const byAddress = actor.role === "anonymous" || endpoint.policy.limit === "login";
    const client: ClientKey = byAddress ? `address:${network}` : `user:${actor.userId}`;
    const request: GuardedRequest = { endpoint, actor, client, network, nowMs, validated };
    return isWrite(endpoint) ? answerWrite(c, request) : answerRead(c, request);
  };
